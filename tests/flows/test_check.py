"""`yusuan check` judges again what the warehouse holds and keeps nothing of it; `yusuan rules --id` tells what a rule found."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from batches import EXPERTS, RD, SEED, ZX, Batch, Night, contents

from flows.rereading import reread
from flows.upkeep import Judged, check, judge
from settings import Settings
from warehouse.errors import UnusableInput
from warehouse.rereading import Choice
from warehouse.store import Warehouse

EXEMPTION = "exemptions:\n  missing-goal:\n    - {department: %s, reason: 涉密项目, until: 2026-12-31}\n"
YUSUAN = Path(sys.executable).parent / "yusuan"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose warehouse has a missing goal and is published; to copy it costs less than to make it."""
    settings = Settings().at(data=tmp_path_factory.mktemp("made"))
    with Warehouse.open(settings.warehouse_file) as warehouse:
        batch = Batch().add(SEED, [EXPERTS]).find(0, "missing-goal", "warning", "专家咨询、聘任活动费用")
        batch.put("outcome_count", document_no=0, rule="missing-goal", passed=3, failed=1, not_applicable=2, reason="no-money")
        Night(warehouse)(batch)
        warehouse.publish(settings.published)
    return settings.data


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    decided = tmp_path / "adjustments.yaml"
    decided.write_text("exemptions: {}\n", encoding="utf-8")
    shutil.copytree(made, tmp_path / "data")
    return Settings(adjustments=decided).at(data=tmp_path / "data")


def told(judged: Judged) -> list[tuple[str, str, bool]]:
    return [(row[6], row[3], row[2]) for row in judged.standing]


def command(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(YUSUAN), *arguments, "--data", str(settings.data)], check=False, capture_output=True, text=True, timeout=120)


def test_judging_again_tells_what_stands_and_keeps_nothing(settings: Settings) -> None:
    with Warehouse.open(settings.warehouse_file) as warehouse:
        before = contents(warehouse.connection)
    judged = judge(settings, as_of=date(2026, 1, 10))
    assert ("missing-goal", "广州市天河区人民代表大会常务委员会办公室", False) in told(judged)
    assert ("not-published", "政协广州市天河区委员会办公室", True) in told(judged)    # of a rule that the night did not have
    assert told(judge(settings, [ZX], date(2023, 1, 1))) == []    # not due on that day
    assert [rule for rule, *_ in told(judge(settings, [RD]))] == ["missing-goal"]
    with Warehouse.open(settings.warehouse_file) as warehouse:
        assert contents(warehouse.connection) == before
    with pytest.raises(UnusableInput, match="no department nobody"):
        judge(settings, ["nobody"])


def test_adjustments_count_at_once_and_one_for_nobody_is_told(settings: Settings) -> None:
    settings.adjustments.write_text(EXEMPTION % RD, encoding="utf-8")
    assert told(judge(settings, [RD], date(2026, 12, 31))) == []
    assert {rule for rule, *_ in told(judge(settings, [RD], date(2027, 1, 1)))} == {"missing-goal", "exemption-expired"}
    settings.adjustments.write_text(EXEMPTION % "nobody", encoding="utf-8")
    assert judge(settings).complaints == [
        "adjustments.yaml: missing-goal: no department of the catalogue is nobody; correct its id or region"]


def test_maintainers_hear_once_that_an_adjustment_is_for_nobody(settings: Settings) -> None:
    settings.adjustments.write_text(EXEMPTION % "nobody", encoding="utf-8")
    for _ in range(2):
        check(settings)
    with Warehouse.open(settings.warehouse_file) as warehouse:
        told = [text for (text,) in warehouse.connection.execute("SELECT body_markdown FROM alert_outbox WHERE audience_id = 'maintainers'").fetchall()]
    assert [text.count("no department of the catalogue is nobody") for text in told] == [1]


@pytest.mark.parametrize(("text", "slip"), [("exemption: {}\n", ":1: exemption is not known here"), (None, "No such file")])
def test_nothing_is_judged_without_what_the_bureau_decided(settings: Settings, text: str | None, slip: str) -> None:
    settings.adjustments.unlink()
    if text:
        settings.adjustments.write_text(text, encoding="utf-8")
    for judging in (judge, check, partial(reread, choice=Choice(), keep=False)):
        with pytest.raises(UnusableInput, match=rf"adjustments\.yaml(.|\n)*{slip}(.|\n)*Nothing was done"):
            judging(settings)


@pytest.mark.parametrize(("arguments", "code"), [(["--department", RD], 1), (["--department", ZX, "--as-of", "2023-01-01"], 0)])
def test_the_command_ends_with_one_where_a_person_must_look(settings: Settings, arguments: list[str], code: int) -> None:
    done = command(settings, "check", *arguments)
    assert (done.returncode, done.stderr) == (code, "")
    assert ("missing-goal" in done.stdout) == (code == 1)


def test_a_rule_is_shown_with_what_it_found(settings: Settings) -> None:
    shown = command(settings, "rules", "--id", "missing-goal").stdout
    for text in ("缺少绩效目标", "3 passed, 1 failed, 2 not applicable", "专家咨询、聘任活动费用有误", SEED):
        assert text in shown
    assert "threshold" in command(settings, "rules", "--id", "drift", "--lang", "en").stdout
    assert command(settings, "rules", "--id", "missing-gaol").returncode == 2
