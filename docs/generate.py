"""Write the pages of docs/ that are generated from their single source: `make docs`. A test holds that they are current."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tabulate import tabulate

from expectations.rules import RULES, Rule
from settings import PROJECT, Settings
from sources import reference
from warehouse import dictionary

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
    rows = []
    for rule in RULES.values():
        texts = (text.get(language, "") for text in (rule.says, rule.tolerance, rule.basis) for language in ("zh", "en"))
        rows.append((f"`{rule.id}`", _severity(rule), *texts))
    return "# Data-quality rules\n\n" + _table(("rule", "severity", "规则", "says", "容差", "tolerance", "依据", "basis"), rows)


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "rules.md": rules_page,
    "data-dictionary.md": dictionary.render,
    "catalogue.md": reference.render,
}


def _severity(rule: Rule) -> str:
    """The severity, with that of rows that are quarantined where it is another one."""
    return f"{rule.severity}; {rule.severity_in_doubt} where rows are quarantined" if rule.severity_in_doubt else rule.severity


def _shown(value: object) -> str:
    if isinstance(value, Path):
        return str(value.relative_to(PROJECT))
    return str(value)


def _table(headers: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    return tabulate(rows, headers=headers, tablefmt="github", disable_numparse=True) + "\n"


if __name__ == "__main__":
    for name, render in PAGES.items():
        (FOLDER / name).write_text(render(), encoding="utf-8")
