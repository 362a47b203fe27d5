"""A new province is a few words of data and no code: what docs/adding-a-layout.md tells, done."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
PAGE = """<html><body><p>2024年某某省专项任务绩效卡</p><p>单位：万元</p><table>
<tr><td>专项任务名称</td><td colspan="4">河湖保洁</td></tr>
<tr><td>牵头承办处室</td><td colspan="2">云山市水务局</td><td>财政安排额度</td><td>120.50</td></tr>
<tr><td>工作愿景</td><td colspan="4">河面无漂浮物。</td></tr>
<tr><td rowspan="3">考核</td><td>考核大类</td><td>考核小类</td><td>考核事项</td><td>考核刻度</td></tr>
<tr><td>产出考核</td><td>数量指标</td><td>保洁河道</td><td>≥86公里</td></tr>
<tr><td>满意度指标</td><td>服务对象满意度指标</td><td>沿岸居民满意度</td><td>≥90%</td></tr>
</table></body></html>"""
WORDS = {    # file → (what stands there, what is put in front of it)
    "forms.yaml": [("project_name: [", "专项任务名称, "), ("unit_name: [", "牵头承办处室, "), ("total_year: [", "财政安排额度, "), ("goal: [", "工作愿景, ")],
    "headers.yaml": [("level1: [", "考核大类, "), ("level2: [", "考核小类, "), ("indicator_name: [", "考核事项, "), ("target: [", "考核刻度, ")],
    "indicators.yaml": [("产出指标: [", "产出考核, ")],
}


def parsed(root: Path, page: Path) -> dict[str, Any]:
    """What the program in a folder reads of a page."""
    code = (
        "import json, pathlib, sys; from transforms.parse import parse_document; from transforms.records import contract; "
        "print(json.dumps(contract(parse_document('a.html', pathlib.Path(sys.argv[1]).read_bytes()))))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(page)], capture_output=True, text=True, check=True, cwd=root)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_words_alone_make_a_new_form_known(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "transforms", tmp_path / "transforms", ignore=shutil.ignore_patterns("__pycache__"))
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    (project,) = parsed(tmp_path, page)["projects"]    # what its pieces and places tell is read without a word listed
    assert (project["name"], project["unit_name"], project["amount"], project["goal"]) == ("河湖保洁", "云山市水务局", None, None)
    for file, words in WORDS.items():
        path = tmp_path / "transforms" / "vocabulary" / file
        text = path.read_text(encoding="utf-8")
        for before, word in words:
            assert before in text
            text = text.replace(before, before + word, 1)
        path.write_text(text, encoding="utf-8")
    found = parsed(tmp_path, page)
    assert [table["kind"] for table in found["tables"]] == ["project_performance_targets"]
    (project,) = found["projects"]
    assert (project["name"], project["unit_name"], project["amount"], project["goal"]) == ("河湖保洁", "云山市水务局", "1205000.00", "河面无漂浮物。")
    assert [(i["level1"], i["name"], i["operator"], i["value"], i["unit"]) for i in project["indicators"]] == [
        ("产出指标", "保洁河道", ">=", "86", "公里"), ("满意度指标", "沿岸居民满意度", ">=", "90", "%"),
    ]
