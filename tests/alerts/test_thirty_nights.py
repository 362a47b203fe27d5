"""Some of the nights of docs/alerts.md: what is new, what was corrected, a silent replacement, and a crash between load and send.

All thirty take a minute and more: `make nights`.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from fuzz.thirty_nights import FINANCE, STORY, TRANSPORT_NAME, shown, tell

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def test_each_audience_hears_everything_once(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text("utf-8")
    after_crash = replace(STORY[11], hears={FINANCE: (TRANSPORT_NAME, "合计")})
    told, wrong = tell(tmp_path, {1: STORY[1], 3: STORY[3], 10: STORY[10], 11: after_crash})
    assert wrong == []
    assert [(one.night, one.audience) for one in told if one.audience == FINANCE] == [(night, FINANCE) for night in (1, 3, 10, 11)]
    outdated = [one.night for one in told if one.night in (1, 3) and shown(one) not in page]
    assert outdated == [], "docs/alerts.md is not what is told now: run `make nights`"
    [(name, content)] = told[0].files
    assert name.startswith("2024-02-20-yunshan-finance-")
    assert load_workbook(BytesIO(content)).active["C2"].value == "云山市卫生健康局"
