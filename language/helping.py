"""The help of Typer's commands in Chinese, which Typer itself can neither say nor break into lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from typer import rich_utils

from language import said

PANELS = ("ARGUMENTS_PANEL_TITLE", "OPTIONS_PANEL_TITLE", "COMMANDS_PANEL_TITLE")


class FoldingTable(Table):
    """A table whose texts go on in the next line wherever the width ends: Chinese has no spaces at which Rich would break it."""

    def add_row(self, *cells: RenderableType | None, **how: Any) -> None:
        """Add a row as any table does."""
        super().add_row(*cells, **how)
        for column in self.columns:
            column.overflow = "fold"


def folding(parts: Iterable[Text], **_: Any) -> Text:
    """The parts of an option's help one after the other, in the manner of `rich.columns.Columns` but broken wherever the width ends."""
    text = Text(" ").join(parts)
    text.overflow = "fold"
    return text


def translate(command: Any) -> None:
    """Put the help of a command, and of all below it, into Chinese."""
    for name in PANELS:
        setattr(rich_utils, name, said(getattr(rich_utils, name)))
    vars(rich_utils).update(Table=FoldingTable, Columns=folding)
    _translate(command)


def _translate(command: Any) -> None:
    command.help = command.help and said(command.help)
    command.epilog = command.epilog and command.epilog.replace("Example", said("Example"), 1)
    for option in (*command.params, command.get_help_option(command.make_context(command.name, [], resilient_parsing=True))):
        if text := getattr(option, "help", None):
            option.help = said(text)
    for below in getattr(command, "commands", {}).values():
        _translate(below)
