"""The questions that people ask, each a query in `cookbook/`, and the page that shows them with their answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse.query import Copy, rows

FOLDER = Path(__file__).parent / "cookbook"
WHO = {
    "finance": "财政部门 finance office", "congress": "人大预算工委 people's congress committee", "auditor": "审计 auditor",
    "journalist": "记者 journalist",
}
SHOWN = 12    # rows of an answer on the page
INTRODUCTION = """# Cookbook · 常用查询

Questions of a finance office, an auditor, a people's congress committee and a journalist, each with its answer on the samples. Made from
`warehouse/cookbook/` by `make cookbook`; a test holds that every query runs and that the answers are today's.
Run one with `yusuan sql "$(cat warehouse/cookbook/09-three-public.sql)"`; `--output answer.xlsx` makes a workbook of it. What the views and
columns are is in the [data dictionary](data-dictionary.md). Nearly all of the samples are invented: their answers say nothing of any place.

在 `yusuan sql` 中运行；`--output answer.xlsx` 输出为 Excel 工作簿。样本除天河区一份外均为虚构。
"""
HEAD = re.compile(r"^-- (who|zh|en|note): (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A question: who asks it, in Chinese and English, a note on its answer (may be blank), and its query."""

    name: str
    who: str
    zh: str
    en: str
    note: str
    sql: str


def recipes() -> list[Recipe]:
    """All questions in their order."""
    return [_recipe(path) for path in sorted(FOLDER.glob("*.sql"))]


def render(copy: Copy) -> str:
    """The page docs/cookbook.md.

    Args:
        copy: the published copy of a night on the samples, from `query.connect`.
    """
    return "\n".join((INTRODUCTION, *(_section(number, recipe, copy) for number, recipe in enumerate(recipes(), start=1))))


def _recipe(path: Path) -> Recipe:
    text = path.read_text(encoding="utf-8")
    head = dict(HEAD.findall(text))
    return Recipe(path.stem, head["who"], head["zh"], head["en"], head.get("note", ""), HEAD.sub("", text).strip())


def _section(number: int, recipe: Recipe, copy: Copy) -> str:
    columns, found = rows(copy, recipe.sql)
    lines = [f"## {number}. {recipe.zh}", "", f"{recipe.en}. ({WHO[recipe.who]})".replace("?.", "?"), "", "```sql", recipe.sql, "```", ""]
    if found:
        rulers = ("--:" if _is_number(found, column) else "---" for column in range(len(columns)))
        lines += ["| " + " | ".join(columns) + " |", "|" + "|".join(rulers) + "|"]
        lines += ["| " + " | ".join(map(_shown, row)) + " |" for row in found[:SHOWN]]
    else:
        lines.append("(no rows · 无)")
    if len(found) > SHOWN:
        lines += ["", f"… {len(found)} rows · 共 {len(found)} 行"]
    return "\n".join((*lines, *(("", recipe.note) if recipe.note else ()), ""))


def _is_number(found: Sequence[Sequence[Any]], column: int) -> bool:
    return all(isinstance(row[column], int | float | Decimal | None) and not isinstance(row[column], bool) for row in found)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        places = max(2, -int(value.normalize().as_tuple().exponent)) if value % 1 or value.as_tuple().exponent == -2 else 0
        return f"{value:,.{places}f}"
    if isinstance(value, list):
        return "；".join(map(str, value))
    return str(value).replace("|", "\\|").replace("\n", " ")
