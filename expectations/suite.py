"""Great Expectations over the frames of a batch: one suite of rules per subject, one of base expectations per frame.

A rule was already applied to each record (`expectations.check`); its expectation says that the column of its outcomes
holds nothing but `pass`, a null being *not applicable*. Base expectations come from the warehouse's declared tables.
What was not read with certainty, and what a base expectation refuses, goes to quarantine as a whole row.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from types import ModuleType
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd

from expectations.frames import NUMBER, PLACE, STATUS, TEXT
from expectations.outcome import STATUSES
from expectations.rows import unpacked
from expectations.rules import DOCUMENT_RULES

LOADED = ("document", "table", "line", "project", "funding", "indicator", "total")
# The column that numbers a frame's subjects within their document, and the subject that leaves with a refused row:
# a project without one of its funding rows would be another project, so funding stands for its project.
SUBJECTS = {
    "table": ("table", "table_no"), "line": ("line", "line_no"), "project": ("project", "project_no"), "funding": ("project", "project_no"),
    "indicator": ("indicator", "indicator_no"), "total": ("total", "total_no"),
}
ROWS_OF_A_TABLE = ("line", "project", "total")
QUARANTINE = {
    "document_no": NUMBER, "subject": TEXT, "subject_no": NUMBER, "label": TEXT, "reasons": TEXT, "published_text": TEXT, "record": TEXT,
    **PLACE,
}
KEY = ("document_no", "subject", "subject_no")    # one subject of a batch
TEXTS = ("label", "published_text")
VERBATIM = {**dict.fromkeys(TEXTS, TEXT), "record": TEXT, **PLACE}    # what is unpacked of it
REASON_KEY = {"document_no": NUMBER, "subject": TEXT, "subject_no": NUMBER}
REASON = {**REASON_KEY, "reason": TEXT}
COUNT = {"document_no": NUMBER, "rule": TEXT, "passed": NUMBER, "failed": NUMBER, "not_applicable": NUMBER, "reason": TEXT}

Frames = dict[str, pd.DataFrame]
Released = tuple[str, str, str | None, str | None]    # SHA-256 of the document, subject, label, published text


class DeclaredColumn(Protocol):
    """A column as the warehouse declares it; `values` are those allowed, empty where any is."""

    @property
    def name(self) -> str:
        """Its name in the frame."""
    @property
    def nullable(self) -> bool:
        """Whether it may be blank."""
    @property
    def values(self) -> tuple[str, ...]:
        """The values allowed."""


class DeclaredFrame(Protocol):
    """The columns of a frame and the names of those that identify a row."""

    @property
    def columns(self) -> Sequence[DeclaredColumn]:
        """All columns."""
    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell rows apart."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One stock expectation: `values` allows a set, `not_null` refuses blanks, `unique` refuses repeated keys."""

    id: str
    severity: str
    kind: Literal["values", "not_null", "unique"]
    columns: tuple[str, ...]
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectationResult:
    """How one expectation did over a batch; `evaluated` = `passed` + `failed`, the rest is `not_applicable`."""

    subject: str
    rule: str
    severity: str
    evaluated: int
    passed: int
    failed: int
    not_applicable: int
    success: bool


@dataclass(frozen=True, slots=True)
class Validation:
    """A validated batch.

    `frames` are what may be loaded; `quarantine` are the rows that may not, verbatim with their reasons; `finding` are the
    failures of rules; `outcome_count` counts each rule's outcomes per document; `results` has one entry per expectation.
    """

    frames: Frames
    quarantine: pd.DataFrame
    finding: pd.DataFrame
    outcome_count: pd.DataFrame
    results: tuple[ExpectationResult, ...]

    @property
    def to_load(self) -> Frames:
        """Every frame that the warehouse loads, by name."""
        return {**self.frames, "finding": self.finding, "quarantine": self.quarantine, "outcome_count": self.outcome_count}


def validate(frames: Frames, declared: Mapping[str, DeclaredFrame], released: Collection[Released] = ()) -> Validation:
    """Validate the frames of a batch and separate what may be loaded from what may not.

    Args:
        frames: what `build_frames` made of the batch.
        declared: the declared columns and key of the frames that are held to base expectations, by frame name.
        released: rows that a person found right as they are read: no rule's doubt holds them back, but a base expectation does.

    Raises:
        ValueError: a declared column is not in its frame, or an expectation could not be evaluated.
    """
    results: list[ExpectationResult] = []
    failed: list[pd.DataFrame] = []
    doubts = _doubts(frames["outcome"], frames["evidence"])
    is_freed = _is_in(doubts, _freed(frames, released), list(KEY))
    reasons = [doubts[~is_freed]]
    skipped = frames["outcome"][frames["outcome"]["status"] == "not_applicable"].value_counts(["subject", "rule"])
    for subject, outcomes in _outcomes_by_subject(frames["outcome"]).items():
        for result, positions in _evaluate(subject, outcomes, _rule_expectations(subject)):
            # A null is also a row of a budget table of which the rule does not speak.
            results.append(replace(result, not_applicable=int(skipped.get((subject, result.rule), 0))))
            failed.append(_subjects(outcomes.iloc[positions], subject, "subject_no", "rule", result.rule))
    checked = dict(frames)
    for name in (name for name in LOADED if name in declared):
        for result, positions in _evaluate(name, frames[name], _base_expectations(name, frames[name], declared[name])):
            results.append(result)
            refused = frames[name].iloc[positions]
            if name == "document" and len(refused):
                checked["document"] = _failed_documents(checked["document"], refused, result.rule)
            reasons += [_refused(name, refused, frames["evidence"], result.rule)] if len(refused) else []
    joined = _joined(pd.concat(reasons))
    return Validation(
        frames=_without(checked, joined), quarantine=_quarantine(frames, joined),
        finding=_reported(frames["finding"], pd.concat(failed), doubts[is_freed]), outcome_count=_outcome_counts(frames["outcome"]),
        results=tuple(results),
    )


# --- expectations -----------------------------------------------------------------------------------------------------------


def _rule_expectations(subject: str) -> list[Expectation]:
    rules = [rule for rule in DOCUMENT_RULES.values() if subject in rule.subjects]
    return [Expectation(rule.id, rule.severity, "values", (rule.id,), ("pass",)) for rule in rules]


def _base_expectations(name: str, frame: pd.DataFrame, declared: DeclaredFrame) -> list[Expectation]:
    unknown = {*declared.key, *(column.name for column in declared.columns)} - set(frame.columns)
    if unknown:
        raise ValueError(f"The frame {name} has no column {', '.join(sorted(unknown))}; correct the declaration or expectations/frames.py.")
    required = [column.name for column in declared.columns if not column.nullable]
    coded = [column for column in declared.columns if column.values]
    return [
        *(Expectation(f"base:{column}:not-null", "critical", "not_null", (column,)) for column in required),
        *(Expectation(f"base:{column.name}:allowed-values", "critical", "values", (column.name,), column.values) for column in coded),
        Expectation(f"base:{'+'.join(declared.key)}:unique", "critical", "unique", declared.key),
    ]


def _evaluate(subject: str, frame: pd.DataFrame, expectations: Sequence[Expectation]) -> Iterator[tuple[ExpectationResult, list[int]]]:
    """Each expectation's result, and the positions of the rows that it refuses."""
    if frame.empty:
        for expectation in expectations:
            yield ExpectationResult(subject, expectation.id, expectation.severity, 0, 0, 0, 0, True), []
        return
    ran = _run(subject, _asked(frame, expectations), expectations)
    results = {result.expectation_config.meta["id"]: result for result in ran}
    for expectation in expectations:
        found = results[expectation.id]
        if "element_count" not in found.result:
            raise ValueError(f"The expectation {expectation.id} on {subject} could not be evaluated: {found.exception_info}")
        failed = found.result["unexpected_count"]
        missing = found.result.get("missing_count") or 0
        evaluated = found.result["element_count"] - missing
        yield ExpectationResult(
            subject, expectation.id, expectation.severity, evaluated, evaluated - failed, failed, missing, found.success,
        ), found.result["unexpected_index_list"] or []


def _run(subject: str, frame: pd.DataFrame, expectations: Iterable[Expectation]) -> list[Any]:
    gx, types = _great_expectations()
    context = gx.get_context(
        mode="ephemeral",
        project_config=types.DataContextConfig(
            store_backend_defaults=types.InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            progress_bars=types.ProgressBarsConfig(globally=False), analytics_enabled=False,
        ),
    )
    suite = gx.ExpectationSuite(name=subject, expectations=[_stock(gx, expectation) for expectation in expectations])
    asset = context.data_sources.add_pandas("batch").add_dataframe_asset(subject)
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch(batch_parameters={"dataframe": frame})
    # The index query spells out every refused row once more, and nothing here reads it.
    return list(batch.validate(suite, result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False}).results)


def _asked(frame: pd.DataFrame, expectations: Sequence[Expectation]) -> pd.DataFrame:
    """The columns that are asked, as numbers: Great Expectations looks through all that it is given several times, and hashes it.

    Of what need only be there it is said whether it is; texts are those of a list.
    """
    compared = {column for expectation in expectations if expectation.kind != "not_null" for column in expectation.columns}
    asked = dict.fromkeys(column for expectation in expectations for column in expectation.columns)
    columns = {
        name: (
            pd.arrays.BooleanArray(np.ones(len(frame), bool), frame[name].isna().to_numpy()) if name not in compared
            else frame[name].astype("category").array if frame[name].dtype == TEXT else frame[name].array
        )
        for name in asked
    }
    return pd.DataFrame(columns)


def _stock(gx: ModuleType, expectation: Expectation) -> Any:
    common = {"severity": expectation.severity, "meta": {"id": expectation.id}}
    if expectation.kind == "unique" and len(expectation.columns) == 1:
        return gx.expectations.ExpectColumnValuesToBeUnique(column=expectation.columns[0], **common)
    if expectation.kind == "unique":
        return gx.expectations.ExpectCompoundColumnsToBeUnique(column_list=list(expectation.columns), **common)
    if expectation.kind == "not_null":
        return gx.expectations.ExpectColumnValuesToNotBeNull(column=expectation.columns[0], **common)
    return gx.expectations.ExpectColumnValuesToBeInSet(column=expectation.columns[0], value_set=list(expectation.allowed), **common)


def prepare() -> None:
    """Import Great Expectations, so that the first validation need not."""
    _great_expectations()


def _great_expectations() -> tuple[ModuleType, ModuleType]:
    """Import it here: it takes some five seconds, and an empty night does without."""
    with warnings.catch_warnings():
        # Great Expectations 1.24 imports sre_constants and sre_parse, deprecated since Python 3.11.
        warnings.filterwarnings("ignore", r"module 'sre_\w+' is deprecated", DeprecationWarning)
        return import_module("great_expectations"), import_module("great_expectations.data_context.types.base")


# --- outcomes ---------------------------------------------------------------------------------------------------------------


def _outcomes_by_subject(outcome: pd.DataFrame) -> Frames:
    """One frame per subject: a row per subject, a column per rule that holds pass, fail or null (not applicable).

    Raises:
        ValueError: a rule says two things of one subject.
    """
    rules_of = {
        subject: [rule.id for rule in DOCUMENT_RULES.values() if subject in rule.subjects]
        for subject in dict.fromkeys(subject for rule in DOCUMENT_RULES.values() for subject in rule.subjects)
    }
    return {subject: _wide(outcome[outcome["subject"] == subject], rules) for subject, rules in rules_of.items()}


def _wide(outcome: pd.DataFrame, rules: Sequence[str]) -> pd.DataFrame:
    """The outcomes of one kind of subject, a row per subject; a pivot of texts takes longer than the whole rest of validation."""
    document, number = (outcome[name].to_numpy(np.int64) for name in ("document_no", "subject_no"))
    width = int(number.max(initial=0)) + 1
    row, keys = pd.factorize(document * width + number)
    column = pd.Index(rules).get_indexer(outcome["rule"].cat.categories)[outcome["rule"].cat.codes.to_numpy()]
    status = np.where(outcome["status"] == "not_applicable", -1, outcome["status"].cat.codes).astype(np.int8)
    is_asked = column >= 0
    if np.bincount((column * len(keys) + row)[is_asked], minlength=1).max() > 1:
        raise ValueError(f"A rule said two things of one subject; the rules were {', '.join(rules)}.")
    codes = np.full((len(rules), len(keys)), -1, np.int8)
    codes[column[is_asked], row[is_asked]] = status[is_asked]
    judged = {rule: pd.Categorical.from_codes(of_rule, dtype=STATUS) for rule, of_rule in zip(rules, codes, strict=True)}
    return pd.DataFrame({"document_no": keys // width, "subject_no": keys % width, **judged}).astype(
        {"document_no": NUMBER, "subject_no": NUMBER})


def _outcome_counts(outcome: pd.DataFrame) -> pd.DataFrame:
    """How often each rule passed, failed and did not apply in a document, and why not."""
    by = ["document_no", "rule"]
    document, documents = pd.factorize(outcome["document_no"].to_numpy(np.int64))
    rules = outcome["rule"].cat.categories
    counted = (document * len(rules) + outcome["rule"].cat.codes) * len(STATUSES) + outcome["status"].cat.codes
    counts = np.bincount(counted, minlength=len(documents) * len(rules) * len(STATUSES)).reshape(-1, len(STATUSES))
    place = np.flatnonzero(counts.any(axis=1))
    told = pd.DataFrame(counts[place], columns=["passed", "failed", "not_applicable"])
    told["document_no"], told["rule"] = documents[place // len(rules)], rules[place % len(rules)]
    given = outcome.dropna(subset="reason").drop_duplicates([*by, "reason"])
    reasons = given.groupby(by, observed=True)["reason"].agg(",".join)
    return told.join(reasons, on=by).astype(COUNT)[list(COUNT)]


def _reported(finding: pd.DataFrame, failed: pd.DataFrame, freed: pd.DataFrame) -> pd.DataFrame:
    """The failures; one of a row that was let out would say that it is in quarantine."""
    is_freed = _is_in(finding, freed, ["rule", *KEY], ["reason", *KEY])
    return _select(finding, _is_in(finding, failed, ["rule", *KEY]) & ~is_freed)


# --- quarantine -------------------------------------------------------------------------------------------------------------


def _freed(frames: Frames, released: Collection[Released]) -> pd.DataFrame:
    """The subjects of the batch that people let out."""
    document = frames["document"]
    concerned = document[document["sha256"].isin({sha256 for sha256, *_ in released})]
    contents = dict(zip(concerned["document_no"], concerned["sha256"], strict=True))
    rows = _verbatim(frames, concerned["document_no"]).astype(object)
    texts = rows[["document_no", "subject", *TEXTS]].where(rows.notna(), None).itertuples(index=False, name=None)
    is_freed = [(contents[document_no], *subject) in released for document_no, *subject in texts]
    return rows.loc[is_freed, list(KEY)].astype(REASON_KEY)


def _doubts(outcome: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """What rules could not believe, with the rule as its reason; where they doubt a table, its rows (the table itself was read)."""
    doubtful = outcome.loc[~outcome["is_certain"], [*KEY, "rule"]].rename(columns={"rule": "reason"})
    is_table = doubtful["subject"] == "table"
    return pd.concat([doubtful[~is_table], _rows_of_tables(evidence, doubtful[is_table])]).astype(REASON)


def _refused(name: str, refused: pd.DataFrame, evidence: pd.DataFrame, reason: str) -> pd.DataFrame:
    """What leaves with refused rows, with the reason: with a table its rows, with a document everything in it."""
    if name == "document":
        is_in_it = evidence["document_no"].isin(refused["document_no"]) & (evidence["subject"] != "indicator")
        return evidence.loc[is_in_it, list(KEY)].assign(reason=reason).astype(REASON)
    own = _subjects(refused, *SUBJECTS[name], "reason", reason)
    return pd.concat([own, _rows_of_tables(evidence, own)]).astype(REASON) if name == "table" else own


def _rows_of_tables(evidence: pd.DataFrame, tables: pd.DataFrame) -> pd.DataFrame:
    """The rows of tables, each with the reason of its table."""
    rows = evidence.loc[evidence["subject"].isin(ROWS_OF_A_TABLE), [*KEY, "table_no"]]
    named = tables[["document_no", "subject_no", "reason"]].rename(columns={"subject_no": "table_no"})
    return rows.merge(named, on=["document_no", "table_no"]).drop(columns="table_no")


def _joined(reasons: pd.DataFrame) -> pd.DataFrame:
    """Each subject once, with all its reasons in the order in which they were found."""
    return reasons.drop_duplicates().groupby(list(KEY), sort=False)["reason"].agg(",".join).reset_index().astype(REASON)


def _failed_documents(document: pd.DataFrame, refused: pd.DataFrame, rule: str) -> pd.DataFrame:
    """Refused documents stay as failed ones, so that the night has an outcome for every file."""
    is_refused = document["document_no"].isin(refused["document_no"])
    failed = {"outcome": "failed", "error_code": "refused-document", "error_message": f"The document's own row does not hold {rule}."}
    return document.assign(**{column: document[column].mask(is_refused, value) for column, value in failed.items()})


def _without(frames: Frames, reasons: pd.DataFrame) -> Frames:
    kept = {"document": frames["document"].reset_index(drop=True)}
    for name, (subject, number) in SUBJECTS.items():
        is_lost = _is_in(frames[name], reasons[reasons["subject"] == subject], ["document_no", number], ["document_no", "subject_no"])
        if name == "indicator":   # it leaves with its project
            projects = reasons[reasons["subject"] == "project"]
            is_lost |= _is_in(frames[name], projects, ["document_no", "project_no"], ["document_no", "subject_no"])
        kept[name] = _select(frames[name], ~is_lost)
    is_failed = frames["document"]["outcome"] == "failed"
    said = frames["stated_change"]    # of the text: no row of a table leaves with it
    kept["stated_change"] = _select(said, ~said["document_no"].isin(frames["document"].loc[is_failed, "document_no"]))
    return {name: kept[name] for name in (*LOADED, "stated_change")}


def _quarantine(frames: Frames, reasons: pd.DataFrame) -> pd.DataFrame:
    evidence = _verbatim(frames, reasons["document_no"])
    rejected = evidence[_is_in(evidence, reasons, list(KEY))].merge(reasons.rename(columns={"reason": "reasons"}), on=list(KEY))
    return rejected[list(QUARANTINE)].astype(QUARANTINE).reset_index(drop=True)


def _verbatim(frames: Frames, documents: pd.Series[int]) -> pd.DataFrame:
    """The records of some documents as they were published and as they are printed."""
    packed = frames["verbatim"][frames["verbatim"]["document_no"].isin(documents)]
    evidence = frames["evidence"][frames["evidence"]["document_no"].isin(documents)].reset_index(drop=True)
    rows = [row for document in packed["packed"] for row in unpacked(document)]
    kept = pd.DataFrame(rows, columns=list(VERBATIM)).astype(VERBATIM)
    return pd.concat([evidence, kept], axis=1)


def _select(frame: pd.DataFrame, is_kept: pd.Series[bool]) -> pd.DataFrame:
    return frame[is_kept].reset_index(drop=True)


def _subjects(frame: pd.DataFrame, subject: str, number: str, column: str, value: str) -> pd.DataFrame:
    """The subjects that a frame's rows are, with a column that holds a value."""
    keys = frame[["document_no", number]].set_axis(["document_no", "subject_no"], axis=1)
    return keys.assign(subject=subject, **{column: value})[[*KEY, column]].astype({**REASON_KEY, column: TEXT})


def _is_in(frame: pd.DataFrame, chosen: pd.DataFrame, columns: Sequence[str], of_chosen: Sequence[str] | None = None) -> pd.Series[bool]:
    """Whether each row of a frame is among those chosen, by the columns of both."""
    if chosen.empty or frame.empty:
        return pd.Series(False, index=frame.index, dtype=bool)
    keys = chosen[list(of_chosen or columns)].drop_duplicates().set_axis(list(columns), axis=1)
    is_near = frame["document_no"].isin(keys["document_no"])    # of most documents nothing is chosen, and numbers are compared fast
    near = frame.loc[is_near, list(columns)].merge(keys, on=list(columns), how="left", indicator=True)["_merge"] == "both"
    found = is_near.to_numpy(bool)
    found[found] = near.to_numpy()
    return pd.Series(found, index=frame.index, dtype=bool)
