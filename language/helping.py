"""The help of Typer's commands in Chinese, and what it says of wrong ones, which Typer itself can neither say nor break into lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from typer import rich_utils

from language import said
from language.errors import told

TEXTS = {    # Typer's names of its texts
    "ABORTED_TEXT": "Aborted.", "ARGUMENTS_PANEL_TITLE": "Arguments", "COMMANDS_PANEL_TITLE": "Commands", "DEFAULT_STRING": "[default: {}]",
    "ERRORS_PANEL_TITLE": "Error", "OPTIONS_PANEL_TITLE": "Options", "REQUIRED_LONG_STRING": "[required]",
    "RICH_HELP": "Try [blue]'{command_path} {help_option}'[/] for help.",
}
USAGE = ("Usage:", "[OPTIONS]", "COMMAND [ARGS]...")    # the words of a usage line that name nothing of ours


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
    """Put the help of a command, and of all below it, into Chinese, and what is said of wrong ones."""
    for name, english in TEXTS.items():
        setattr(rich_utils, name, said(english))
    vars(rich_utils).update(Table=FoldingTable, Columns=folding, rich_format_error=_telling(rich_utils.rich_format_error))
    _translate(command)


def _telling(show: Callable[[Any], None]) -> Callable[[Any], None]:
    """What shows an error of the command line, with its message in Chinese."""
    def shown(error: Any) -> None:
        message = told(error.format_message(), "zh")
        error.format_message = lambda: message
        show(error)

    return shown


def _usage_of(command: Any) -> Callable[[Any], str]:
    english = command.get_usage

    def usage(context: Any) -> str:
        line: str = english(context)
        for words in USAGE:
            line = line.replace(words, said(words), 1)
        return line

    return usage


def _translate(command: Any) -> None:
    command.get_usage = _usage_of(command)
    command.help = command.help and said(command.help)
    command.epilog = command.epilog and command.epilog.replace("Example", said("Example"), 1)
    for option in (*command.params, command.get_help_option(command.make_context(command.name, [], resilient_parsing=True))):
        if text := getattr(option, "help", None):
            option.help = said(text)
    for below in getattr(command, "commands", {}).values():
        _translate(below)
