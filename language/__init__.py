"""What is printed for people, in the language that they read: Chinese where their system says so, else English.

A message is named by its English text; `zh.yaml` has its Chinese, with the same places for values in braces. What programs read (JSON,
logs, the warehouse) stays English; `errors` tells what went wrong.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

CHINESE = Path(__file__).with_name("zh.yaml")


def spoken() -> Literal["zh", "en"]:
    """The language of the console: what YUSUAN_LANGUAGE says, else the system's."""
    names = ("YUSUAN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    return "zh" if next(filter(None, map(os.environ.get, names)), "").startswith("zh") else "en"


def said(message: str, /, **values: object) -> str:
    """A message in the spoken language.

    Args:
        message: its English, with the names of its values in braces.
        values: fill them.
    """
    text = chinese().get(message, message) if spoken() == "zh" else message
    return text.format_map(values) if values else text


def column(name: str) -> str:
    """The name of a column of ours in the spoken language: a word by itself there says less than in a sentence."""
    return chinese().get(f"column {name}", name) if spoken() == "zh" else name


@cache
def chinese() -> dict[str, str]:
    """The Chinese of each message."""
    import yaml  # who reads English does not wait for it

    messages: dict[str, str] = yaml.load(CHINESE.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return messages
