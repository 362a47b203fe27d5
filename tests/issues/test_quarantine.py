"""Rows in quarantine that a person lets out: which, by whom, and that their document is read again for it once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from batches import EXPERTS, SEED, Batch, Night, rows

from issues.decisions import Released
from issues.quarantine import described, details, known, merge_releases, release, released
from warehouse import query
from warehouse.errors import BadQuery
from warehouse.store import Warehouse

ROW = ("退化林修复", "退化林修复\t600.00")


@pytest.fixture
def copy_path(tmp_path: Path) -> Path:
    return tmp_path / "published" / "yusuan.duckdb"


@pytest.fixture
def quarantined(warehouse: Warehouse, night: Night, copy_path: Path) -> Night:
    night(Batch().add(SEED, [EXPERTS]).quarantine(0, *ROW, amount="6000000.00").quarantine(0, "未定", "未定\t待定"))
    warehouse.publish(copy_path)
    return night


def test_a_row_is_released_for_its_document_alone_and_read_again_once(warehouse: Warehouse, quarantined: Night, copy_path: Path) -> None:
    with query.connect(copy_path) as copy:
        listed = {row[5]: row[0] for row in known(copy, ()).rows}
        shown = dict(described(details(copy, listed["退化林修复"])))
        assert shown == {
            "department": "广州市天河区人民代表大会常务委员会办公室", "file": "tianhe-rd-2023.txt", "row": 4, "what": "退化林修复",
            "amount as read (yuan)": "6000000.00", "held back by": "unreadable-amount", "published": "退化林修复 ｜ 600.00",
            "read as": "amount: 6000000.00",
        }
        decision = release(details(copy, listed["退化林修复"]), "王某", "对照原件")
        with pytest.raises(BadQuery, match="could not be read"):
            release(details(copy, listed["未定"]), "王某", "对照原件")
        assert [row[-1] for row in known(copy, [decision]).rows if row[5] == "退化林修复"] == ["王某"]
    assert quarantined.run
    for _ in range(2):    # the inbox keeps its lines
        with warehouse.transaction():
            merge_releases(warehouse.connection, quarantined.run.run_key, [decision])
    [(sha256, subject, label, text)] = released(warehouse.connection)
    assert (subject, label, text) == ("project", *ROW)
    assert rows(warehouse.connection, "SELECT sha256 FROM dim_document") == [(sha256,)]
    assert rows(warehouse.connection, "SELECT person, event_note FROM quarantine_release") == [("王某", "对照原件")]
    [due] = warehouse.due_originals(quarantined.run, []).originals
    quarantined(Batch().pull(SEED, "unchanged").reread(due.document_key, sha256, [EXPERTS]))
    assert quarantined.run
    assert warehouse.due_originals(quarantined.run, []).originals == []


def test_a_release_has_a_reason() -> None:
    values: dict[str, Any] = {"person": "王某", "sha256": "a", "subject": "project"}
    with pytest.raises(ValueError, match="event_note"):
        Released(**values, event_note=" ")
