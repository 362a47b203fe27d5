"""Runs the rules that need the whole warehouse: across documents, departments and years.

Such a rule is a statement `checks/<rule>.sql` with one row for each subject: `status` (pass, fail, not_applicable), `reason`,
`department_id`, `fiscal_year`, `stage`, `document_key`, `subject`, `label`, `expected`, `actual`, `published_text`, `page`, `row`;
whatever else it gives can be used in the rule's message. What it compares with are variables; where a finance bureau decided on
other ones for some departments or years (`rule_adjustment`), it is run once more with these, for these.

A statement that says of each department what follows from its own documents, and from those with the same bytes, reads those of
`department_to_check`: the departments that are undecided tonight. What it said of the others when they were checked last is kept, and is
what it says tonight. The day is not among what it may follow from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import duckdb

from warehouse.errors import UnusableInput
from warehouse.frames import RULE_ADJUSTMENT, WAREHOUSE_FINDING
from warehouse.merging import merge
from warehouse.naming import stage_stated_departments
from warehouse.staging import Rows, stage_frame
from warehouse.tables import FIELDS, ROOM, TABLES, statement


class Rule(Protocol):
    """What has to be known of a rule; texts are by language, `message` is filled with the statement's columns."""

    @property
    def id(self) -> str:
        """The name of its statement."""
    @property
    def severity(self) -> str:
        """`critical`, `warning` or `info`."""
    @property
    def message(self) -> Mapping[Any, str]:
        """What is told with a failure."""
    @property
    def remedy(self) -> Mapping[Any, str]:
        """How the department can mend it."""
    @property
    def thresholds(self) -> Mapping[str, Any]:
        """What its statement compares with, by the names of `getvariable`."""


Finding = dict[str, Any]
# Departments of which it is decided at once what counts: the projects of as many fit into the memory that a writer may take.
DECIDED_AT_ONCE = 5_000


def check(connection: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> dict[str, int]:
    """Decide what counts and run rules over the warehouse; see `Warehouse.check`."""
    if _find_undecided(connection):
        stage_stated_departments(connection)
        merge(connection, TABLES["document_standing"], statement("load", "document_standing"))
        for name in ("counted_document", "counted_table", "counted_project", "department_figure", "department_sum"):
            _decide(connection, name)
        merge(connection, TABLES["changed_document"], statement("load", "changed_by_check"))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE checked_rule (rule VARCHAR, passed BIGINT, failed BIGINT, not_applicable BIGINT, reason VARCHAR)"
    )
    rules = tuple(rules)
    connection.execute("CREATE OR REPLACE TEMP TABLE judged_subject (fingerprint VARCHAR, status VARCHAR)")
    findings = [finding for rule in rules for finding in _run(connection, rule)]
    outcomes = "SELECT run_key, NULL AS document_key, checked_rule.* FROM checked_rule CROSS JOIN this_run"
    merge(connection, TABLES["fact_rule_outcome"], outcomes)
    stage_frame(connection, WAREHOUSE_FINDING, findings)
    _keep(connection, [rule.id for rule in rules if _is_by_department(rule)])
    merge(connection, TABLES["fact_finding"], statement("load", "fact_warehouse_finding"))
    connection.execute("DELETE FROM undecided_department")
    return _count_new(connection)


def adjust(connection: duckdb.DuckDBPyConnection, adjustments: Rows) -> list[tuple[str, str]]:
    """Keep what a finance bureau decided about the rules; see `Warehouse.adjust`."""
    stage_frame(connection, RULE_ADJUSTMENT, adjustments)
    connection.execute("DELETE FROM rule_adjustment")
    merge(connection, TABLES["rule_adjustment"], "FROM staged_rule_adjustment")
    return connection.execute("""
        SELECT rule, concat_ws(' ', region_code, department_id)
        FROM rule_adjustment AS adjustment
        ANTI JOIN dim_department AS department
            ON department.is_current AND coalesce(adjustment.department_id, department.department_id) = department.department_id
            AND starts_with(department.region_code, regexp_replace(coalesce(adjustment.region_code, ''), '(00){1,2}$', ''))
        ORDER BY adjustment_no
    """).fetchall()


def decide_reasons(connection: duckdb.DuckDBPyConnection) -> None:
    """Decide why sums are incomplete; see `Warehouse.decide_reasons`."""
    connection.execute("DELETE FROM incomplete_reason")
    _fill(connection, "incomplete_reason")


def _find_undecided(connection: duckdb.DuckDBPyConnection) -> bool:
    """Complete `undecided_department`, and make `decided_document` of the documents that counted for these departments so far.

    Returns:
        Whether there is a department of which something is to be decided.
    """
    program = _program(connection)
    known = connection.execute("SELECT arg_max(decided_by, started_at) FROM load_run WHERE decided_by IS NOT NULL").fetchone()
    connection.execute("UPDATE load_run SET decided_by = ? WHERE run_key = (SELECT run_key FROM this_run)", [program])
    connection.execute(statement("load", "undecided"), {"is_other_program": known != (program,)})
    connection.execute(statement("load", "decided_document"))
    return connection.execute("FROM undecided_department LIMIT 1").fetchone() is not None


def _program(connection: duckdb.DuckDBPyConnection) -> str:
    """A fingerprint of what decides: the statements of this room, the code, and with it the words."""
    reader = connection.execute("SELECT code_version, reader_fingerprint FROM this_run").fetchall()
    statements = (path.read_bytes() for path in sorted([*ROOM.rglob("*.sql"), *ROOM.glob("*.yaml"), *ROOM.glob("*.py")]))
    return hashlib.sha256(b"\0".join((repr(reader).encode(), *statements))).hexdigest()


def _decide(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Fill a table of what counts anew for the undecided departments."""
    is_of_document = "document_key" in TABLES[name].key
    own = "document_key IN (FROM decided_document)" if is_of_document else "department_id IN (FROM undecided_department)"
    connection.execute(f"DELETE FROM {name} WHERE {own}")
    for _ in _parts_of_undecided(connection):
        _fill(connection, name)


def _parts_of_undecided(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Have `undecided_department` hold some at a time: after a change of the program it holds the whole country."""
    [(count,)] = connection.execute(
        f"CREATE OR REPLACE TEMP TABLE all_undecided AS SELECT department_id, row_number() OVER () // {DECIDED_AT_ONCE} AS part "
        "FROM (SELECT DISTINCT department_id FROM undecided_department)"
    ).fetchall()
    if count <= DECIDED_AT_ONCE:
        yield
        return
    for number in range(count // DECIDED_AT_ONCE + 1):
        _undecide(connection, f"WHERE part = {number}")
        yield
    _undecide(connection, "")


def _undecide(connection: duckdb.DuckDBPyConnection, chosen: str) -> None:
    connection.execute("DELETE FROM undecided_department")
    connection.execute(f"INSERT INTO undecided_department SELECT department_id FROM all_undecided {chosen}")


def _fill(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    names = ", ".join(f'"{column.name}"' for column in TABLES[name].columns)
    connection.execute(f"INSERT INTO {name} ({names}) SELECT {names} FROM ({statement('load', name)}\n)")


def _run(connection: duckdb.DuckDBPyConnection, rule: Rule) -> list[Finding]:
    if not (ROOM / "checks" / f"{rule.id}.sql").exists():
        raise UnusableInput(f"The rule {rule.id} is to run over the warehouse, but there is no warehouse/checks/{rule.id}.sql.")
    if _is_by_department(rule):
        declaration = _declaration(connection, rule)
        if not _choose_departments(connection, rule, declaration):
            _count_outcomes(connection, rule, _KEPT)
            return []
    _ask(connection, rule, rule.thresholds, "checked")
    for thresholds, subjects in _adjusted(connection, rule).items():
        _ask(connection, rule, {**rule.thresholds, **dict(thresholds)}, "adjusted")
        _stage_subjects(connection, subjects)
        connection.execute(f"DELETE FROM checked AS judged USING adjusted_subject AS own WHERE {_OF_SUBJECT}")
        connection.execute(f"INSERT INTO checked FROM adjusted AS judged SEMI JOIN adjusted_subject AS own ON {_OF_SUBJECT}")
    if _is_by_department(rule):
        connection.execute(
            "INSERT INTO kept_check SELECT $rule, $declaration, department_id, status, reason, count(*) FROM checked GROUP BY ALL",
            {"rule": rule.id, "declaration": declaration},
        )
    _count_outcomes(connection, rule, _KEPT if _is_by_department(rule) else _CHECKED)
    # What it says of the problems that stand: one of which it says nothing, or does not apply, is not corrected.
    connection.execute(
        """
        INSERT INTO judged_subject
        SELECT issue.fingerprint, max(checked.status)
        FROM quality_issue AS issue
        JOIN checked ON checked.department_id = issue.department_id AND checked.label = issue.label
            AND (checked.fiscal_year, checked.stage) IS NOT DISTINCT FROM (issue.fiscal_year, issue.stage)
        WHERE issue.rule = $rule AND issue.state <> 'resolved'
        GROUP BY issue.fingerprint
        """,
        {"rule": rule.id},
    )
    failures = connection.execute("SELECT * FROM checked WHERE status = 'fail' ORDER BY ALL")
    names = [name for name, *_ in failures.description or ()]
    return [_finding(rule, dict(zip(names, row, strict=True))) for row in failures.fetchall()]


_KEPT = "(SELECT status, reason, count FROM kept_check WHERE rule = $rule)"
_CHECKED = "(SELECT status, reason, count(*) AS count FROM checked GROUP BY ALL)"


def _count_outcomes(connection: duckdb.DuckDBPyConnection, rule: Rule, counted: str) -> None:
    """Complete `checked_rule` with how often a rule has which result."""
    connection.execute(
        f"""
        INSERT INTO checked_rule
        SELECT
            $rule, coalesce(sum(count) FILTER (status = 'pass'), 0), coalesce(sum(count) FILTER (status = 'fail'), 0),
            coalesce(sum(count) FILTER (status = 'not_applicable'), 0),
            string_agg(DISTINCT reason, ',' ORDER BY reason) FILTER (status = 'not_applicable')
        FROM {counted}
        """,
        {"rule": rule.id},
    )


_OF_SUBJECT = (
    "judged.department_id = own.department_id AND judged.fiscal_year::INTEGER IS NOT DISTINCT FROM own.fiscal_year "
    "AND judged.stage::VARCHAR IS NOT DISTINCT FROM own.stage"
)
Thresholds = tuple[tuple[str, Any], ...]
Subject = tuple[str, int | None, str | None]    # department, year, stage


def _ask(connection: duckdb.DuckDBPyConnection, rule: Rule, thresholds: Mapping[str, Any], table: str) -> None:
    """Make a table of what the rule's statement says of each subject, with these thresholds."""
    for name, value in thresholds.items():
        connection.execute(f"SET VARIABLE {name} = ?", [value])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {statement('checks', rule.id)}")


def _adjusted(connection: duckdb.DuckDBPyConnection, rule: Rule) -> dict[Thresholds, list[Subject]]:
    """The subjects of `checked` for which other thresholds were decided, by these."""
    decides = "FROM rule_adjustment WHERE rule = ? AND adjustment_kind = 'threshold' LIMIT 1"
    if connection.execute(decides, [rule.id]).fetchone() is None:    # nearly always; the other question takes six times as long
        return {}
    rows = connection.execute(statement("status", "adjusted_subjects"), {"rule": rule.id}).fetchall()
    decided: dict[Subject, dict[str, Any]] = {}
    for department_id, year, stage, name, value in rows:    # in the order of the file: the later decision counts
        declared = rule.thresholds[name]
        decided.setdefault((department_id, year, stage), {})[name] = value if isinstance(declared, str) else type(declared)(value)
    found: dict[Thresholds, list[Subject]] = {}
    for subject, thresholds in decided.items():
        found.setdefault(tuple(sorted(thresholds.items())), []).append(subject)
    return found


def _stage_subjects(connection: duckdb.DuckDBPyConnection, subjects: Sequence[Subject]) -> None:
    departments, years, stages = zip(*subjects, strict=True)
    lists = ", ".join(
        f"unnest(${place}::{kind}[]) AS {name}"
        for place, (name, kind) in enumerate((("department_id", "VARCHAR"), ("fiscal_year", "INTEGER"), ("stage", "VARCHAR")), start=1)
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE adjusted_subject AS SELECT {lists}", [list(departments), list(years), list(stages)])


def _is_by_department(rule: Rule) -> bool:
    return "department_to_check" in statement("checks", rule.id)


def _declaration(connection: duckdb.DuckDBPyConnection, rule: Rule) -> str:
    """A fingerprint of what a rule says and of the thresholds that were decided for departments and years."""
    decided = connection.execute(
        "SELECT * EXCLUDE (adjustment_no) FROM rule_adjustment WHERE rule = ? AND adjustment_kind = 'threshold' ORDER BY adjustment_no",
        [rule.id],
    ).fetchall()
    told = (statement("checks", rule.id), rule.severity, dict(rule.message), dict(rule.remedy), dict(rule.thresholds), decided)
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _choose_departments(connection: duckdb.DuckDBPyConnection, rule: Rule, declaration: str) -> bool:
    """Make `department_to_check` of the undecided departments, or of all where nothing is kept; what is kept of them is dropped.

    A row of no department keeps that the rule was checked, also where it had nothing to say.

    Returns:
        Whether there is a department to check.
    """
    asked = [rule.id, declaration]
    is_kept = connection.execute("FROM kept_check WHERE rule = ? AND rule_declaration = ? LIMIT 1", asked).fetchone() is not None
    of_all = "undecided_department" if is_kept else "dim_department"
    [(count,)] = connection.execute(
        f"CREATE OR REPLACE TEMP TABLE department_to_check AS SELECT DISTINCT department_id FROM {of_all}").fetchall()
    of_checked = "department_id IN (FROM department_to_check)" if is_kept else "true"
    for table in ("kept_check", "kept_finding") if count else ():
        connection.execute(f"DELETE FROM {table} WHERE rule = ? AND {of_checked}", [rule.id])
    if not is_kept:
        connection.execute("INSERT INTO kept_check VALUES (?, ?, '', 'pass', NULL, 0)", asked)
    return bool(count)


def _keep(connection: duckdb.DuckDBPyConnection, rules: Sequence[str]) -> None:
    """Complete `staged_warehouse_finding` with what is kept of departments that were not checked tonight, and keep all of it.

    A rule that did not run tonight knows nothing of what was decided: all is checked when it runs again.
    """
    for table in ("kept_check", "kept_finding"):
        connection.execute(f"DELETE FROM {table} WHERE NOT list_contains($1, rule)", [rules])
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE found_by_department AS "
        "SELECT * EXCLUDE (misfit) FROM staged_warehouse_finding WHERE list_contains($1, rule)", [rules])
    connection.execute("INSERT INTO staged_warehouse_finding BY NAME FROM kept_finding")
    connection.execute("INSERT INTO kept_finding BY NAME FROM found_by_department")


def _finding(rule: Rule, subject: Mapping[str, Any]) -> Finding:
    known = {column.name: subject.get(column.name) for column in WAREHOUSE_FINDING.columns}
    return known | {
        "rule": rule.id, "severity": rule.severity,
        "message_zh": _told(rule, subject, "zh"), "message_en": _told(rule, subject, "en"),
        "remedy_zh": rule.remedy["zh"], "remedy_en": rule.remedy["en"],
    }


def _told(rule: Rule, subject: Mapping[str, Any], language: str) -> str:
    """The message in a language; `x_zh` and `x_en` of the statement also fill `{x}`."""
    own = {name.removesuffix(f"_{language}"): value for name, value in subject.items() if name.endswith(f"_{language}")}
    return rule.message[language].format_map({**subject, **own})


def _count_new(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The run's new findings by severity, gravest first; the sum goes into the run's row. A text that is an attachment is none."""
    counts = dict(connection.execute("""
        SELECT severity, count(*) FROM fact_finding SEMI JOIN this_run USING (run_key)
        WHERE rule <> 'unreadable-document' OR document_key IN (SELECT document_key FROM unreadable_document)
        GROUP BY severity ORDER BY list_position(?, severity)
    """, [list(FIELDS["severity"].values)]).fetchall())
    connection.execute(
        "UPDATE load_run SET finding_count = ? WHERE run_key = (SELECT run_key FROM this_run)", [sum(counts.values())]
    )
    return counts
