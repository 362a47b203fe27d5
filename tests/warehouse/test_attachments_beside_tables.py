"""A text without tables beside the booklet is no file that cannot be read; one that lost its tables is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from batches import EXPERTS, RD, Batch, rows

from warehouse.store import Warehouse

Word = dict[str, Any]
PAGE = "https://rd.example/2023/t1.html"


def spoken_of(*kinds: str | None) -> str | None:
    empty = {"evidence": None, "doubt": None, "cell_count": None}
    return json.dumps([{"word": "部门收支总表", "read_as": kind, **empty} for kind in kinds]) if kinds else None


def text(batch: Batch, address: str, *kinds: str | None, **facts: Any) -> Batch:
    batch.add(address, error="no-known-table", **{"fiscal_year": None, "stage": None, **facts})
    number = len(batch.frames["document"]) - 1
    return batch.find(number, "unreadable-document", "critical", address, subject="document", words=spoken_of(*kinds))


@pytest.fixture
def unreadable(warehouse: Warehouse, night: Any) -> Callable[[Batch], list[str]]:
    def judge(batch: Batch) -> list[str]:
        night(batch)
        told = rows(warehouse.connection, "SELECT address FROM quality WHERE rule = 'unreadable-document' ORDER BY 1")
        assert told == rows(warehouse.connection, "SELECT address FROM unreadable_document ORDER BY 1")
        return [address for (address,) in told]

    return judge


def test_a_text_in_the_archive_of_the_booklet_is_none(warehouse: Warehouse, unreadable: Any) -> None:
    batch = Batch(summary="100").add("a.zip#/部门预算.docx", [EXPERTS])
    text(batch, "a.zip#/说明.txt")
    text(batch, "a.zip#/目录.docx", "income_summary|income_expenditure_summary", "project_performance_targets")
    text(batch, "a.zip#/丢失.docx", "income_expenditure_summary", "three_public_expenses")
    text(batch, "a.zip#/空白.pdf", None)
    text(batch, "b.zip#/说明.txt")
    text(batch, "说明.txt")
    text(batch, "a.zip#/决算说明.txt", fiscal_year=2022, stage="final")
    text(batch, "a.zip#/中学.docx", "income_expenditure_summary", department_name="天河区第一中学")
    batch.frames["document"][0]["department_name"] = "天河区人大办"
    expected = ["a.zip#/丢失.docx", "a.zip#/中学.docx", "a.zip#/决算说明.txt", "a.zip#/空白.pdf", "b.zip#/说明.txt", "说明.txt"]
    assert unreadable(batch) == expected
    assert rows(warehouse.connection, "SELECT finding_count, document_failed_count FROM load_run") == [(len(expected), len(expected))]


def test_a_text_on_the_page_of_the_booklet_is_none(unreadable: Any) -> None:
    batch = Batch().add("budget.docx", [EXPERTS], pulled={"page_address": PAGE})
    text(batch, "letter.docx", pulled={"page_address": PAGE})
    text(batch, "lost.docx", "income_expenditure_summary", pulled={"page_address": PAGE})
    text(batch, "x/other.docx", pulled={"page_address": f"{PAGE}?2"})
    assert unreadable(batch) == ["lost.docx", "x/other.docx"]


def test_it_is_once_the_booklet_is_gone(unreadable: Any) -> None:
    assert unreadable(text(Batch().add("a.zip#/部门预算.docx", [EXPERTS]), "a.zip#/说明.txt")) == []
    replaced = Batch(pulled_at="2026-01-11 18:00:00+00:00").pull("a.zip", "new").pull("a.zip#/部门预算.docx", "gone")
    assert unreadable(replaced.pull("a.zip#/说明.txt", "unchanged", RD)) == ["a.zip#/说明.txt"]


def test_what_took_the_place_of_a_document_and_a_page_that_came_for_a_file_are_no_attachments(unreadable: Any) -> None:
    batch = text(Batch().add("2023/a.docx", [EXPERTS]).add("2023/b.docx", [EXPERTS]), "2023/c.html")
    batch.frames["document"][2]["format"] = "html"
    assert unreadable(text(batch, "2023/说明.txt")) == ["2023/c.html"]
    again = text(Batch(pulled_at="2026-01-11 18:00:00+00:00").pull("2023/a.docx", "unchanged"), "2023/b.docx")
    assert unreadable(again) == ["2023/b.docx", "2023/c.html"]


def test_a_notice_is_none_wherever_it_stands(unreadable: Any) -> None:
    batch = text(Batch().add("2023/a.docx", [EXPERTS]), "notices/7.html")
    batch.frames["document"][1]["format"] = "html"
    batch.put("outcome_count", document_no=1, rule="silently-replaced", passed=1, failed=0, not_applicable=0, reason=None)
    assert unreadable(batch) == []
