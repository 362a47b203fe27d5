"""What became of every cell of a table: it is in a record, is structure, says something that nobody keeps, or is unread.

A layout enters the cells that it understood. What nobody entered is unread, and that is told: a number that is lost in silence
looks like one that was never published.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from transforms.amounts import is_blank, is_illegible
from transforms.funding import funding_sources
from transforms.grid import Cell, Grid
from transforms.names import strip_whitespace
from transforms.records import TOTAL, Doubt, DoubtReason, Place
from transforms.tables.contents import kind_of

Fate = Literal["record", "structure", "not kept", "unread"]

HEADER: tuple[Fate, str] = ("structure", "header")
OF_ANOTHER_TERM: tuple[Fate, str] = ("not kept", "amount of another term")
OTHER_CODE: tuple[Fate, str] = ("not kept", "code beside another")
OF_APPROPRIATION: tuple[Fate, str] = ("not kept", "part of a source")
_UNREAD: tuple[Fate, str] = ("unread", "")
Position = tuple[
    int, int
]  # a cell's row and column; equal tables of a document share what is remembered of them, so that identity does not serve
_SHOWN = 5  # texts of a doubt: enough to find the cells
_LONGEST = 40  # characters of a text that are shown
# What can be an amount, a name, a goal or a target. A date, a remark's code or a unit of measure is none of them.
_SERIOUS = {
    "illegible",
    "amount",
    "points",
    "code",
    "short",
    "prose",
    "indicators",
    "level",
    "level1",
    "target",
    "qualitative",
    "operator",
    "measure",
    "organisation",
    "project_code",
}


@dataclass(slots=True)
class Ledger:
    """The fates of a table's cells. The first that a cell is given stays; what is illegible is unread, whatever it is taken for.

    Illegible amounts are told as such (`unreadable-amount`).
    """

    grid: Grid
    fates: dict[Position, tuple[Fate, str]] = field(default_factory=dict)
    headers: dict[Position, str] = field(default_factory=dict)
    columns: Mapping[int, str] = field(default_factory=dict)  # the header of each column, for the cells that have no header of their own
    contradicted: list[tuple[str, list[Cell]]] = field(default_factory=list)
    assumed: dict[str, str] = field(default_factory=dict)  # names of levels that nobody listed → official ones

    def enter(self, cells: Iterable[Cell], fate: Fate, meaning: str) -> None:
        """Note what became of cells, and what they mean."""
        found = fate, meaning
        is_said = fate == "record" and meaning not in _money()
        for cell in cells:
            position = (cell.row, cell.column)
            if is_said and (is_illegible(cell.text) or _has_unmapped(cell.text)):
                self.fates[position] = ("unread", meaning)
            else:
                self.fates.setdefault(position, found)

    def head(self, columns: Mapping[int, str]) -> None:
        """Note the headers of the columns, for the cells that have none of their own; the first of a column stays."""
        self.columns = {**columns, **self.columns}

    def under(self, cell: Cell, header: str) -> None:
        """Note under which header, or beside which label, a cell stands."""
        self.headers.setdefault((cell.row, cell.column), header)

    def contradict(self, cells: Iterable[Cell], header: str) -> None:
        """Note cells that say something else than others of the same meaning do."""
        self.contradicted.append((header, list(cells)))

    def assume(self, cell: Cell, level: str) -> None:
        """Note that a cell's text is read as the name of a level, by what it is made of."""
        self.assumed.setdefault(strip_whitespace(cell.text), level)

    def fate_of(self, cell: Cell) -> tuple[Fate, str]:
        """What became of a cell, and what it means."""
        return self.fates.get((cell.row, cell.column)) or ("unread", self.header_of(cell))

    def header_of(self, cell: Cell) -> str:
        """The header or label that a cell belongs to; blank where none was noted."""
        return self.headers.get((cell.row, cell.column)) or self.columns.get(cell.column, "")

    def amounts(self) -> Iterator[Cell]:
        """The cells that are amounts of records."""
        return (cell for cell in self.grid.cells if self.fate_of(cell)[0] == "record" and self.fate_of(cell)[1] in _money())

    def unread(self) -> Iterator[Cell]:
        """The filled cells that nobody understood."""
        fates = self.fates
        understood = ((cell, fates.get((cell.row, cell.column), _UNREAD)[0] != "unread") for cell in self.grid.cells)
        return (cell for cell, is_understood in understood if not is_understood and not is_blank(cell.text))

    def doubts(self, spare: Container[int] = ()) -> list[Doubt]:
        """One doubt for the unread cells of each header; those of none are one.

        Args:
            spare: the columns of which it is known that they hold no money, name or target.
        """
        groups: dict[tuple[str, bool], list[Cell]] = {}
        for cell in self.unread():
            groups.setdefault((self.header_of(cell), cell.column in spare), []).append(cell)
        unread = [doubt_of("unread", header, cells, is_spare=is_spare) for (header, is_spare), cells in groups.items()]
        return [*unread, *(doubt_of("contradicted", header, cells, is_believed=False) for header, cells in self.contradicted)]


def _has_unmapped(text: str) -> bool:
    """Whether a font does not say which character one of a text is: 江州 may read as \\0州."""
    return "\0" in text or "\ufffd" in text


@cache
def _money() -> frozenset[str]:
    """What layouts call amounts: those of lines and of projects."""
    return frozenset(("amount", "budget", "initial", TOTAL, *(source.key for source in funding_sources())))


def doubt_of(reason: DoubtReason, header: str, cells: list[Cell], *, is_believed: bool = True, is_spare: bool = False) -> Doubt:
    """The doubt about cells under a header."""
    texts = dict.fromkeys(shown for cell in cells if (shown := _shown(cell.text)))
    is_critical = not is_believed or (not is_spare and any(kind_of(cell.text) in _SERIOUS for cell in cells))
    return Doubt(
        reason, header, tuple(texts)[:_SHOWN], len(cells), is_critical, is_believed, Place(cells[0].page, cells[0].row, cells[0].box)
    )


def _shown(text: str) -> str:
    plain = strip_whitespace(text)
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"
