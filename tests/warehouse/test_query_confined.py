"""A question reads the published copy and nothing else: attacks are run in earnest, and nothing may have changed or been read."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse import answers, query
from warehouse.errors import BadQuery
from warehouse.store import Warehouse

SECRET = "口令：芝麻开门"
# What an attack would write, read or change; HERE is a folder with a file that holds a secret.
READERS = (
    "read_text('HERE/secret.txt')", "read_blob('HERE/secret.txt')", "read_csv('HERE/secret.txt')", "read_csv_auto('HERE/secret.txt')",
    "read_json('HERE/secret.json')", "read_json_objects('HERE/secret.json')", "read_ndjson('HERE/secret.json')",
    "read_parquet('HERE/secret.parquet')", "parquet_scan('HERE/secret.parquet')", "parquet_metadata('HERE/secret.parquet')",
    "sniff_csv('HERE/secret.txt')", "glob('HERE/*')", "'HERE/secret.txt'", "'HERE/secret.csv'", "'HERE/*.csv'", "\"HERE/secret.csv\"",
    "query('FROM read_text(''HERE/secret.txt'')')", "query_table('HERE/secret.csv')", "read_text('/proc/self/environ')",
    "read_text(['HERE/secret.txt'])", "read_text('HERE/sub/../secret.txt')", "read_text('file://HERE/secret.txt')",
    "read_text((SELECT replace(current_setting('allowed_directories')[1], 'answers/', '') || '../../..' || 'HERE/secret.txt'))",
    "read_csv('http://127.0.0.1:9/secret.csv')", "read_text('https://127.0.0.1:9/secret')", "read_parquet('s3://bucket/secret')",
    "duckdb_secrets()",
)
WRITES = (
    "COPY project TO 'HERE/stolen.csv'", "COPY (SELECT 1) TO 'HERE/stolen.parquet' (FORMAT parquet)", "EXPORT DATABASE 'HERE/stolen'",
    "COPY project FROM 'HERE/secret.csv'", "IMPORT DATABASE 'HERE'", "ATTACH 'HERE/stolen.duckdb'", "ATTACH 'HERE/stolen.duckdb' AS x (READ_WRITE)",
    "COPY FROM DATABASE yusuan TO memory", "INSERT INTO dim_region VALUES ('1', 'x', NULL)", "DELETE FROM fact_project", "DROP TABLE fact_project",
    "UPDATE fact_project SET amount_yuan = 1", "TRUNCATE fact_project", "CREATE TABLE t AS SELECT 1", "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE VIEW v AS SELECT 1", "CREATE MACRO m() AS 1", "CREATE TYPE mood AS ENUM ('a')", "ALTER TABLE fact_project ADD COLUMN x INT",
    "SET memory_limit = '9GB'", "RESET memory_limit", "SET enable_external_access = true", "SET lock_configuration = false",
    "SET allowed_directories = ['/']", "SET VARIABLE x = 1", "PRAGMA enable_profiling", "PRAGMA profiling_output = 'HERE/stolen.json'",
    "INSTALL httpfs", "INSTALL httpfs FROM 'HERE'", "FORCE INSTALL httpfs", "LOAD 'HERE/secret.txt'", "UPDATE EXTENSIONS", "CHECKPOINT",
    "FORCE CHECKPOINT", "VACUUM", "ANALYZE", "DETACH yusuan", "USE memory", "BEGIN", "COMMIT", "PREPARE p AS SELECT 1", "EXECUTE p",
    "CALL pragma_version()", "CALL enable_logging(storage = 'file', storage_path = 'HERE/stolen')", "COMMENT ON TABLE fact_project IS 'x'",
    "CREATE SECRET s (TYPE s3)", "MERGE INTO dim_region USING dim_region AS x ON true WHEN MATCHED THEN DELETE",
    "CREATE TABLE t AS PIVOT project ON stage USING count(*)", "COPY (PIVOT project ON stage USING count(*)) TO 'HERE/stolen.csv'",
)
PIVOT = "PIVOT project ON stage USING sum(amount_yuan) GROUP BY department_name"
# Ways to hide a statement that writes behind or within one that reads.
DISGUISES = (
    "{}", "{};", "/* SELECT */ {}", "-- SELECT 1\n{}", "EXPLAIN {}", "EXPLAIN ANALYZE {}", "explain (analyze) {}", "EXPLAIN (FORMAT json) {}",
    "EXPLAIN (ANALYZE, FORMAT json) {}", "EXPLAIN /* x */ ANALYZE /* y */ {}", "{}; SELECT 1", "SELECT 1; {}", "{}; " + PIVOT, PIVOT + "; {}",
    "{}; SELECT ';'; " + PIVOT, "SELECT $$;$$; {}", "FROM ({})", "WITH x AS ({}) FROM x", "FROM query($${}$$)", "SELECT 1) TO 'HERE/stolen.csv'; {}; --",
    "EXPLAIN ANALYZE FROM ({})", "\ufeff{}", "\xa0{}", ";;{}", "({})",
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a published copy, a warehouse's file and secrets that a question could read."""
    folder = tmp_path_factory.mktemp("attacked")
    (folder / "sub").mkdir()
    (folder / "secret.txt").write_text(SECRET, encoding="utf-8")
    (folder / "secret.csv").write_text(f"a\n{SECRET}\n", encoding="utf-8")
    (folder / "secret.json").write_text(f'{{"a": "{SECRET}"}}\n', encoding="utf-8")
    duckdb.execute(f"COPY (SELECT '{SECRET}' AS a) TO '{folder}/secret.parquet'")
    with Warehouse.open(folder / "warehouse.duckdb") as warehouse:
        warehouse.publish(folder / "yusuan.duckdb")
    return folder


@pytest.fixture(scope="module")
def opened(here: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[query.Copy]:
    """A copy of its own, for tests that run no statement: DuckDB gives all who open one file in one process the same settings."""
    with query.connect(Path(shutil.copy(here / "yusuan.duckdb", tmp_path_factory.mktemp("opened")))) as copy:
        yield copy


def fingerprint(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def attack(here: Path, sql: str) -> str:
    """Try a statement as a table and as every kind of file; gives what it answered."""
    told = []
    for form in (None, "csv", "parquet", "markdown"):
        with query.connect(here / "yusuan.duckdb", query.Limits(20, 512)) as copy, suppress(BadQuery):
            if form is None:
                told.append(str(query.rows(copy, sql)))
            else:
                answers.write(copy, sql, form, copy.folder / "given", for_people=True)
                told.append((copy.folder / "given").read_bytes().decode(errors="replace"))
    return "\n".join(told)


@pytest.mark.parametrize("reader", READERS)
def test_no_other_file_is_read(here: Path, reader: str) -> None:
    before = fingerprint(here)
    for sql in (f"FROM {reader}", f"SELECT count(*), any_value(x) FROM (FROM {reader}) AS x", f"EXPLAIN ANALYZE FROM {reader}", f"DESCRIBE FROM {reader}"):
        told = attack(here, sql.replace("HERE", str(here)))
        assert "芝麻" not in told
        assert "secret.json" not in told    # nor the names of files
    assert fingerprint(here) == before


@pytest.mark.parametrize("write", WRITES)
def test_no_statement_that_writes_is_run_in_any_disguise(here: Path, write: str) -> None:
    before = fingerprint(here)
    with query.connect(here / "yusuan.duckdb") as copy:
        for disguise in DISGUISES:
            with pytest.raises(BadQuery):
                query.rows(copy, disguise.replace("{}", write).replace("HERE", str(here)))
    assert fingerprint(here) == before


def test_the_statement_is_known_by_its_type_and_not_by_what_stops_it(here: Path, opened: query.Copy) -> None:
    """The confined connection would stop most attacks too; the check before it has to stop them all."""
    for write, disguise in product(WRITES, DISGUISES):
        try:
            statement = query.reading(opened, disguise.replace("{}", write).replace("HERE", str(here)))
        except (BadQuery, duckdb.Error):
            continue
        # `FROM query('COPY …')` is one that reads; what stands in the text is refused when it is run.
        assert "query(" in statement, statement


def test_asking_what_a_statement_is_opens_no_file(here: Path, tmp_path: Path) -> None:
    """DuckDB opens the files of `import_database` while it takes a text apart: a pipe without a writer would hold it for ever."""
    for name in ("schema.sql", "load.sql"):
        os.mkfifo(tmp_path / name)
    for sql in (f"PRAGMA import_database('{tmp_path}')", f"EXPLAIN PRAGMA import_database('{tmp_path}')"):
        with query.connect(here / "yusuan.duckdb") as copy, pytest.raises(BadQuery, match="Only the published copy"):
            query.rows(copy, sql)


PIECES = st.sampled_from([
    *WRITES, PIVOT, "SELECT 1", "FROM project", "SHOW TABLES", "EXPLAIN", "ANALYZE", "(", ")", ";", "'", '"', "$$", "--", "\n", "/*",
    "*/", ",", "UNION ALL", "WITH x AS", "(ANALYZE)", "(FORMAT json)", "DESCRIBE", "SUMMARIZE", "；", "E'\\'", "FROM query(",
])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(PIECES, min_size=1, max_size=7).map(" ".join))
def test_whatever_passes_has_one_statement_that_reads(opened: query.Copy, sql: str) -> None:
    try:
        statement = query.reading(opened, sql)
    except (BadQuery, duckdb.Error):
        return
    # Where a statement may begin: elsewhere it is a name, as in DESCRIBE BEGIN.
    writes = re.compile(rf"(?:^|[();]|EXPLAIN|ANALYZE)\s*({'|'.join(re.escape(write.split(' ', maxsplit=1)[0]) for write in WRITES)})\b")
    found = [kind.type.name for kind in duckdb.extract_statements(statement)]
    assert found[-1] == "SELECT" or "EXPLAIN" in found
    bare = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$\$.*?\$\$|--[^\n]*|/\*.*?\*/", " ", statement, flags=re.DOTALL)
    assert not set(writes.findall(bare)) - {"ANALYZE"}, statement


def test_a_question_over_its_time_is_stopped_and_says_so(here: Path) -> None:
    endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range * b.range % 7 = 3"
    with query.connect(here / "yusuan.duckdb", query.Limits(seconds=0.6)) as copy:
        for ask in (lambda: query.rows(copy, endless), lambda: answers.write(copy, endless, "csv", copy.folder / "x")):
            with pytest.raises(BadQuery, match=r"more than 0\.6 seconds \(YUSUAN_SQL_SECONDS\)"):
                ask()
        assert query.rows(copy, "SELECT 1").rows == [(1,)]    # the next one has its own time


def test_time_in_which_nobody_takes_rows_does_not_count(here: Path) -> None:
    with query.connect(here / "yusuan.duckdb", query.Limits(seconds=1)) as copy:
        found = query.ask(copy, "FROM range(10000)").rows
        assert next(found) == (0,)
        threading.Event().wait(1.1)    # somebody reads a page
        assert sum(1 for _ in found) == 9999


def test_a_question_that_needs_too_much_memory_says_so(here: Path) -> None:
    with query.connect(here / "yusuan.duckdb", query.Limits(memory_mb=64)) as copy, pytest.raises(BadQuery, match=r"64 MB .*YUSUAN_SQL_MEMORY_MB"):
        query.rows(copy, "SELECT list(repeat('x', 1000) || i) FROM range(10000000) t(i)")


def test_a_sort_larger_than_memory_goes_on_in_a_file(here: Path) -> None:
    with query.connect(here / "yusuan.duckdb", query.Limits(memory_mb=64)) as copy:
        rows = query.ask(copy, "SELECT i, repeat('x', 100) || i FROM range(1000000) t(i) ORDER BY hash(i)").rows
        assert len({number for number, _ in rows}) == 1000000


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    (folder / "published").mkdir(parents=True)
    (folder / "warehouse.duckdb").write_bytes(b"the warehouse")
    yield folder
    assert (folder / "warehouse.duckdb").read_bytes() == b"the warehouse"




@pytest.mark.parametrize("output", [
    lambda data: data / "answer.csv", lambda data: data / "published" / "answer.csv", lambda data: data / "new" / "answer.csv",
    lambda data: data.parent / "elsewhere" / ".." / "data" / "answer.csv",
    lambda data: _linked(data.parent / "folder", data) / "answer.csv", lambda data: _linked(data.parent / "a.csv", data / "warehouse.duckdb"),
    lambda data: _linked(data.parent / "a.csv", data / "not-yet.csv"),
])
def test_no_answer_is_written_into_the_data_folder(data: Path, output: Callable[[Path], Path]) -> None:
    with pytest.raises(BadQuery, match="in the data folder"):
        answers.check_output(output(data), data)


def _linked(path: Path, target: Path) -> Path:
    path.symlink_to(target)
    return path


def test_a_hard_link_to_the_warehouse_is_replaced_and_not_written_through(here: Path, data: Path) -> None:
    output = data.parent / "a.csv"
    output.hardlink_to(data / "warehouse.duckdb")
    assert answers.check_output(output, data) == "csv"
    with query.connect(here / "yusuan.duckdb") as copy:
        answers.write(copy, "SELECT 1 AS a", "csv", output)
    assert output.read_bytes() == b"a\n1\n"


@pytest.mark.parametrize("name", ["a.ods", "a.xls", "a", "a.csv.gz", "a.duckdb", "csv"])
def test_an_ending_that_names_no_format_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadQuery, match=r"\.csv"):
        answers.check_output(tmp_path / name, tmp_path / "data")


def test_a_failed_question_leaves_the_old_file(here: Path, tmp_path: Path) -> None:
    output = tmp_path / "a.csv"
    output.write_text("old")
    for sql in ("SELECT error('no') FROM range(10)", "FROM nowhere"):
        with query.connect(here / "yusuan.duckdb") as copy, pytest.raises(BadQuery):
            answers.write(copy, sql, "csv", output)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.csv", "old")]


def test_a_device_is_not_replaced(here: Path) -> None:
    with query.connect(here / "yusuan.duckdb") as copy, pytest.raises(BadQuery, match="not a file"):
        answers.write(copy, "SELECT 1", "csv", Path("/dev/null"))
    assert Path("/dev/null").is_char_device()


def test_csv_for_people_is_utf8_for_spreadsheets_and_holds_no_formula(here: Path, tmp_path: Path) -> None:
    sql = """SELECT * FROM (VALUES
        ('=1+1', -5.10::DECIMAL(18,2), -1, DATE '2023-01-01', ['=1']), ('+86', 0.00, 2, NULL, NULL), ('-cmd', 1.00, -3, NULL, []),
        ('@SUM(A1)', 1.00, 4, NULL, NULL), ('＝1', 1.00, 5, NULL, NULL), (chr(9) || '=1', 1.00, 6, NULL, NULL), ('-', 1.00, 7, NULL, NULL),
        ('合计=1', 1.00, 8, NULL, NULL), (NULL, NULL, NULL, NULL, NULL)
        ) AS t("=text", amount, number, day, list)"""
    with query.connect(here / "yusuan.duckdb") as copy:
        answers.write(copy, sql, "csv", tmp_path / "people.csv", for_people=True)
        answers.write(copy, sql, "csv", tmp_path / "raw.csv")
    people, raw = ((tmp_path / name).read_bytes().decode() for name in ("people.csv", "raw.csv"))
    assert people.startswith("\ufeff'=text,amount,number,day,list\n")
    assert [line.split(",")[0] for line in people.splitlines()[1:]] == ["'=1+1", "'+86", "'-cmd", "'@SUM(A1)", "'＝1", "'\t=1", "-", "合计=1", ""]
    assert people.splitlines()[1] == "'=1+1,-5.10,-1,2023-01-01,['=1']"
    assert raw.startswith("=text,amount")
    assert [line.split(",")[0] for line in raw.splitlines()[1:]] == ["=1+1", "+86", "-cmd", "@SUM(A1)", "＝1", "\t=1", "-", "合计=1", ""]


@pytest.mark.parametrize("sql", [PIVOT, "SHOW TABLES", "DESCRIBE project", "SELECT 1 AS a, 2 AS a", "FROM project ORDER BY amount_yuan", "SELECT 1 -- c"])
def test_every_question_can_be_had_as_csv_for_people(here: Path, tmp_path: Path, sql: str) -> None:
    with query.connect(here / "yusuan.duckdb") as copy:
        answers.write(copy, sql, "csv", tmp_path / "people.csv", for_people=True)
        answers.write(copy, sql, "csv", tmp_path / "raw.csv")
    assert (tmp_path / "people.csv").read_bytes() == b"\xef\xbb\xbf" + (tmp_path / "raw.csv").read_bytes()


def test_published_text_is_no_markdown(here: Path, tmp_path: Path) -> None:
    with query.connect(here / "yusuan.duckdb") as copy:
        answers.write(copy, "SELECT '[a](http://b) <b>*c*</b> | `d` _e_ f_g' AS project_name", "markdown", tmp_path / "a.md")
    line = (tmp_path / "a.md").read_text().splitlines()[2]
    assert line == r"| \[a\](http://b) &lt;b&gt;\*c\*&lt;/b&gt; \| \`d\` \_e\_ f_g |"
