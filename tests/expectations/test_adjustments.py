"""What a finance bureau decides about the rules: a slip of the pen is told with file, line and key, never taken otherwise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from expectations.adjustments import Adjustment, read_adjustments
from settings import Settings
from transforms.vocabulary import VocabularyError

DECIDED = """
thresholds:
  drift:
    - {region: "990101", figure_share: 1.0, least_yuan: 10}
severities:
  hidden-text:
    - {stage: final, severity: warning}
exemptions:
  missing-goal:
    - {department: yunshan-health, year: 2024, reason: 涉密项目，不公开绩效目标, until: 2026-12-31}
"""


def read(folder: Path, text: str) -> list[Adjustment]:
    file = folder / "adjustments.yaml"
    file.write_text(text, encoding="utf-8")
    return read_adjustments(file)


def test_each_decision_is_read_with_its_scope(tmp_path: Path) -> None:
    share, least, severity, exemption = read(tmp_path, DECIDED)
    assert (share.adjustment_name, share.adjustment_value, share.region_code) == ("figure_share", "1.0", "990101")
    assert (least.adjustment_name, least.adjustment_value, least.rule) == ("least_yuan", "10", "drift")
    assert (severity.rule, severity.adjustment_kind, severity.adjustment_value, severity.stage) == ("hidden-text", "severity", "warning", "final")
    assert (exemption.rule_title_zh, exemption.department_id, exemption.fiscal_year) == ("缺少绩效目标", "yunshan-health", 2024)
    assert (exemption.adjustment_reason, exemption.until_date) == ("涉密项目，不公开绩效目标", date(2026, 12, 31))


@pytest.mark.parametrize(("correct", "wrong", "told"), [
    ("drift:", "drit:", "adjustments.yaml:3: drit is not known here; did you mean drift?"),
    ("figure_share: 1.0", "figure_shre: 1.0", "adjustments.yaml:4: figure_shre is not known here; did you mean figure_share?"),
    ("figure_share: 1.0", "figure_share: much", "adjustments.yaml:4: figure_share: much is not a number"),
    ('region: "990101"', "region: 990101", "adjustments.yaml:4: region: 990101 is not a word; a word that YAML takes for something else"),
    ("severity: warning", "severity: waring", "adjustments.yaml:7: severity: waring is not known here; did you mean warning?"),
    ("until: 2026-12-31", "until: 2026年底", "adjustments.yaml:10: until: 2026年底 is not a date: write 2026-12-31"),
    ("until: 2026-12-31", "until: 2026-02-30", "adjustments.yaml:10: until: 2026-02-30 is not a date: write 2026-12-31"),
    ("until: 2026-12-31", "until: 2026-12-31 10:00:00", "adjustments.yaml:10: until: 2026-12-31 10:00:00 is not a date"),
    ("figure_share: 1.0", "figure_share: -1", "adjustments.yaml:4: figure_share: -1 is not a number from 0 on"),
    ("figure_share: 1.0", "figure_share: .nan", "adjustments.yaml:4: figure_share: .nan is not a number from 0 on"),
    ("figure_share: 1.0, least_yuan: 10", "slip_share: 2.5", "adjustments.yaml:4: slip_share: 2.5 is not a whole number from 0 on"),
    ("year: 2024", "year: 2024.5", "adjustments.yaml:10: year: 2024.5 is not a whole number from 0 on"),
    (", figure_share: 1.0, least_yuan: 10", "", "adjustments.yaml:4: it decides nothing: write figure_share, project_share, least_yuan"),
    ('drift:\n    - {region: "990101", figure_share: 1.0, least_yuan: 10}', "silently-replaced:\n    - {notice: '更正('}",
     "adjustments.yaml:4: notice: 更正( is not a regular expression"),
    ("missing-goal:", "? [missing-goal]\n  :", "adjustments.yaml:9: what stands here is no key"),
    (", until: 2026-12-31", "", "adjustments.yaml:10: the key until is missing"),
    ("reason: 涉密项目，不公开绩效目标, ", "", "adjustments.yaml:10: the key reason is missing"),
    ("reason: 涉密项目，不公开绩效目标", 'reason: " "', "adjustments.yaml:10: reason: a word is empty"),
    ("exemptions:", "exceptions:", "adjustments.yaml:8: exceptions is not known here; did you mean exemptions?"),
])
def test_a_slip_is_told_with_its_line_and_key(tmp_path: Path, correct: str, wrong: str, told: str) -> None:
    assert correct in DECIDED
    with pytest.raises(VocabularyError) as raised:
        read(tmp_path, DECIDED.replace(correct, wrong))
    assert told in str(raised.value)


def test_the_file_that_comes_with_the_program_decides_nothing() -> None:
    assert read_adjustments(Settings().adjustments) == []
