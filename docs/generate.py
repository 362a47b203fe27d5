"""Write the pages of docs/ that are generated from their single source: `make docs`. A test holds that they are current.

With the published copy of a night on the samples (`make cookbook`) only the page that needs it is written: docs/cookbook.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import yaml
from tabulate import tabulate

from expectations.rules import RULES, described
from settings import PROJECT, Settings
from sources import reference
from transforms import explaining
from warehouse import cookbook, dictionary, query

FOLDER = Path(__file__).parent
SETTINGS_HEAD = """# Settings

Environment variables; the defaults need none. `YUSUAN_…_FILE` names a file that holds the value instead, as orchestrators hand out secrets.

"""


def settings_page() -> str:
    """docs/settings.md from the fields of `Settings`."""
    rows = [
        (f"`YUSUAN_{name.upper()}`", f"`{_shown(field.get_default(call_default_factory=True))}`", field.description)
        for name, field in Settings.model_fields.items()
    ]
    return SETTINGS_HEAD + _table(("variable", "default", "what it sets"), rows)


def rules_page() -> str:
    """docs/rules.md from expectations/rules.yaml."""
    overview = [(f"[`{rule.id}`](#{rule.id})", rule.severity, rule.title["zh"], rule.title["en"]) for rule in RULES.values()]
    text = "# Data-quality rules\n\n" + RULES_INTRODUCTION + _table(("rule", "severity", "名称", "title"), overview)
    for rule in RULES.values():
        text += f"\n## {rule.id}\n"
        for language in ("zh", "en"):
            text += "\n" + "".join(f"- **{label}**: {said}\n" for label, said in described(rule, language)[1:])
    return text


RULES_INTRODUCTION = """Of each subject a rule says *pass*, *fail* or *not applicable* with the reason; `fact_rule_outcome` counts all
three. `yusuan rules --id RULE` shows what one found in the warehouse, `yusuan check` what stands today.

`YUSUAN_ADJUSTMENTS` names the file in which a finance bureau decides on thresholds, severities and exemptions, each for a region, a
department, a year or a stage if it says so. What is excused stays found and counted, and is told no more until the exemption is over;
then that is a finding itself.

"""

EXPLAINED_HEAD = """# Ten tables explained

What `yusuan explain FILE` prints of ten invented tables: for each label what it was read as and by which evidence (a listed word; else the
points of its words, of what its cells hold and of what adds up, with the margin over the runner-up), for each row what it is, and behind
each cell what became of it. `UNREAD` is what nobody understood; it is told as `unread-cells`.
"""


def explained_page() -> str:
    """docs/explained.md from the tables of docs/explained.yaml."""
    tables = yaml.safe_load((FOLDER / "explained.yaml").read_text(encoding="utf-8"))
    return EXPLAINED_HEAD + "".join(_explained(**table) for table in tables)


def _explained(shown: str, title: str, rows: list[str]) -> str:
    document = "\n".join([title, "单位：万元", *(row.replace("|", "\t") for row in rows)])
    text = "\n".join([f"\n## {shown}\n", "```text", title, *rows, "```\n"])
    for found in explaining.explain(document.encode()):
        text += f"\n**{found.heading}**\n\n"
        text += _table(explaining.LABELS, list(found.labels)) + "\n" if found.labels else ""
        text += _table(explaining.ROWS[1:], [(row, kind, cells.replace(" | ", " · ")) for _, row, kind, cells in found.rows])
    return text


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "rules.md": rules_page,
    "data-dictionary.md": dictionary.render,
    "catalogue.md": reference.render,
    "explained.md": explained_page,
}


def _shown(value: object) -> str:
    if isinstance(value, Path):
        return str(value.relative_to(PROJECT))
    return str(value)


def _table(headers: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    return tabulate(rows, headers=headers, tablefmt="github", disable_numparse=True) + "\n"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with query.connect(Path(sys.argv[1])) as copy:
            (FOLDER / "cookbook.md").write_text(cookbook.render(copy), encoding="utf-8")
    else:
        for name, render in PAGES.items():
            (FOLDER / name).write_text(render(), encoding="utf-8")
