"""Validating a batch against the same checks in vectorised pandas.

    python benchmarks/bench_quality.py [--projects N]

The batch is made of frames: N projects (200,000 unless said) in documents of 20, 4.75 targets each, every rule's outcome for each
project; one project in fifty fails a rule, one in a hundred is in doubt and leaves the batch. Printed are the seconds of
`expectations.suite.validate` without the fixed start of Great Expectations, those of pandas, and their ratio, for a fifth of the batch
and for all of it: where both ratios are the same, nothing grows faster than the batch. Exits 1 above 4.
"""

from __future__ import annotations

import argparse
import pickle
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from expectations.frames import FRAMES, frame
from expectations.rules import DOCUMENT_RULES
from expectations.suite import LOADED, SUBJECTS, validate
from warehouse.frames import DOCUMENTS as DECLARED

BOUND, OF_DOCUMENT, TARGETS = 4.0, 20, 4.75


def main() -> int:
    """Measure both; 1 where validation takes more than `BOUND` times as long."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--projects", type=int, default=200_000)
    count = arguments.parse_args().projects
    validate(batch(OF_DOCUMENT), DECLARED)    # Great Expectations starts
    print(f"{'projects':>10}{'targets':>10}{'validate':>11}{'pandas':>9}{'ratio':>8}")
    ratio = 0.0
    for size in (count // 5, count):
        frames = batch(size)
        own, plain = seconds(lambda: validate(frames, DECLARED)), seconds(lambda: by_pandas(frames))   # noqa: B023 called at once
        ratio = own / plain
        print(f"{size:>10,}{len(frames['indicator']):>10,}{own:>10.1f}s{plain:>8.1f}s{ratio:>8.2f}", flush=True)
    return 0 if ratio <= BOUND else 1


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of a call: the machine may be shared."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def batch(count: int) -> dict[str, pd.DataFrame]:
    """The frames of a batch of so many projects."""
    project, target = np.arange(count), np.arange(int(count * TARGETS))
    documents = np.arange(-(-count // OF_DOCUMENT))
    of_project, of_target = project // OF_DOCUMENT, (target / TARGETS).astype(int) // OF_DOCUMENT
    place = {"page": 1, "row": 4, "box": None}
    made = {
        "document": {
            "document_no": documents, "sha256": documents.astype(str), "file": documents.astype(str), "format": "html", "page_count": 1,
            "department_name": "某局", "fiscal_year": 2024, "stage": "budget", "outcome": "read",
            "error_code": None, "error_message": None, "notice": None,
        },
        "table": {
            "document_no": documents, "table_no": 0, "table_kind": "project_performance_targets", "title": "项目支出绩效目标表",
            "unit": "万元", "page_first": 1, "page_last": 1, "is_empty": False, "note": None,
        },
        "project": {
            "document_no": of_project, "project_no": project % OF_DOCUMENT, "table_no": 0, "project_name": project.astype(str),
            "project_code": None, "unit_name": "某局", "amount_yuan": "10000.00", "goal": "完成工作。", **place, "published_text": "行",
        },
        "funding": {
            "document_no": of_project, "project_no": project % OF_DOCUMENT, "funding_source": "fiscal_appropriation",
            "amount_yuan": "10000.00", **place,
        },
        "indicator": {
            "document_no": of_target, "project_no": (target / TARGETS).astype(int) % OF_DOCUMENT,
            "indicator_no": target, "level1": "产出指标",
            "level2": None, "indicator_name": "次数", "operator": "=", "value": "5",
            "value_high": None, "unit": "次", "kind": "quantitative",
            "target_text": "5次", "published_text": "次数 5次", **place,
        },
    }
    frames = {name: pd.DataFrame(columns).astype(FRAMES[name]) for name, columns in made.items()}
    frames |= {name: frame(name, []) for name in ("line", "total", "stated_change")}
    frames["indicator"]["indicator_no"] -= frames["indicator"].groupby("document_no")["indicator_no"].transform("min")
    return frames | _judged(of_project, project, frames["indicator"])


def _judged(of_project: np.ndarray, project: np.ndarray, indicator: pd.DataFrame) -> dict[str, pd.DataFrame]:
    rules = [rule.id for rule in DOCUMENT_RULES.values() if "project" in rule.subjects]
    first = project % 50 == 0
    outcomes = [
        pd.DataFrame({
            "document_no": of_project, "rule": rule, "subject": "project", "subject_no": project % OF_DOCUMENT,
            "status": np.where(first & (rule == rules[0]), "fail", "pass"), "reason": None,
            "is_certain": ~(first & (project % 100 == 0) & (rule == rules[0])),
        })
        for rule in rules
    ]
    place = {"page": 1, "row": 4, "box": None}
    finding = pd.DataFrame({
        "document_no": of_project[first], "rule": rules[0], "severity": "warning", "subject": "project",
        "subject_no": project[first] % OF_DOCUMENT, "label": project[first].astype(str),
        **dict.fromkeys(("message_zh", "message_en", "remedy_zh", "remedy_en", "expected", "actual", "difference", "published_text"), "x"),
        "words": None, **place,
    })
    evidence = pd.concat([
        pd.DataFrame({"document_no": of_project, "subject": "project", "subject_no": project % OF_DOCUMENT}),
        pd.DataFrame({"document_no": indicator["document_no"], "subject": "indicator", "subject_no": indicator["indicator_no"]}),
    ]).assign(table_no=0).sort_values("document_no", kind="stable")
    records = evidence.groupby("document_no").size().map(lambda count: [("x", "x", "{}", 1, 4, None)] * count)
    verbatim = pd.DataFrame({"document_no": records.index, "packed": [zlib.compress(pickle.dumps(of_document)) for of_document in records]})
    made = {"outcome": pd.concat(outcomes), "finding": finding, "evidence": evidence, "verbatim": verbatim}
    return {name: columns[list(FRAMES[name])].astype(FRAMES[name]).reset_index(drop=True) for name, columns in made.items()}


def by_pandas(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same checks without Great Expectations: what is blank, not allowed or repeated, and what leaves for it."""
    outcome = frames["outcome"]
    outcome[outcome["status"] == "fail"].groupby(["subject", "rule"]).size()
    outcome.groupby(["document_no", "rule", "status"]).size().unstack(fill_value=0)
    doubtful = outcome.loc[~outcome["is_certain"], ["document_no", "subject", "subject_no"]].drop_duplicates()
    kept = {}
    for name, declared in ((name, declared) for name, declared in DECLARED.items() if name in LOADED):
        rows = frames[name]
        is_bad = rows.duplicated(list(declared.key), keep=False)
        for column in declared.columns:
            if not column.nullable:
                is_bad |= rows[column.name].isna()
            if column.values:
                is_bad |= ~rows[column.name].isin(column.values) & rows[column.name].notna()
        if name in SUBJECTS:
            subject, number = SUBJECTS[name]
            keys = doubtful[doubtful["subject"] == subject].rename(columns={"subject_no": number})[["document_no", number]]
            is_bad |= (rows[["document_no", number]].merge(keys, how="left", indicator=True)["_merge"] == "both").to_numpy()
        kept[name] = rows[~is_bad].reset_index(drop=True)
    kept["quarantine"] = frames["evidence"].merge(doubtful, on=["document_no", "subject", "subject_no"])
    return kept


if __name__ == "__main__":
    sys.exit(main())
