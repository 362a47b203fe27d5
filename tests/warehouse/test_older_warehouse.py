"""A warehouse that an earlier version made (its tables as text in `older/`): what it told is not told again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from batches import CATALOGUE, EXPERTS, MEETINGS, RD, SEED, Batch, Night, rows

from warehouse.store import Warehouse
from warehouse.tables import TABLES

OLDER = Path(__file__).parent / "older"
ANOTHER = "published/tianhe/another/tianhe-rd-2023.txt"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Two files of one name with the same problem, which was one issue, known by that name; and a problem of a project."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute((OLDER / "schema.sql").read_text("utf-8"))
        for file in OLDER.glob("*.csv"):
            connection.execute(f"COPY {file.stem} FROM '{file}' (FORMAT csv, HEADER)")
    return path


def test_the_problem_of_a_whole_document_is_neither_new_nor_corrected(older: Path) -> None:
    with Warehouse.open(older) as warehouse:
        night = Night(warehouse)
        for _ in range(2):
            night(Batch().pull(SEED, "unchanged").pull(ANOTHER, "unchanged"))
        assert rows(warehouse.connection, EVENTS) == [
            ("missing-goal", "opened"), ("template-left-over", "opened"), ("template-left-over", "opened")]
        again: dict[str, Any] = {"subject": "document", "rule": "template-left-over", "severity": "warning", "label": "tianhe-rd-2023.txt"}
        batch = Batch(pulled_at="2026-01-12 18:00:00+00:00").add(SEED, [EXPERTS, MEETINGS], sha256="new").find(0, **again)
        batch.put("outcome_count", document_no=0, rule="missing-goal", passed=1, failed=0, not_applicable=0, reason=None)
        night(batch.pull(ANOTHER, "unchanged"))
        assert rows(warehouse.connection, f"{EVENTS} OFFSET 3") == [("missing-goal", "corrected")]


EVENTS = """
    SELECT rule, event FROM issue_event JOIN quality_issue USING (fingerprint) WHERE rule <> 'not-published' ORDER BY happened_at, rule
"""


def test_facts_know_their_department_through_the_document_whose_year_has_its_name(older: Path) -> None:
    former = {"department_id": RD, "alias": "天河区人大机关", "first_year": None, "last_year": 2023, "region_code": None}
    with Warehouse.open(older) as warehouse:
        assert rows(warehouse.connection, "SELECT table_name FROM duckdb_columns() WHERE column_name = 'department_key' AND table_name LIKE 'fact_%'") == []
        before = rows(warehouse.connection, "SELECT document_key, project_no, amount_yuan FROM fact_project ORDER BY ALL")
        assert before
        Night(warehouse)(Batch().pull(SEED, "unchanged").pull(ANOTHER, "unchanged"), catalogue=CATALOGUE | {"department_alias": [former]})
        assert rows(warehouse.connection, "SELECT document_key, project_no, amount_yuan FROM project ORDER BY ALL") == before
        assert rows(warehouse.connection, "SELECT DISTINCT department_name FROM project") == [("天河区人大机关",)]


def test_facts_hold_the_code_of_an_account_and_the_names_of_an_indicator(older: Path) -> None:
    with duckdb.connect(older) as connection:
        connection.execute("INSERT INTO dim_account BY NAME SELECT 7 AS account_key, '2010101' AS account_code, '行政运行' AS account_name")
        connection.execute("""
            INSERT INTO fact_budget_line BY NAME
            SELECT document_key, department_key, 0 AS table_no, line_no, 'expenditure_summary' AS table_kind,
                CASE line_no WHEN 0 THEN 7 END AS account_key, '预算数' AS column_path, 1.00 AS amount_yuan
            FROM (FROM fact_project LIMIT 1), range(2) AS line(line_no)
        """)
        named = "level1, level2, indicator_name, target_text FROM fact_performance_target"
        before = rows(connection, f"SELECT {named} JOIN dim_indicator USING (indicator_key) ORDER BY ALL")
    Warehouse.open(older).close()
    with Warehouse.open(older) as warehouse:
        assert rows(warehouse.connection, f"SELECT {named} ORDER BY ALL") == before != []
        codes = rows(warehouse.connection, """
            SELECT account_code, account_name FROM fact_budget_line LEFT JOIN dim_account USING (account_code) ORDER BY line_no
        """)
        assert codes == [("2010101", "行政运行"), (None, None)]
        assert rows(warehouse.connection, "SELECT table_name FROM duckdb_tables() WHERE table_name IN ('earlier', 'dim_indicator')") == []
        columns = "SELECT column_name, comment IS NULL FROM duckdb_columns() WHERE table_name = '{}' AND NOT internal"
        for name in ("fact_budget_line", "fact_performance_target", "dim_account"):
            assert rows(warehouse.connection, columns.format(name)) == [(column.name, False) for column in TABLES[name].columns]
