"""A made national year in a warehouse: questions, a night's load, its checks, digests and publishing, as ratios of one run.

At scale 1 a year has 200,000 documents, 6 million projects, 48 million targets and 30 million lines. The facts are made by SQL in the
declared tables; what counts, the views, the load of a night and the published copy are the program's own.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import yaml

from alerts import digest, outbox
from expectations.rules import RULES
from warehouse import cookbook, query, questions
from warehouse.frames import DOCUMENTS, PULLED
from warehouse.rereading import Reader
from warehouse.store import Run, Warehouse
from warehouse.stores import DuckDBFile, Store, store_at
from warehouse.tables import FACTS, TABLES

DOCUMENTS_OF_A_YEAR = 200_000
AUDIENCES = 300
NIGHT = 1_000    # documents
READER = Reader("bench", "900 s")
LARGEST = "fact_performance_target"
LOADED = ("fact_published_table", "fact_budget_line", "fact_project", "fact_project_budget", LARGEST)

YEAR: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("national_year.yaml").read_text(encoding="utf-8"))
# What was published on a day, and what is in force.
SUMS = "SELECT department_name, count(*), sum(amount_yuan) FROM"
CURRENT = "project WHERE fiscal_year = 2023 AND stage = 'budget' GROUP BY ALL"
AS_OF = f"""
    (FROM project_version WHERE valid_from < TIMESTAMP '2023-04-01' AND coalesce(valid_to >= TIMESTAMP '2023-04-01', true)) AS {CURRENT}
"""
# A column of each view, the column by which it is asked for a department, and whether it can be asked for a document.
VIEWS = (
    ("document", "address", "department_id", True),
    ("project", "amount_yuan", "department_id", True),
    ("indicator", "target_text", "department_id", True),
    ("budget_line", "amount_yuan", "department_id", True),
    ("quality", "message_zh", "department_id", True),
    ("coverage", "due_date", "department_id", False),
    ("department_year", "income_yuan", "department_id", False),
    ("three_public", "three_public_yuan", "department_id", False),
    ("budget_final", "final_yuan", "department_id", False),
    ("project_year", "budget_yuan", "department_id", False),
    ("unit_cost", "unit_cost_yuan", "department_id", True),
    ("transfer_payment", "amount_yuan", "department_id", True),
    ("项目支出", "金额", "部门", False),
    ("绩效指标", "指标值原文", "部门", False),
    ("部门预算", "收入", "部门", False),
    ("unreadable_document", "address", "department_id", True),
    ("pull_attempt", "address", "department_id", False),
)


def main() -> None:
    """Make a year, measure, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=0.02, help="share of a national year")
    parser.add_argument("--store", default="", help="compare a DuckLake with the file: ducklake:sqlite or ducklake:postgres:DSN")
    parser.add_argument("--keep", type=Path, help="only make and publish the year, in this data folder, for bench-page")
    asked = parser.parse_args()
    scale = asked.scale
    if asked.keep:
        _keep(asked.keep, int(DOCUMENTS_OF_A_YEAR * scale))
        return
    with tempfile.TemporaryDirectory(prefix="yusuan-bench-") as folder:
        of_file = _measure_store(DuckDBFile(Path(folder) / "warehouse.duckdb"), int(DOCUMENTS_OF_A_YEAR * scale), Path(folder))
        if asked.store:
            address = asked.store if asked.store.count(":") > 1 else f"{asked.store}:{folder}/catalogue.sqlite"
            store = store_at(address, "", Path(folder) / "lake.duckdb")
            print(f"the same on {store.place}")
            with tempfile.TemporaryDirectory(dir=folder) as own:
                of_store = _measure_store(store, int(DOCUMENTS_OF_A_YEAR * scale), Path(own))
            for name, took in of_store.items():
                _tell(f"{name} on {asked.store.split(':')[1]}", took, of_file[name], "in the file")
            return
        published = Path(folder) / "published" / "yusuan.duckdb"
        _measure_file(published, Path(folder))
        _measure_questions(published)


def _measure_store(store: Store, documents: int, folder: Path) -> dict[str, float]:
    """Make a year in a store, and load, check and publish a night; gives the seconds of each step."""
    with Warehouse.open(store) as warehouse:
        begun = time.perf_counter()
        run = _make(warehouse, documents)
        made = time.perf_counter() - begun
        print(f"{_count(warehouse, 'dim_document'):,} documents, {_count(warehouse, LARGEST):,} targets")
        first = _seconds(lambda: _conclude(warehouse, run))
        published = folder / "published" / "yusuan.duckdb"
        publish = _seconds(lambda: warehouse.publish(published))
        _tell("all that counts, decided once, and checks", first, publish, "publishing")
        return {"the year made": made, "all decided and checked": first, "first publishing": publish} | _measure_night(
            warehouse, documents, published)


def _keep(data: Path, documents: int) -> None:
    """A year with so many documents as the data folder of a night has it; without its originals."""
    data.mkdir(parents=True)
    with Warehouse.open(data / "warehouse.duckdb") as warehouse:
        _conclude(warehouse, _make(warehouse, documents))
        warehouse.publish(data / "published" / "yusuan.duckdb")


def _make(warehouse: Warehouse, documents: int) -> Run:
    """A warehouse with a year of so many documents, of which nothing is decided."""
    run = warehouse.start_run("1", date(2023, 3, 2), READER)
    step = 10_000    # what is made for as many documents fits into memory
    with warehouse.transaction():
        warehouse.connection.execute(
            f"INSERT INTO dim_audience SELECT 'a' || n, '第' || n || '财政局', 'info' FROM range({AUDIENCES}) AS number(n)")
    for first in range(0, documents, step):
        with warehouse.transaction():
            warehouse.connection.execute(YEAR["rows"].format(first=first, last=min(first + step, documents)))
            for table, select in YEAR["tables"].items():
                _insert(warehouse.connection, table, select.format(audiences=AUDIENCES, run=run.run_key))
    return run


def _insert(connection: duckdb.DuckDBPyConnection, table: str, select: str) -> None:
    given = {name for name, *_ in connection.execute(f"DESCRIBE {select}").fetchall()}
    names = ", ".join(f'"{column.name}"' for column in TABLES[table].columns if column.name in given)
    unknown = f"ANTI JOIN {table} USING ({', '.join(TABLES[table].key)})" if table.startswith("dim_") else ""
    connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM ({select}) {unknown}")


def _conclude(warehouse: Warehouse, run: Run) -> None:
    with warehouse.transaction():
        warehouse.check(run, [rule for rule in RULES.values() if rule.runs_on_warehouse])
        warehouse.finish_run(run)


def _measure_night(warehouse: Warehouse, documents: int, published: Path) -> dict[str, float]:
    """A night with 1,000 new documents, then one with none and one with a single small one; gives the seconds of each step."""
    connection = warehouse.connection
    connection.execute(YEAR["rows"].format(first=documents, last=documents + NIGHT))
    facts = {name: select.format(audiences=AUDIENCES, run=0) for name, select in YEAR["tables"].items()}
    frames = {
        name: _frame(connection, (PULLED if name == "pulled" else DOCUMENTS[name]).columns, select.format(**facts))
        for name, select in YEAR["frames"].items()
    }
    pulled = frames.pop("pulled")
    _insert(connection, "dim_department", facts["dim_department"])    # as a catalogue of an earlier night has
    with _night(warehouse) as run:
        load = _seconds(lambda: warehouse.load(run, None, pulled, frames))
        check = _seconds(lambda: warehouse.check(run, [rule for rule in RULES.values() if rule.runs_on_warehouse]))
        told = _seconds(lambda: outbox.write(connection, digest.build(connection, run.run_key, "zh")))
        load += _commit(warehouse)
    plain = _plain_insert(warehouse, published.with_name("plain"))
    publish = _seconds(lambda: warehouse.publish(published))
    _tell("load of 1,000 documents", load, plain, "DuckDB's INSERT of the same rows from Parquet", bound=3)
    _tell("checks of that night", check, load, "its load")
    _tell("digests of that night", told, load, "its load")
    _tell("publishing of that night", publish, load, "its load")
    _tell("checks, digests and publishing together", check + told + publish, load, "its load", bound=1)
    _tell("publishing", publish, _seconds(lambda: shutil.copyfile(published, published.with_name("copy"))), "a copy of the file")
    published.with_name("copy").unlink()
    small = {name: frame[frame["document_no"] == documents].head(20) for name, frame in frames.items()}
    small["document"] = small["document"].assign(sha256="another")
    one = pulled.head(1).assign(sha256="another", pulled_at="2023-03-03")
    with _night(warehouse) as run:
        small_load = _seconds(lambda: warehouse.load(run, None, one, small))
        print(f"load of one small document: {small_load:.3f} s (at most 0.15)")
        print(f"its checks: {_seconds(lambda: warehouse.check(run, [rule for rule in RULES.values() if rule.runs_on_warehouse])):.3f} s")
        _commit(warehouse)
    with _night(warehouse) as run:
        again = _seconds(lambda: digest.build(connection, run.run_key, "zh"))
        print(f"digests of {AUDIENCES} audiences with nothing new: {again:.3f} s")
        _commit(warehouse)
    return {"load": load, "checks": check, "digests": told, "publishing": publish, "load of one small document": small_load}


@contextmanager
def _night(warehouse: Warehouse) -> Iterator[Run]:
    run = warehouse.start_run("1", date(2023, 3, 2), READER)
    warehouse.connection.begin()
    yield run
    warehouse.finish_run(run)


def _commit(warehouse: Warehouse) -> float:
    return _seconds(warehouse.connection.commit)


def _frame(connection: duckdb.DuckDBPyConnection, columns: Any, select: str) -> Any:
    """A pandas frame of the declared columns, all text as the rooms before hand it over; what the statement lacks is null."""
    given = {name for name, *_ in connection.execute(f"DESCRIBE {select}").fetchall()}
    names = ", ".join(f'{_or_null(column.name, given)}::VARCHAR AS "{column.name}"' for column in columns)
    frame = connection.execute(f"SELECT {names} FROM ({select})").df()
    return frame.assign(document_no=frame["document_no"].astype(int))


def _or_null(name: str, given: Container[str]) -> str:
    return f'"{name}"' if name in given else "NULL"


def _plain_insert(warehouse: Warehouse, files: Path) -> float:
    """How long DuckDB takes for the night's facts from Parquet, into a file of their own."""
    files.mkdir()
    for table in LOADED:
        warehouse.connection.execute(f"COPY (FROM {table} SEMI JOIN made USING (document_key)) TO '{files / table}.parquet'")
    with duckdb.connect(files / "plain.duckdb") as connection:
        for table in LOADED:
            connection.execute(TABLES[table].ddl)
        return _seconds(lambda: [connection.execute(f"INSERT INTO {table} FROM '{files / table}.parquet'") for table in LOADED])


def _measure_file(published: Path, folder: Path) -> None:
    with duckdb.connect(published, read_only=True) as connection:
        for table in FACTS:
            connection.execute(f"COPY {table.name} TO '{folder / table.name}.parquet' (COMPRESSION zstd)")
    parquet = sum(path.stat().st_size for path in folder.glob("fact_*.parquet"))
    _tell("file, MB", published.stat().st_size / 1e6, parquet / 1e6, "the facts as Parquet", bound=1.3)


def _measure_questions(published: Path) -> None:
    """Each view asked about one department and one document, against a scan of all columns of the largest fact."""
    with query.connect(published) as copy:
        scan = _median(lambda: copy.connection.execute(f"SELECT max(COLUMNS(*)) FROM {LARGEST}").fetchall())
        print(f"one full scan of {LARGEST}: {scan * 1000:.0f} ms; a question may take 0.1 of it")
        ids = "SELECT department_id, department_name, document_key FROM document ORDER BY hash(document_key) LIMIT 1"
        department_id, name, document = copy.connection.execute(ids).fetchall()[0]
        for view, column, of_department, has_document in VIEWS:
            department = query.quoted(name if of_department == "部门" else department_id)
            conditions = {"department": f"{of_department} = {department}"}
            if has_document:
                conditions["document"] = f"document_key = {document}"
            for what, condition in conditions.items():
                sql = f"SELECT count(*), max({column}) FROM {view} WHERE {condition}"
                took = _median(partial(_answer, copy, sql))
                _tell(f"{view} of one {what}", took, scan, "the scan", bound=0.1)
        _tell("search for a word", _median(lambda: questions.search(copy, "河道", 50)), scan, "the scan", bound=1)
        current, as_of = (_median(partial(_answer, copy, f"{SUMS} {where}")) for where in (CURRENT, AS_OF))
        _tell("the projects of a day", as_of, current, "those in force", bound=1.5)
        asked = {recipe.name: _median(partial(_answer, copy, recipe.sql)) for recipe in cookbook.recipes()}
        _tell("the cookbook's questions, median", statistics.median(asked.values()), scan, "the scan", bound=0.5)
        for name in sorted(asked, key=lambda name: asked[name], reverse=True)[:3]:
            _tell(f"the slowest: {name}", asked[name], scan, "the scan", bound=2)


def _answer(copy: query.Copy, sql: str) -> list[Any]:
    return copy.connection.execute(sql).fetchall()


def _count(warehouse: Warehouse, table: str) -> int:
    return int(warehouse.connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_seconds(work) for _ in range(7))


def _tell(what: str, value: float, other: float, than: str, *, bound: float | None = None) -> None:
    """One line of the result: seconds or megabytes, and how many times the other's they are."""
    print(f"{what:42}{value:9.3f}{value / other:9.2f} × {than}{f' (at most {bound})' if bound else ''}", flush=True)


if __name__ == "__main__":
    main()
