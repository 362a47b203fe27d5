import hashlib
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.parse import parse_document
from transforms.records import contract

TRUTHS = sorted((Path(__file__).parent / "truth").glob("*.json"))


@pytest.fixture(scope="session")
def by_hash(samples: Path) -> dict[str, Path]:
    """The sample documents by the SHA-256 of their bytes."""
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in samples.rglob("*") if path.is_file()}


def comparable(entry: dict[str, Any]) -> dict[str, Any]:
    """What the truth files state: no findings, no places; a source that is blank is the same as one that is not there."""

    def without(record: dict[str, Any]) -> dict[str, Any]:
        kept = {key: value for key, value in record.items() if key not in ("page", "row", "pages", "lines")}
        if "funding" in kept:
            kept["funding"] = {source: amount for source, amount in kept["funding"].items() if amount is not None}
        return kept

    facts = {key: entry["document"][key] for key in ("sha256", "format", "department", "fiscal_year", "stage")}
    return {"document": facts, **{part: list(map(without, entry.get(part, []))) for part in ("tables", "projects", "totals")}}


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.stem)
def test_documents_are_read_as_their_truth_says(truth: Path, by_hash: dict[str, Path]) -> None:
    expected = json.loads(truth.read_text(encoding="utf-8"))
    path = by_hash[expected["document"]["sha256"]]
    assert comparable(contract(parse_document(path.name, path.read_bytes()))) == comparable(expected)


def test_the_seed_adds_up(seed: Path) -> None:
    document = parse_document(seed.name, seed.read_bytes())
    assert len(document.projects) == 16
    assert sum(project.amount or Decimal(0) for project in document.projects) == Decimal("4219800.00")
    assert sum(len(project.indicators) for project in document.projects) == 51
    shifted = [project for project in document.projects if project.shift]
    assert len(shifted) == 9    # all rows after its page break
    assert all(project.shift and project.shift.is_certain for project in shifted)
    assert shifted[0].name == "离退休干部管理工作经费"
    assert shifted[0].place.row == 20


def test_a_document_that_cannot_be_read_says_why() -> None:
    document = parse_document("a.xlsx", b"\x00\x01\x02garbage")
    assert [error.code for error in document.errors] == ["unknown-format"]
    assert (document.format, document.tables, document.sha256) == (None, [], hashlib.sha256(b"\x00\x01\x02garbage").hexdigest())
    assert [error.code for error in parse_document("a.pdf", b"").errors] == ["empty-file"]


def test_a_document_without_known_table_names_the_tables_it_has() -> None:
    document = parse_document("a.txt", "办事指南\n事项\t窗口\n户籍登记\t甲厅\n".encode())
    (error,) = document.errors
    assert error.code == "no-known-table"
    assert "事项｜窗口" in error.message
    (prose,) = parse_document("b.txt", "关于公开的说明".encode()).errors
    assert prose.code == "no-known-table"


@pytest.mark.parametrize("text", [
    "第三部分 部门预算公开表\n（公开表附后）", "2024年部门预算公开表（详见附件）", "预算表格另附。", "收支总表等8张公开表请见附件1。", "附件：公开表\n表格单独公开。",
])
def test_a_booklet_whose_tables_are_in_another_file_is_a_text_without_tables(text: str) -> None:
    document = parse_document("a.txt", f"云山市教育局2024年部门预算\n一、部门职责\n贯彻教育方针。\n{text}\n".encode())
    assert (document.errors, document.tables) == ([], [])
    assert (document.department, document.fiscal_year, document.stage) == ("云山市教育局", 2024, "budget")


@pytest.mark.parametrize("text", ["公开方案附后。", "附件下载", "2024年部门收支总表", "本表无附件"])
def test_a_text_that_names_no_attached_table_is_not_read(text: str) -> None:
    document = parse_document("a.txt", f"云山市教育局2024年部门预算\n{text}\n".encode())
    assert [error.code for error in document.errors] == ["no-known-table"]


def test_a_fault_of_the_program_is_an_error_without_half_of_the_records(seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.layouts.subtotals.find_totals", lambda *_: 1 / 0)
    document = parse_document(seed.name, seed.read_bytes())
    (error,) = document.errors
    assert error.code == "parser-fault"
    assert "ZeroDivisionError" in error.message
    assert (document.tables, document.projects, document.format) == ([], [], "txt")


@pytest.mark.parametrize("told", [MemoryError, SystemError])
def test_want_of_memory_is_told_by_who_limits_it(seed: Path, monkeypatch: pytest.MonkeyPatch, told: type[Exception]) -> None:
    def exhausted(*_: object) -> None:
        raise told from MemoryError()    # as Python 3.13 does where a remembered function gets no memory

    monkeypatch.setattr("transforms.layouts.subtotals.find_totals", exhausted)
    with pytest.raises(MemoryError):
        parse_document(seed.name, seed.read_bytes())


def test_reading_a_document_needs_no_heavy_library(seed: Path) -> None:
    code = (
        "import sys, pathlib; from transforms.parse import parse_document; "
        f"parse_document('a', pathlib.Path({str(seed)!r}).read_bytes()); "
        "print([name for name in ('pandas', 'numpy', 'pydantic', 'duckdb', 'prefect', 'great_expectations') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert run.stdout.strip() == "[]"


@settings(deadline=None)
@given(st.data())
def test_no_change_to_a_document_breaks_the_program(seed: Path, data: st.DataObject) -> None:
    text = seed.read_text(encoding="utf-8")
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(len(text), begin + 300)))
    inserted = data.draw(st.text(alphabet="\t\n合计1.0，：≥%（）", max_size=8))
    document = parse_document("a.txt", (text[:begin] + inserted + text[end:]).encode())
    assert "parser-fault" not in [error.code for error in document.errors]
    for total in document.totals:
        assert all(member < len(document.projects) for member in total.members)


BOOKLET = (
    "云山市教育局2025年部门预算\n\n部门收支总表\n单位：万元\n收入\t金额\n事业收入\t5\n\n{title}\n单位：万元\n科目编码\t科目名称\t合计\n205\t教育支出\t5\n\n"
    "第二部分 情况说明\n2025年收入预算5万元。\n"
)


def test_one_deviating_title_changes_no_document() -> None:
    document = parse_document("a.txt", BOOKLET.format(title="2024年部门支出总表").encode())
    assert document.errors == []
    assert (document.fiscal_year, document.department, document.stage) == (2025, "云山市教育局", "budget")
    assert [table.title for table in document.tables] == ["部门收支总表", "2024年部门支出总表"]


def test_text_outside_tables_is_kept_in_order() -> None:
    document = parse_document("a.txt", BOOKLET.format(title="部门支出总表").encode())
    texts = [line.text for line in document.prose]
    assert texts[0] == "云山市教育局2025年部门预算"
    assert texts.index("部门收支总表") < texts.index("部门支出总表") < texts.index("2025年收入预算5万元。")


def test_targets_that_no_layout_reads_are_told() -> None:
    text = "部门整体支出绩效目标表\n类别\t说明文字\t其他\n甲类\t完成任务\t好\n乙类\t完成任务\t好\n"
    document = parse_document("a.txt", text.encode())
    [table] = document.tables
    assert (table.kind, table.title, table.empty) == ("department_performance_targets", "部门整体支出绩效目标表", False)
    [doubt] = table.doubts
    assert (doubt.reason, doubt.count, doubt.is_critical, doubt.is_believed) == ("unread", 9, True, False)


@pytest.mark.parametrize(
    ("lines", "department", "year", "stage"),
    [
        (["2017 年度云山市中级人民法院部门预算公开", "目录"], "云山市中级人民法院", 2017, "budget"),
        (["云山市2025年市级部门预算", "预算主管部门：云山市财政局"], "云山市财政局", 2025, "budget"),
        (["第二部分 云山市财政局 2024 年度部门决算表"], "云山市财政局", 2024, "final"),
        (["云山市财政局（本级）2023年单位预算公开"], "云山市财政局（本级）", 2023, "budget"),
    ],
)
def test_covers_in_use(lines: list[str], department: str, year: int, stage: str) -> None:
    table = "一般公共预算支出表\n单位：万元\n科目编码\t科目名称\t合计\n205\t教育支出\t5\n"
    document = parse_document("a.txt", ("\n".join(lines) + "\n\n" + table).encode())
    assert (document.department, document.fiscal_year, document.stage) == (department, year, stage)


ILLEGIBLE_BUDGET = """某局2024年部门支出总表
单位：万元
科目编码,科目名称,合计,基本支出,项目支出
201,一般公共服务支出,######,######,656.20
2.0108E+04,审计事务,######,######,656.20
2.01E+06,行政运行,######,######,
#######,审计业务,######,,656.20
"""
ILLEGIBLE_PROJECTS = """2024年项目支出表
单位：万元
项目编码,项目名称,合计,财政拨款
4.40106E+20,会议费,10.00,10.00
,培训费,1.2E+02,1.2E+02
"""


def test_numbers_that_nobody_can_read_are_told_and_in_no_record() -> None:
    budget = parse_document("a.csv", ILLEGIBLE_BUDGET.encode())
    (table,) = budget.tables
    assert [(line.code, line.label, line.column, line.amount) for line in table.lines if line.column == "合计"] == [
        ("201", "一般公共服务支出", "合计", None), ("20108", "审计事务", "合计", None), (None, "行政运行", "合计", None), (None, "审计业务", "合计", None),
    ]
    assert [doubt.texts for doubt in table.doubts] == [("2.01E+06", "#######")]
    projects = parse_document("b.csv", ILLEGIBLE_PROJECTS.encode())
    assert [(project.code, project.name, project.amount, project.unreadable) for project in projects.projects] == [
        (None, "会议费", Decimal("100000.00"), ()), (None, "培训费", None, ("total", "fiscal_appropriation")),
    ]
    assert [doubt.texts for table in projects.tables for doubt in table.doubts] == [("4.40106E+20",)]
