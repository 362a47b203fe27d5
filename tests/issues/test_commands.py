"""What people decide from the command line, seen at once and merged by the next night."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from batches import MEETINGS, SEED, Batch, rows

from issues.decisions import read
from warehouse.store import Warehouse

YUSUAN = Path(sys.executable).parent / "yusuan"


@pytest.fixture
def data(warehouse: Warehouse, night: Any, path: Path) -> Path:
    """A data folder with one open problem; its writer is at work all the time."""
    night(Batch().add(SEED, [MEETINGS]).find(0, "missing-goal", "warning", "人大会议经费"))
    (path.parent / "published").mkdir()
    warehouse.publish(path.parent / "published" / "yusuan.duckdb")
    return path.parent


def issues(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(YUSUAN), "issues", *arguments, "--data", str(data)], check=False, capture_output=True, text=True, timeout=120)


def test_a_decision_is_seen_at_once_and_merged_by_the_next_night(data: Path, warehouse: Warehouse, night: Any) -> None:
    [(fingerprint,)] = rows(warehouse.connection, "SELECT fingerprint FROM quality_issue")
    assert fingerprint[:8] not in issues(data, "list", "--assignee", "李某").stdout    # nobody's yet
    for decision in (["ack"], ["assign", "李某", "--note", "请联系"], ["mute", "--until", "2099-01-01"], ["comment", "已告知"]):
        done = issues(data, decision[0], fingerprint[:8], *decision[1:], "--by", "王某")
        assert done.returncode == 0, done.stderr
    listed = issues(data, "list", "--state", "acknowledged", "--assignee", "李某").stdout
    assert fingerprint[:8] in listed
    assert "2099-01-01" in listed
    assert fingerprint[:8] not in issues(data, "list", "--assignee", "王某").stdout
    shown = issues(data, "show", fingerprint[:8]).stdout
    assert [event for event in ("opened", "acknowledged", "assigned", "muted", "commented") if event in shown] == [
        "opened", "acknowledged", "assigned", "muted", "commented"]
    assert "请联系" in shown
    assert [text for text in ("广州市天河区人民代表大会常务委员会办公室", "人大会议经费有误", SEED, "missing-goal") if text in shown]  == [
        "广州市天河区人民代表大会常务委员会办公室", "人大会议经费有误", SEED, "missing-goal"]    # what it is about
    night.decisions, problems = read(data / "decisions.jsonl")
    night(Batch().pull(SEED, "unchanged"))
    assert problems == []
    assert rows(warehouse.connection, "SELECT state, assignee, muted_until::VARCHAR FROM quality_issue") == [("acknowledged", "李某", "2099-01-01")]
    warehouse.publish(data / "published" / "yusuan.duckdb")
    assert issues(data, "show", fingerprint[:8]).stdout.count("已告知") == 1    # merged, and still a line of the inbox


@pytest.mark.parametrize(("arguments", "reason"), [
    (["ack", "ffffffff"], "No problem begins with ffffffff"), (["ack", "%"], "No problem begins with %"), (["comment", "", " "], "the text or reason: must not be empty"),
    (["assign", "", " "], "who is to see to it: must not be empty"),
    (["list", "--department", "440106-rdd"], "No department is called 440106-rdd. Near to it: 440106-rd (广州市天河区人民代表大会常务委员会办公室)"),
    (["list", "--rule", "missing-goals"], "No rule is called missing-goals. Near to it: missing-goal"),
])
def test_what_is_no_decision_is_told_and_not_kept(data: Path, arguments: list[str], reason: str) -> None:
    done = issues(data, *arguments)
    assert (done.returncode, reason in done.stderr) == (1, True), done.stderr
    assert not (data / "decisions.jsonl").exists()


@pytest.mark.parametrize("arguments", [
    ["list", "--severity", "critcal"], ["list", "--state", "closed"], ["mute", "", "--until", "2020-01-01"],
])
def test_a_value_that_can_choose_or_mute_nothing_is_refused(data: Path, arguments: list[str]) -> None:
    done = issues(data, *arguments)
    assert (done.returncode, "Invalid value" in done.stderr) == (2, True), done.stdout + done.stderr
    assert not (data / "decisions.jsonl").exists()


def test_whoever_reads_only_the_beginning_of_a_list_is_told_no_error(data: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [str(YUSUAN), "issues", "list", "--data", str(data)], check=False, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=120)
    os.close(writing)
    assert done.stderr == ""
