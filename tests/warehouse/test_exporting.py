"""Exports: workbooks that spreadsheets open as they are meant, CSV, Parquet and data packages; whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from batches import EXPERTS, MEETINGS, RD, SEED, ZX, Batch, Night, Project

from warehouse import answers, exporting, query, workbook
from warehouse.errors import BadQuery
from warehouse.exporting import Choice
from warehouse.store import Warehouse

FORMULA = Project('=HYPERLINK("http://x.cn","a")', "12.34", "＝1+1")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published copy for all tests: who reads it cannot change it."""
    folder = tmp_path_factory.mktemp("published")
    with Warehouse.open(folder / "warehouse.duckdb") as warehouse:
        batch = Batch().add(SEED, [EXPERTS, MEETINGS, FORMULA]).add("zx.txt", [EXPERTS], department_id=ZX, fiscal_year=2024)
        Night(warehouse)(batch)
        warehouse.publish(folder / "yusuan.duckdb")
    return folder / "yusuan.duckdb"


@pytest.fixture
def copy(path: Path) -> Iterator[query.Copy]:
    with query.connect(path) as copy:
        yield copy


def asked(copy: query.Copy, sql: str, target: Path) -> Any:
    answers.write(copy, sql, "xlsx", target)
    return openpyxl.load_workbook(target)


def test_a_workbook_shows_every_type_as_it_is(copy: query.Copy, tmp_path: Path) -> None:
    book = asked(copy, """
        SELECT 2023 AS fiscal_year, 1234.5::DECIMAL(18, 2) AS amount_yuan, 123456789012345678 AS key, '0501' AS account_code, DATE '2023-03-01' AS due_date,
            TIMESTAMP '2023-03-01 08:30:00' AS at, true AS is_true, NULL AS nothing, ['一', NULL, '二'] AS several,
            9999999999999999.99::DECIMAL(18, 2) AS debt_yuan, 'a\x01b' AS odd, DATE '1899-01-01' AS old, 0.5::DOUBLE AS share, 'nan'::DOUBLE AS no_number;
    """, tmp_path / "a.xlsx")
    sheet = book["answer"]
    found = {name.value: (cell.value, cell.number_format) for name, cell in zip(*sheet.iter_rows(), strict=True)}
    assert found["fiscal_year"] == (2023, "0")
    assert found["amount_yuan"] == (1234.5, "#,##0.00")
    assert found["key"] == ("123456789012345678", "@")
    assert found["account_code"] == ("0501", "@")
    assert found["due_date"] == (datetime(2023, 3, 1), "yyyy-mm-dd")  # noqa: DTZ001
    assert found["at"] == (datetime(2023, 3, 1, 8, 30), "yyyy-mm-dd hh:mm:ss")  # noqa: DTZ001
    assert (found["is_true"][0], found["nothing"][0], found["several"][0], found["share"][0]) == (True, None, "一；二", 0.5)
    assert (found["debt_yuan"][0], found["old"][0], found["no_number"][0]) == ("9999999999999999.99", "1899-01-01", "nan")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:N2"
    assert sheet.column_dimensions["C"].width > 18


def test_no_text_of_a_document_is_a_formula(copy: query.Copy, tmp_path: Path) -> None:
    book = asked(copy, "SELECT project_name, goal FROM project WHERE amount_yuan = 12.34", tmp_path / "a.xlsx")
    name, goal = book["answer"][2]
    assert (name.value, name.data_type, name.quotePrefix) == (FORMULA.name, "s", True)
    assert (goal.value, goal.data_type, goal.quotePrefix) == (FORMULA.goal, "s", True)


def test_a_sheet_explains_the_columns(copy: query.Copy, tmp_path: Path) -> None:
    sql = "SELECT project_name, amount_yuan, 1 AS mine FROM project"
    book = asked(copy, sql, tmp_path / "a.xlsx")
    lines = [[cell or "" for cell in row] for row in book["说明"].iter_rows(values_only=True)]
    assert lines[0][:2] == ["SQL", sql]
    assert ["answer", "amount_yuan", "DECIMAL(18,2)", "金额，按公布值换算为元 / Amount as published, in yuan [yuan]"] in lines
    assert ["answer", "mine", "INTEGER", ""] in lines
    assert book["answer"].max_row == 5


def test_a_full_sheet_goes_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS", 4)
    sheet = workbook.Sheet("a/b", "", [workbook.Described("n", "INTEGER")], ((number,) for number in range(7)))
    workbook.write(tmp_path / "a.xlsx", [sheet], [])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["a_b", "a_b 2", "a_b 3", "说明"]
    assert [[row[0] for row in page.iter_rows(values_only=True)] for page in book.worksheets[:3]] == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]


def test_a_text_that_no_cell_holds_is_named_and_nothing_written(copy: query.Copy, tmp_path: Path) -> None:
    with pytest.raises(BadQuery, match="Row 2 of answer has 32,768 characters in long"):
        answers.write(copy, "SELECT repeat('长', n) AS long FROM (VALUES (32767), (32768)) AS t(n)", "xlsx", tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_workbook_of_all_views(copy: query.Copy, tmp_path: Path, lang: str) -> None:
    told: dict[str, int] = {}
    exporting.export(copy, "xlsx", tmp_path / "a.xlsx", Choice(exporting.FOR_PEOPLE[lang]), told.__setitem__)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == [*exporting.FOR_PEOPLE[lang], "说明"]
    assert told == {sheet.title: sheet.max_row - 1 for sheet in book.worksheets[:-1]}
    assert told[exporting.FOR_PEOPLE[lang][3]] == 4
    assert all(row[3] for row in book["说明"].iter_rows(min_row=6, values_only=True))


@pytest.mark.parametrize(("choice", "count"), [
    (Choice(["project"]), 4), (Choice(["project"], years=[2023]), 3), (Choice(["project"], departments=[ZX]), 1),
    (Choice(["project"], years=[2023], departments=["政协广州市天河区委员会办公室"]), 0), (Choice(["项目支出"], years=[2023, 2024], departments=[RD, ZX]), 4),
])
def test_years_and_departments_can_be_chosen(copy: query.Copy, tmp_path: Path, choice: Choice, count: int) -> None:
    told: list[tuple[str, int]] = []
    exporting.export(copy, "csv", tmp_path / "out", choice, lambda *each: told.append(each))
    assert told == [(choice.views[0], count)]


@pytest.mark.parametrize(("choice", "message"), [(Choice(["nothing"]), "no view nothing; there are department, account, document"), (Choice(departments=["x"]), "no department x")])
def test_what_is_not_known_is_named(copy: query.Copy, tmp_path: Path, choice: Choice, message: str) -> None:
    with pytest.raises(BadQuery, match=message):
        exporting.export(copy, "package", tmp_path / "out", choice)
    assert list(tmp_path.iterdir()) == []


def test_csv_is_for_spreadsheets(copy: query.Copy, tmp_path: Path) -> None:
    exporting.export(copy, "csv", tmp_path / "out", Choice(["项目支出", "部门预算"]))
    written = (tmp_path / "out" / "项目支出.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf\xe9\x83\xa8")
    assert "\"'=HYPERLINK" in written.decode()
    assert "未公开" in (tmp_path / "out" / "部门预算.csv").read_text("utf-8")


def test_parquet_is_parted_by_year_and_stage_and_keeps_amounts(copy: query.Copy, tmp_path: Path) -> None:
    exporting.export(copy, "parquet", tmp_path / "out", Choice(["project", "coverage", "three_public"]))
    assert (tmp_path / "out" / "project" / "fiscal_year=2024" / "stage=budget").is_dir()
    found = duckdb.sql(f"SELECT fiscal_year, sum(amount_yuan) FROM read_parquet('{tmp_path}/out/project/**/*.parquet') GROUP BY ALL ORDER BY ALL").fetchall()
    assert found == [(2023, Decimal("370012.34")), (2024, Decimal("40000.00"))]
    empty = duckdb.sql(f"SELECT three_public_yuan FROM read_parquet('{tmp_path}/out/three_public/**/*.parquet')")
    assert (empty.fetchall(), str(empty.types[0])) == ([], "DECIMAL(18,2)")


def test_a_data_package_is_valid_and_its_checksums_are_right(copy: query.Copy, tmp_path: Path) -> None:
    from frictionless import validate

    exporting.export(copy, "package", tmp_path / "out", Choice([*exporting.FOR_PEOPLE["en"], "项目支出"]))
    report = validate(str(tmp_path / "out" / "datapackage.json"))
    assert (report.valid, report.flatten(["name", "type", "message"])) == (True, [])
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    project = package["resources"][3]
    content = (tmp_path / "out" / project["path"]).read_bytes()
    assert (project["bytes"], project["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
    (tmp_path / "out" / "project.csv").write_bytes(content.replace(b"12.34", b"12.35"))
    assert not validate(str(tmp_path / "out" / "datapackage.json")).valid


def test_a_folder_that_holds_something_is_left_alone(copy: query.Copy, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(BadQuery, match="not empty"):
        exporting.export(copy, "package", tmp_path, Choice(["project"]))
    with pytest.raises(BadQuery, match="cannot be written"):
        exporting.export(copy, "package", tmp_path / "no" / "such", Choice(["project"]))
    assert [found.name for found in tmp_path.iterdir()] == ["mine.txt"]


