"""Digests over nights that the real load has left in a warehouse file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from nights import TIANHE

from alerts import digest, outbox
from alerts.deliver import deliver
from issues.life import bring_up_to_date
from warehouse.frames import CATALOGUE, DOCUMENTS, PULLED, Frame
from warehouse.store import Warehouse

OFFICE = "tianhe-people-congress-office"


def row(frame: Frame, **values: object) -> dict[str, object]:
    return dict.fromkeys((column.name for column in frame.columns), None) | values


BUREAU = {
    "region": [row(CATALOGUE["region"], region_code="440106", region_name="广州市天河区")],
    "audience": [row(CATALOGUE["audience"], audience_id=TIANHE.id, audience_name=TIANHE.name, severity=TIANHE.severity)],
    "department": [row(CATALOGUE["department"], department_id=OFFICE, department_name="广州市天河区人民代表大会常务委员会办公室",
                       region_code="440106", region_name="广州市天河区", audience_id=TIANHE.id)],
}
GARBAGE = {
    "document": [row(DOCUMENTS["document"], document_no=0, sha256="1" * 64, outcome="failed", error_code="unknown-format",
                     error_message="不是可识别的格式")],
    "finding": [row(DOCUMENTS["finding"], document_no=0, rule="unreadable-document", severity="critical", subject="document", subject_no=0,
                    label="garbage.pdf", message_zh="文件“garbage.pdf”未能完整读取：unknown-format（不是可识别的格式）。",
                    message_en="The document garbage.pdf could not be read in full.", remedy_zh="请检查附件是否损坏。")],
}


def load_night(path: Path, *, is_new: bool, catalogue: dict[str, list[dict[str, object]]] = BUREAU) -> list[digest.Digest]:
    """Load a document that cannot be read, or find it unchanged, and leave the digests in the outbox."""
    pulled = row(PULLED, department_id=OFFICE, address="published/tianhe/garbage.pdf", file_name="garbage.pdf", sha256="1" * 64,
                 pulled_at=datetime.now(UTC).replace(tzinfo=None), outcome="new" if is_new else "unchanged",
                 document_no=0 if is_new else None)
    with Warehouse.open(path) as warehouse:
        run = warehouse.start_run("1", date(2023, 3, 6))
        with warehouse.transaction():
            warehouse.load(run, catalogue, [pulled], GARBAGE if is_new else {})
            warehouse.check(run, [])
            bring_up_to_date(warehouse.connection)
            warehouse.decide_reasons()
            digests = digest.build(warehouse.connection, run.run_key, "zh")
            outbox.write(warehouse.connection, digests)
        warehouse.finish_run(run)
    return digests


def test_a_document_that_cannot_be_read_is_told_with_its_reason(tmp_path: Path) -> None:
    [told] = load_night(tmp_path / "warehouse.duckdb", is_new=True)
    assert "广州市天河区人民代表大会常务委员会办公室：新发现 1（严重 1）" in told.body_text
    assert "garbage.pdf\n文件无法读取（严重，1 项）\n" in told.body_text
    assert "published/" not in told.body_text


def test_an_audience_whose_entry_is_broken_tonight_is_told_all_the_same(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        run = warehouse.start_run("1", date(2023, 3, 5))
        with warehouse.transaction():
            warehouse.load(run, BUREAU, [], {})
    [told] = load_night(tmp_path / "warehouse.duckdb", is_new=True, catalogue=BUREAU | {"audience": []})
    assert told.body_text.startswith(TIANHE.name)


def test_a_second_night_with_nothing_new_tells_nothing(tmp_path: Path) -> None:
    load_night(tmp_path / "warehouse.duckdb", is_new=True)
    assert load_night(tmp_path / "warehouse.duckdb", is_new=False) == []


def test_a_night_that_died_before_sending_is_told_by_the_next_one_once(tmp_path: Path) -> None:
    [told] = load_night(tmp_path / "warehouse.duckdb", is_new=True)
    assert load_night(tmp_path / "warehouse.duckdb", is_new=False) == []
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        [delivery] = deliver(warehouse.connection, {}, tmp_path / "alerts")
        assert deliver(warehouse.connection, {}, tmp_path / "alerts") == []
    assert Path(delivery.where).read_text(encoding="utf-8") == told.body_markdown
