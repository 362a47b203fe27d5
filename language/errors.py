"""What went wrong, in the language that people read: errors are raised and stored in English, `errors.zh.yaml` has their Chinese."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from language import spoken

CHINESE = Path(__file__).with_name("errors.zh.yaml")
VALUE = "{}"
PLACE = re.compile(r"(.+?\.ya?ml(?::\d+)?: (?:[\w.\[\]-]+: )?)(.+)", re.DOTALL)    # in a catalogue file, and what is wrong there


def told(error: object, language: str | None = None) -> str:
    """An error in a language.

    Args:
        error: it, or its English text; what it holds in places of values may be such a text itself.
        language: `zh` or `en`; by default the spoken one.

    Returns:
        Its Chinese, or the English where that is asked for or the text is none of ours.
    """
    text = str(error)
    return (in_chinese(text) or text) if (language or spoken()) == "zh" else text


def in_chinese(text: str) -> str | None:
    """The Chinese of a text, values that are such texts included; None for one that nobody has put into Chinese."""
    for template, chinese in _templates():
        if found := template.fullmatch(text):
            return chinese.format(*(in_chinese(value) or value for value in found.groups()))
    if placed := PLACE.fullmatch(text):
        place, wrong = placed.groups()
        what = in_chinese(wrong)
        return f"{place}{what}" if what else None
    return None


@cache
def texts() -> dict[str, str]:
    """The Chinese of each text, `{}` where its values stand; where their order is another, they are numbered."""
    import yaml  # who reads English does not wait for it

    found: dict[str, str] = yaml.load(CHINESE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return found


@cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The texts as patterns, those first that say most in their own words."""
    ordered = sorted(texts(), key=lambda text: len(text.replace(VALUE, "")), reverse=True)
    return tuple((re.compile("(.*?)".join(map(re.escape, text.split(VALUE))), re.DOTALL), texts()[text]) for text in ordered)
