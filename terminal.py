"""What the commands print for people: published text is shown as it is and is never markup or a command to the terminal.

Imports nothing but the standard library, because every command waits for these imports.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import shutil
import signal
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

STANDARD_ERROR = 2    # the last of the three streams that every program has
GAP = "  "            # between columns
SAMPLE = 500          # rows that decide how wide the columns are, so that the first of millions are shown at once
LEAST_TEXT = 20       # columns of a terminal that a text gets at least; a narrower one cannot be read
LONGEST_TITLE = 30    # the same for the names in front of a record's values
# Controls (Cc), invisible marks such as those that turn the direction of writing (Cf), halves of characters (Cs), and line
# and paragraph separators (Zl, Zp). A line break is shown as one.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
UNBROKEN = (int, float, Decimal, date, time, timedelta)   # a part of one of these would read as another
PLAIN = re.compile(r"[ -~\n、-〗一-鿿（），：；]*")   # what most texts are made of


def visible(text: str) -> str:
    r"""A text in which every control or invisible character but the line break is shown by its number, as `\u001b`."""
    if PLAIN.fullmatch(text):
        return text
    return "".join(_number(sign) if unicodedata.category(sign) in UNSEEN and sign != "\n" else sign for sign in text.replace("\r\n", "\n"))


def say(text: object = "", *, err: bool = False) -> None:
    """Print a line for people.

    Args:
        text: may hold what a document says.
        err: to standard error.
    """
    stream = sys.stderr if err else sys.stdout
    stream.write(f"{visible(str(text))}\n")
    stream.flush()


def line(title: str, text: object, width: int = 16) -> None:
    """Print a title and, beside it, its text; titles of lines below each other are as wide."""
    say(f"{_padded(title, width)}{text}")


def output() -> BinaryIO:
    """Standard output for the bytes of an answer: as they are for a program, made visible on a terminal."""
    return cast(BinaryIO, _Visible() if sys.stdout.isatty() else sys.stdout.buffer)


def show(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as they come: as a table where its columns fit side by side, otherwise one record after another.

    Args:
        columns: their names.
        rows: of values; None is shown as nothing.
    """
    width = shutil.get_terminal_size().columns
    titles = [visible(title).replace("\n", " ") for title in columns]
    coming = iter(rows)
    sample = list(islice(coming, SAMPLE))
    widths = _widths(titles, sample, width)
    every = chain(sample, coming)
    lines = _table(titles, widths, every) if widths else _records(titles, every, width)
    sys.stdout.writelines(f"{line}\n" for line in chain(lines, [] if sample else ["(no rows)"]))
    sys.stdout.flush()


def draw(drawings: Iterable[str]) -> None:
    """Print what is drawn already, line by line as it is."""
    for drawing in drawings:
        say(drawing.rstrip("\n"))


def open_streams() -> None:
    """Where a program began with closed streams (`>&-`), let nothing be printed, and no file take their place: it would be printed into."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= STANDARD_ERROR:
        pass
    os.close(descriptor)
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 -- for as long as the program runs
    sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):    # PYTHONIOENCODING may name an encoding without Chinese
            stream.reconfigure(errors="backslashreplace")


def leave_unread() -> NoReturn:
    """End this program as others end when their reader has seen enough (`| head`): by SIGPIPE, which shells take for no error."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.raise_signal(signal.SIGPIPE)
    os._exit(128 + signal.SIGPIPE)    # whoever started it has blocked the signal


def _number(sign: str) -> str:
    return {"\t": "\\t", "\r": "\\r"}.get(sign) or (f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}")


class _Visible:
    """A binary stream to a terminal."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode

    def write(self, data: bytes) -> int:
        sys.stdout.write(visible(self._decode(data)))
        return len(data)


def _widths(titles: Sequence[str], sample: Sequence[Sequence[object]], width: int) -> list[int] | None:
    """How wide each column is shown, in columns of the terminal; None if they do not fit."""
    columns: list[Sequence[object]] = list(zip(*sample, strict=True)) or [()] * len(titles)
    natural, least = [], []
    for title, values in zip(titles, columns, strict=True):
        longest = max((_wide(line) for value in values for line in _shown(value).split("\n")), default=0)
        is_broken = not any(isinstance(value, UNBROKEN) for value in values)
        natural.append(max(longest, _wide(title)))
        least.append(max(min(longest, LEAST_TEXT) if is_broken else longest, _wide(title)))
    spare = width - sum(least) - len(GAP) * (len(titles) - 1)
    if spare < 0:
        return None
    # Those that need the fewest columns more are served first: a long text takes what the others leave.
    order = sorted(range(len(titles)), key=lambda place: natural[place] - least[place])
    for done, place in enumerate(order):
        more = min(natural[place] - least[place], spare // (len(titles) - done))
        least[place] += more
        spare -= more
    return least


def _table(titles: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield GAP.join(map(_padded, titles, widths)).rstrip()
    yield GAP.join("─" * width for width in widths)
    for row in rows:
        cells = [_lines(value, width) for value, width in zip(row, widths, strict=True)]
        for number in range(max(map(len, cells))):
            parts = [
                _padded(cell[number] if number < len(cell) else "", width, to_right=isinstance(value, int | float | Decimal))
                for cell, value, width in zip(cells, row, widths, strict=True)
            ]
            yield GAP.join(parts).rstrip()


def _records(titles: Sequence[str], rows: Iterable[Sequence[object]], width: int) -> Iterator[str]:
    names = min(max(map(_wide, titles)), LONGEST_TITLE)
    for number, row in enumerate(rows, start=1):
        yield f"─ {number} ".ljust(width, "─")
        for title, value in zip(titles, row, strict=True):
            for place, line in enumerate(_lines(value, max(width - names - 3, LEAST_TEXT))):
                yield f"{_padded('' if place else title, names)} │ {line}".rstrip()


def _shown(value: object) -> str:
    """A value for people: blank for null, a target value without the zeros of its column's type."""
    if isinstance(value, Decimal) and value.as_tuple().exponent not in (0, -2):    # money has two places
        return f"{value.normalize():f}"
    return "" if value is None else visible(str(value)).rstrip("\n")


def _lines(value: object, width: int) -> list[str]:
    """A value in lines of a width; a number is longer rather than broken."""
    shown = _shown(value)
    if isinstance(value, UNBROKEN) or (_wide(shown) <= width and "\n" not in shown):
        return [shown]
    return [part for line in shown.split("\n") for part in _broken(line, width)]


def _broken(line: str, width: int) -> Iterator[str]:
    """Parts of a line no wider than `width`, broken at a space where there is one."""
    start = 0
    while True:
        taken, end = 0, start
        while end < len(line) and taken + _wide_sign(line[end]) <= width:
            taken += _wide_sign(line[end])
            end += 1
        if end == len(line):
            yield line[start:]
            return
        space = line.rfind(" ", start, end + 1)
        end = space if space > start else end
        yield line[start:end]
        start = end + (line[end] == " ")


def _padded(text: str, width: int, *, to_right: bool = False) -> str:
    blank = " " * (width - _wide(text))
    return blank + text if to_right else text + blank


def _wide(text: str) -> int:
    """How many columns of a terminal a text takes: two for a Chinese character, none for a combining mark."""
    return len(text) if text.isascii() else sum(map(_wide_sign, text))


@lru_cache(maxsize=10_000)
def _wide_sign(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
