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


def test_a_fault_of_the_program_is_an_error_without_half_of_the_records(seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.layouts.subtotals.find_totals", lambda *_: 1 / 0)
    document = parse_document(seed.name, seed.read_bytes())
    (error,) = document.errors
    assert error.code == "parser-fault"
    assert "ZeroDivisionError" in error.message
    assert (document.tables, document.projects, document.format) == ([], [], "txt")


def test_want_of_memory_is_told_by_who_limits_it(seed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise MemoryError

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
