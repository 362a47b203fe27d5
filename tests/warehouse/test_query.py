"""Asking the published copy: any statement that reads, exact in every form."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from batches import EXPERTS, MEETINGS, SEED, Batch, Night, Project

from warehouse import answers, query
from warehouse.errors import BadQuery, NotPublished, WarehouseCorrupt
from warehouse.store import Warehouse

DEBT = Project("债务还本", "9999999999999999.99", "按期还本|付息\n不逾期")
QUESTION = "SELECT project_name, amount_yuan, goal FROM project WHERE project_name = '债务还本'"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests: who reads it cannot change it."""
    folder = tmp_path_factory.mktemp("published")
    with Warehouse.open(folder / "warehouse.duckdb") as warehouse:
        Night(warehouse)(Batch().add(SEED, [EXPERTS, MEETINGS, DEBT]))
        warehouse.publish(folder / "yusuan.duckdb")
    return folder / "yusuan.duckdb"


@pytest.fixture
def connection(copy: Path) -> Iterator[query.Copy]:
    with query.connect(copy) as connection:
        yield connection


def test_rows_have_names_and_exact_amounts(connection: query.Copy) -> None:
    columns, found = query.rows(connection, "SELECT department_name, project_sum_yuan FROM department_year WHERE document_count > 0;")
    assert columns == ["department_name", "project_sum_yuan"]
    assert found == [("广州市天河区人民代表大会常务委员会办公室", Decimal("10000000000369999.99"))]


@pytest.mark.parametrize("sql", [
    "FROM dim_funding_source", "SHOW TABLES", "DESCRIBE project", "SUMMARIZE project", "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1", "explain/**/analyze/**/select 1",
    "EXPLAIN (ANALYZE, FORMAT json)/* c */SELECT 1", "EXPLAIN (FORMAT json)SELECT '）'", "EXPLAIN (SELECT 1)",
    "WITH a AS (SELECT 1) FROM a",
    "PIVOT project ON stage USING sum(amount_yuan) GROUP BY department_name", "SELECT 1 -- a remark",
])
def test_every_way_to_read_works(connection: query.Copy, sql: str) -> None:
    assert query.rows(connection, sql).rows


@pytest.mark.parametrize(("form", "expected"), [
    ("csv", 'project_name,amount_yuan,goal\n债务还本,9999999999999999.99,"按期还本|付息\n不逾期"\n'),
    ("json", '[\n\t{"project_name":"债务还本","amount_yuan":9999999999999999.99,"goal":"按期还本|付息\\n不逾期"}\n]\n'),
    ("markdown", (
        "| project_name   | amount_yuan         | goal                     |\n"
        "|----------------|---------------------|--------------------------|\n"
        "| 债务还本       | 9999999999999999.99 | 按期还本\\|付息<br>不逾期 |\n"
    )),
])
def test_amounts_are_exact_in_text_files(connection: query.Copy, tmp_path: Path, form: Any, expected: str) -> None:
    answers.write(connection, QUESTION, form, tmp_path / "answer")
    written = (tmp_path / "answer").read_text(encoding="utf-8")
    assert [line.replace(" ", "").replace("-", "") for line in written.splitlines()] == [
        line.replace(" ", "").replace("-", "") for line in expected.splitlines()
    ]
    if form == "json":
        assert json.loads(written, parse_float=Decimal)[0]["amount_yuan"] == Decimal("9999999999999999.99")


def test_amounts_keep_their_type_in_parquet(connection: query.Copy, tmp_path: Path) -> None:
    answers.write(connection, QUESTION, "parquet", tmp_path / "answer.parquet")
    answer = duckdb.execute(f"SELECT amount_yuan, typeof(amount_yuan) FROM '{tmp_path}/answer.parquet'").fetchall()
    assert answer == [(Decimal("9999999999999999.99"), "DECIMAL(18,2)")]


def test_without_a_file_the_answer_goes_to_standard_output(connection: query.Copy, capfdbinary: Any) -> None:
    answers.write(connection, "SELECT 项目名称 FROM 项目支出 ORDER BY 金额 LIMIT 1", "csv", sys.stdout.buffer)
    sys.stdout.flush()
    assert capfdbinary.readouterr().out.decode() == "项目名称\n专家咨询、聘任活动费用\n"


@pytest.mark.parametrize("sql", [
    "INSERT INTO dim_region VALUES ('1', 'x', NULL)", "DELETE FROM fact_project", "DROP TABLE fact_project", "CREATE TABLE t AS SELECT 1",
    "COPY project TO 'x.csv'", "ATTACH 'x.duckdb'", "INSTALL httpfs", "SET memory_limit = '1GB'",
])
def test_a_statement_that_writes_is_refused_in_one_sentence(connection: query.Copy, tmp_path: Path, sql: str) -> None:
    for ask in (lambda: query.rows(connection, sql), lambda: answers.write(connection, sql, "csv", tmp_path / "answer")):
        with pytest.raises(BadQuery, match=r"^The published copy can only be read[^.]*\.$"):
            ask()


@pytest.mark.parametrize(("sql", "message"), [
    ("SELECT amount FROM project", "amount_yuan"), ("FROM projekt", "Did you mean \"project\""), ("SELEC 1", "syntax error"),
    ("", "no SQL statement"), ("SELECT 1; SELECT 2", "One statement at a time"), ("FROM sql", "sql does not exist"),
])
def test_a_bad_statement_is_explained_in_one_paragraph(connection: query.Copy, sql: str, message: str) -> None:
    with pytest.raises(BadQuery, match=message) as error:
        query.rows(connection, sql)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("sql", ["SELECT 1; -- a remark；", "SELECT ';' AS \"中;文\" -- a remark;\n ; ;\n-- another"])
@pytest.mark.parametrize("form", ["csv", "json", "parquet", "markdown"])
def test_remarks_and_semicolons_do_not_hinder_any_form(connection: query.Copy, tmp_path: Path, sql: str, form: Any) -> None:
    answers.write(connection, sql, form, tmp_path / "answer")
    assert (tmp_path / "answer").stat().st_size > 0


def test_a_folder_for_temporary_files_may_have_any_name(
    connection: query.Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "the bureau's"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    answers.write(connection, "SELECT 1 AS one", "csv", tmp_path / "answer")
    assert (tmp_path / "answer").read_text(encoding="utf-8") == "one\n1\n"


def test_a_file_that_cannot_be_written_is_named(connection: query.Copy, tmp_path: Path) -> None:
    with pytest.raises(BadQuery, match=r"nowhere/answer\.csv cannot be written"):
        answers.write(connection, "SELECT 1", "csv", tmp_path / "nowhere" / "answer.csv")


def test_before_the_first_night_the_way_to_a_copy_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotPublished, match="make nightly"), query.connect(tmp_path / "yusuan.duckdb"):
        pass


def test_a_damaged_copy_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "yusuan.duckdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(WarehouseCorrupt), query.connect(tmp_path / "yusuan.duckdb"):
        pass


def test_status_shows_runs_issues_and_coverage(connection: query.Copy) -> None:
    found = query.status(connection)
    assert list(found) == ["Last runs", "Open issues", "Coverage", "Undelivered digests"]
    assert [row[1:6] for row in found["Last runs"].rows] == [("succeeded", 1, 1, 0, 0)]
    assert found["Coverage"].rows == [(2023, "budget", 2, 1, 0, 1, 0)]


def test_an_issues_age_is_dated_by_the_day_in_china(warehouse: Warehouse, night: Any, tmp_path: Path) -> None:
    night(Batch().add(SEED, [EXPERTS]).find(0, "missing-goal", "warning", "专家咨询"))
    warehouse.connection.execute("UPDATE quality_issue SET first_seen_at = '2026-01-09 18:00:00'")   # two in the morning in China
    warehouse.publish(tmp_path / "yusuan.duckdb")
    with query.connect(tmp_path / "yusuan.duckdb") as connection:
        assert query.status(connection)["Open issues"].rows == [("warning", "missing-goal", 1, 1, date(2026, 1, 10))]


def test_reading_imports_nothing_but_duckdb(copy: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from warehouse import query\n"
        "with query.connect(Path(sys.argv[1])) as connection: query.rows(connection, 'FROM project'); query.status(connection)\n"
        "print([name for name in ('pandas', 'numpy', 'yaml', 'tabulate', 'prefect', 'great_expectations') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code, str(copy)], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("act", ["flip", "cut", "empty", "text"])
def test_a_damaged_copy_is_named_with_what_to_do(tmp_path: Path, act: str) -> None:
    path = tmp_path / "yusuan.duckdb"
    with duckdb.connect(path) as made:
        made.execute("CREATE TABLE many AS SELECT hash(range)::VARCHAR AS checksum FROM range(100_000)")
    whole = path.read_bytes()
    middle = len(whole) // 2
    flipped = whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1:]
    path.write_bytes({"flip": flipped, "cut": whole[:middle], "empty": b"", "text": b"no database"}[act])
    for ask in ("SELECT max(checksum) FROM many", "SELECT sum(length(checksum)) FROM many"):
        with pytest.raises(WarehouseCorrupt, match=r"yusuan\.duckdb is damaged .* Remove it and run `yusuan nightly`"), query.connect(path) as copy:
            query.rows(copy, ask)
    with pytest.raises(WarehouseCorrupt), query.connect(path) as copy:
        copy.connection.execute("SELECT max(checksum) FROM many").fetchall()


def test_a_question_that_speaks_of_checksums_is_only_wrong(connection: query.Copy) -> None:
    with pytest.raises(BadQuery):
        query.rows(connection, "SELECT checksum FROM project")
