"""What several commands share: their options, the settings, and how a command stops."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

import terminal
from language import column, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from settings import Settings
    from warehouse.query import Copy

T = TypeVar("T")
CatalogueFolder = Annotated[Path | None, typer.Option(help="Folder of catalogue files instead of YUSUAN_CATALOGUE.", show_default=False)]
DataFolder = Annotated[Path | None, typer.Option(help="Folder of archive and warehouse instead of YUSUAN_DATA.", show_default=False)]


class Language(StrEnum):
    """The languages of rules and digests."""

    ZH = "zh"
    EN = "en"


def stop(message: str) -> NoReturn:
    """End the command with 1, saying on standard error and in the spoken language why."""
    from language.errors import told

    terminal.say(f"yusuan: {told(message)}", err=True)
    raise typer.Exit(1)


def chosen_settings(*, catalogue: Path | None = None, data: Path | None = None, language: Language | None = None) -> Settings:
    """The settings, with what the options of a command say in place of theirs; a command ends where one cannot be used."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from language.errors import told
    from settings import Settings, UnusableFile

    _warn_of_settings()
    try:
        return Settings().at(catalogue=catalogue, data=data, language=language)
    except UnusableFile as error:
        stop(str(error))
    except SettingsError as error:
        field = re.search(r'field "(\w+)"', str(error))
        stop(f"YUSUAN_{field[1].upper() if field else '*'}: this is not JSON; docs/settings.md says what it may be")
    except ValidationError as error:
        wrong = [f"YUSUAN_{problem['loc'][0]!s}".upper() + f": {told(problem['msg'])}" for problem in error.errors()]
        stop("\n".join((*wrong, said("docs/settings.md says what settings may be, with examples."))))


@cache
def _warn_of_settings() -> None:
    """Tell, once in a command, what looks like a setting and is none."""
    from language.errors import told
    from settings import unknown_settings

    for complaint in unknown_settings():
        terminal.say(f"yusuan: {told(complaint)}", err=True)


def check_vocabulary() -> None:
    """End the command where a file of words has a slip: nothing is read with a wrong word."""
    from transforms.vocabulary import VocabularyError, check

    try:
        check()
    except VocabularyError as error:
        stop(f"the files of words in transforms/vocabulary/ cannot be used:\n{error}")


def asked(data: Path | None, question: Callable[[Copy], T]) -> T:
    """The answer of the published copy to a question."""
    from warehouse import query
    from warehouse.errors import WarehouseError

    settings = chosen_settings(data=data)
    try:
        with query.connect(settings.published, query.Limits(settings.sql_seconds, settings.sql_memory_mb)) as copy:
            return question(copy)
    except WarehouseError as error:
        stop(str(error))


def shown_address(data: Path | None, address: object) -> object:
    """A document's address as somebody can open it: of a catalogue's path the file from here, if it is there; of the web as it is."""
    path = chosen_settings(data=data).catalogue / str(address or ".")
    if not address or "://" in str(address) or not path.exists():
        return address
    path = path.resolve()
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def show(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as `terminal.show` does, with the names of our own columns in the spoken language."""
    terminal.show([*map(column, columns)], rows)
