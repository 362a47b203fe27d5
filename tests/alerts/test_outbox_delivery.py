"""From the outbox to files and channels: at least once, nothing twice that arrived, no secret left behind."""

from __future__ import annotations

import json
import logging
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import duckdb
import pytest
import stamina
from nights import TIANHE, Night
from openpyxl import load_workbook
from webhook import TOKEN, Webhook

from alerts import channel, digest, outbox
from alerts.deliver import Delivery, deliver
from warehouse.errors import WarehouseError

# apprise imports it up to Python 3.12, after which it brings its own.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def waiting(connection: duckdb.DuckDBPyConnection, seed: Night) -> duckdb.DuckDBPyConnection:
    """A warehouse with one digest in its outbox."""
    outbox.write(connection, digest.build(connection, seed.run_key, "zh"))
    return connection


def state(connection: duckdb.DuckDBPyConnection) -> tuple[bool, int, str | None]:
    sent, attempts, error = connection.execute("SELECT sent_at IS NOT NULL, attempts, last_error FROM alert_outbox").fetchall()[0]
    return sent, attempts, error


def test_an_audience_without_address_gets_its_digest_as_two_files(waiting: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    message = outbox.pending(waiting)[0]
    [delivery] = deliver(waiting, {}, tmp_path / "alerts")
    assert delivery.ok
    markdown = Path(delivery.where)
    assert markdown.name.endswith(f"-tianhe-finance-{message.outbox_id[:8]}.md")
    assert sorted(markdown.parent.iterdir()) == [markdown, markdown.with_suffix(".txt"), markdown.with_suffix(".xlsx")]
    assert markdown.read_text(encoding="utf-8") == message.body_markdown
    assert markdown.with_suffix(".txt").read_text(encoding="utf-8") == f"{message.subject}\n\n{message.body_text}"
    assert state(waiting) == (True, 1, None)


def test_a_file_is_dated_by_the_day_in_china(waiting: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    [delivery] = deliver(waiting, {}, tmp_path)
    assert Path(delivery.where).name.startswith("2023-03-06-")


def test_what_was_delivered_is_not_delivered_again(waiting: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    deliver(waiting, {}, tmp_path)
    assert deliver(waiting, {}, tmp_path) == []


def test_a_crash_between_load_and_send_leaves_the_digest_for_the_next_night(seed: Night, tmp_path: Path) -> None:
    connection = seed.connection
    connection.begin()
    outbox.write(connection, digest.build(connection, seed.run_key, "zh"))
    connection.commit()
    database = connection.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchall()[0][0]
    connection.close()
    with duckdb.connect(database) as next_night:
        expected = outbox.pending(next_night)[0].body_markdown
        [delivery] = deliver(next_night, {}, tmp_path / "alerts")
        assert Path(delivery.where).read_text(encoding="utf-8") == expected
        assert deliver(next_night, {}, tmp_path / "alerts") == []


def test_a_crash_between_send_and_mark_writes_the_same_file_once_more(waiting: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    [first] = deliver(waiting, {}, tmp_path / "alerts")
    content = Path(first.where).read_bytes()
    waiting.execute("UPDATE alert_outbox SET sent_at = NULL, attempts = 0")
    [second] = deliver(waiting, {}, tmp_path / "alerts")
    assert second == first
    assert Path(second.where).read_bytes() == content
    assert len(list((tmp_path / "alerts").iterdir())) == 3


def test_a_load_that_is_rolled_back_leaves_no_digest(seed: Night) -> None:
    seed.connection.begin()
    outbox.write(seed.connection, digest.build(seed.connection, seed.run_key, "zh"))
    seed.connection.rollback()
    assert outbox.pending(seed.connection) == []


def test_writing_a_digest_again_changes_nothing(waiting: duckdb.DuckDBPyConnection, seed: Night, tmp_path: Path) -> None:
    deliver(waiting, {}, tmp_path)
    outbox.write(waiting, digest.build(waiting, seed.run_key, "zh"))
    assert outbox.pending(waiting) == []


def test_an_outbox_that_cannot_be_marked_is_told_plainly(waiting: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    waiting.execute("ALTER TABLE alert_outbox DROP COLUMN last_error")
    with pytest.raises(WarehouseError, match=r"warehouse\.duckdb failed.*safe and published; a digest that is not marked"):
        deliver(waiting, {}, tmp_path / "alerts")


def test_a_folder_that_cannot_be_written_leaves_the_digest_pending(waiting: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    (tmp_path / "alerts").write_text("a file where the folder should be", encoding="utf-8")
    [delivery] = deliver(waiting, {}, tmp_path / "alerts")
    assert not delivery.ok
    assert state(waiting) == (False, 1, f"{delivery.where} {delivery.error}")
    assert len(outbox.pending(waiting)) == 1


def test_a_channel_that_failed_gets_the_digest_the_next_night(
    waiting: duckdb.DuckDBPyConnection, webhook: Webhook, tmp_path: Path
) -> None:
    webhook.statuses = [500] * channel.ATTEMPTS
    with stamina.set_testing(True, attempts=channel.ATTEMPTS):
        [failed] = deliver(waiting, {TIANHE.id: [webhook.address()]}, tmp_path)
        assert (failed.where, failed.ok) == ("json://…", False)
        assert state(waiting)[:2] == (False, 1)
        assert deliver(waiting, {TIANHE.id: [webhook.address()]}, tmp_path) == [Delivery(TIANHE.id, "json://…", True)]
    assert state(waiting) == (True, 2, None)
    [told] = webhook.received
    assert told["title"].startswith("【预算公开数据质量】广州市天河区财政局")
    assert "4,219,800.00 元" in told["message"]
    assert not list(tmp_path.glob("*.md"))


def test_one_channels_failure_does_not_repeat_the_digest_on_the_others(
    waiting: duckdb.DuckDBPyConnection, webhook: Webhook, tmp_path: Path
) -> None:
    addresses = {TIANHE.id: [webhook.address(), "no-such-channel://nobody"]}
    assert [delivery.ok for delivery in deliver(waiting, addresses, tmp_path)] == [True, False]
    assert [delivery.ok for delivery in deliver(waiting, addresses, tmp_path)] == [False]
    assert len(webhook.received) == 1
    assert state(waiting)[:2] == (False, 2)


def test_no_part_of_an_address_is_kept_or_logged(
    waiting: duckdb.DuckDBPyConnection, webhook: Webhook, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    webhook.statuses = [500] * channel.ATTEMPTS
    addresses = {TIANHE.id: [webhook.address(), f"no-such-channel://{TOKEN}", f"mailto://{TOKEN}", f"json://{TOKEN}:x@127.0.0.1:1/{TOKEN}"]}
    with caplog.at_level(logging.DEBUG), stamina.set_testing(True, attempts=channel.ATTEMPTS):
        deliveries = deliver(waiting, addresses, tmp_path)
    assert [delivery.ok for delivery in deliveries] == [False] * 4
    rows = waiting.execute("SELECT * FROM alert_outbox").fetchall()
    assert state(waiting)[2]
    for told in (repr(rows), repr(deliveries), caplog.text, json.dumps([repr(record.__dict__) for record in caplog.records])):
        assert TOKEN not in told


def test_what_no_channel_takes_in_two_weeks_is_kept_as_files_and_told(waiting: duckdb.DuckDBPyConnection, webhook: Webhook, tmp_path: Path) -> None:
    addresses = {TIANHE.id: [webhook.address("?format=nonsense").replace("json://", "no-such-channel://")]}
    for run_key, is_late in ((15, False), (16, True)):
        later = Night(waiting, run_key)
        later.department(f"another-{run_key}", "另一局")
        later.finding(f"another-{run_key}", None)
        outbox.write(waiting, digest.build(waiting, run_key, "zh"))
        oldest, *_ = deliver(waiting, addresses, tmp_path)
        assert not oldest.ok
        outbox.publish_state(waiting)
        states = waiting.execute("SELECT abandoned_at IS NOT NULL, attempts FROM alert_delivery ORDER BY created_at").fetchall()
        assert states[0][0] is is_late
        assert not any(abandoned for abandoned, _ in states[1:])
    assert len(list(tmp_path.glob("2023-03-06-*.md"))) == 1
    assert [message.run_key for message in outbox.pending(waiting)] == [15, 16]
    [(why,)] = waiting.execute("SELECT last_error FROM alert_delivery WHERE abandoned_at IS NOT NULL").fetchall()
    assert TOKEN not in why
    assert "kept as" in why


def test_a_signal_while_a_list_is_made_ends_the_night_and_the_next_one_tells_it_with_its_list(
    waiting: duckdb.DuckDBPyConnection, webhook: Webhook, tmp_path: Path,
) -> None:
    """As DuckDB tells it: it was sent without its list, and the night went on until it was ended by force."""
    def interrupted(_: object) -> list[bytes | None]:
        raise RuntimeError("Query interrupted") from KeyboardInterrupt()

    waiting.execute("UPDATE dim_document SET format = 'pdf'")
    waiting.execute("UPDATE fact_finding SET box = '[1, 2, 3, 4]'")
    with pytest.raises(RuntimeError, match="Query interrupted"):
        deliver(waiting, {TIANHE.id: [webhook.address()]}, tmp_path, interrupted)
    assert len(outbox.pending(waiting)) == 1
    [delivery] = deliver(waiting, {TIANHE.id: [webhook.address()]}, tmp_path)
    assert (delivery.ok, delivery.remark) == (True, None)


def test_a_list_that_cannot_be_made_holds_nothing_back(waiting: duckdb.DuckDBPyConnection, webhook: Webhook, tmp_path: Path) -> None:
    def broken(_: object) -> list[bytes | None]:
        raise OSError("no room")

    waiting.execute("UPDATE dim_document SET format = 'pdf'")
    waiting.execute("UPDATE fact_finding SET box = '[1, 2, 3, 4]'")
    [delivery] = deliver(waiting, {TIANHE.id: [webhook.address()]}, tmp_path, broken)
    assert delivery.ok
    assert delivery.remark == "without its list (OSError: no room)"
    assert len(webhook.received) == 1


def test_a_channel_gets_the_list_with_the_digest(waiting: duckdb.DuckDBPyConnection, webhook: Webhook, tmp_path: Path) -> None:
    deliver(waiting, {TIANHE.id: [webhook.address()]}, tmp_path)
    [attached] = webhook.received[0]["attachments"]
    assert attached["filename"].startswith("2023-03-06-tianhe-finance-")
    assert load_workbook(BytesIO(b64decode(attached["base64"]))).active["C2"].value == "广州市天河区人民代表大会常务委员会办公室"
