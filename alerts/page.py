"""The shape of a message and how it is written: as Markdown and as plain text, with the same words in both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

# Some dialects of Markdown know no backslash before & < > | ~, none shows an entity as it is written.
MARKDOWN = str.maketrans(
    {character: "\\" + character for character in "\\`*_[]"}
    | {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "~": "&#126;"}
)


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one kind under one heading: what is wrong with one document by one rule, for example.

    `columns` head the cells of `rows`; a column without a filled cell is left out. `notes` follow once.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    department: str = ""
    document: str = ""
    link: str = ""
    title: str = ""
    notes: Sequence[str] = ()

    @property
    def filled(self) -> list[int]:
        """The numbers of the columns that hold something."""
        return [number for number in range(len(self.columns)) if any(row[number] for row in self.rows)]


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks of one kind of news."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole message: its first screen, what follows in detail, and the last lines; `marks` stand after a name and between cells."""

    subject: str
    title: str
    head: str
    lines: Sequence[str]
    sections: Sequence[Section] = field(default=())
    footer: Sequence[str] = ()
    marks: tuple[str, str] = (": ", "; ")

    def cells(self, block: Block, row: Sequence[str]) -> str:
        """A row of a block as one line of plain text: each filled cell after its column's name."""
        name, gap = self.marks
        return gap.join(f"{block.columns[number]}{name}{row[number]}" for number in block.filled if row[number])

    def markdown(self) -> str:
        """As Markdown, in which nothing that a document says is markup."""
        return ENVIRONMENTS["md"].get_template("page.md.j2").render(page=self)

    def text(self) -> str:
        """As plain text."""
        return ENVIRONMENTS["txt"].get_template("page.txt.j2").render(page=self)


def plain(value: object) -> str:
    """A value on one line, without control characters."""
    line = " ".join(str(value).split())
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line)


def escaped(value: object) -> str:
    """A value on one line in which nothing is Markdown or HTML."""
    return plain(value).translate(MARKDOWN)


def _environment(escape: Callable[[object], str]) -> Environment:
    """Templates whose every value is escaped: what a document says never becomes markup of the message."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), undefined=StrictUndefined, finalize=escape,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 -- jinja's own escaping knows HTML alone; `finalize` is ours
    )


ENVIRONMENTS = {"md": _environment(escaped), "txt": _environment(plain)}
