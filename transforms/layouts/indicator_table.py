"""Indicators in a table of their own: a header with 三级指标 and 指标值, a row per indicator, levels merged or left blank.

Columns are known by what their headers say (`indicator_roles` in vocabulary/headers.yaml), never by their place. Two sets
of columns side by side, or two tables one below the other, are of the whole term (中期) and of the year: the year's count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from transforms.amounts import is_blank
from transforms.grid import Cell
from transforms.indicators import is_level_name, level_of_pieces, parse_indicator, split_indicators, standard_levels
from transforms.names import strip_whitespace, unwrap
from transforms.records import Indicator
from transforms.tables.contents import kind_of
from transforms.tables.headers import BOUNDS, indicator_role
from transforms.tables.labels import label_of, term_of
from transforms.tables.ledger import HEADER, Ledger
from transforms.tables.matrix import Matrix
from transforms.targets import operator_of
from transforms.totals import read_label
from transforms.vocabulary import vocabulary

_LEVELS = ("level1", "level2")
_NOT_KEPT = ("ignored", "actual")
_REPEATED = (*_LEVELS, "indicator_name")    # a second one of these begins the columns of another term


@dataclass(frozen=True, slots=True)
class IndicatorHeader:
    """The header of a table of indicators: its rows, and the roles of its columns by their number, a mapping per term."""

    first_row: int
    last_row: int
    halves: tuple[Mapping[int, str], ...]
    titles: Mapping[int, str]


@dataclass(slots=True)
class IndicatorLevels:
    """The levels of the rows so far: a blank cell below a level's name belongs to it."""

    names: list[str] = field(default_factory=lambda: ["", ""])

    def next(self, cells: Sequence[str]) -> tuple[str | None, str | None]:
        """The official levels of the next row.

        Args:
            cells: its level-1 and level-2 texts; blank where the cell is, or goes on from above.
        """
        first, second = (level_of_pieces(text) or text.strip() for text in cells)
        is_other = bool(first) and strip_whitespace(first) != strip_whitespace(self.names[0])
        if not first and second:
            first = self.names[0] if _is_of(second, self.names[0]) else ""
        elif not first:
            first, second = self.names
        elif not second and not is_other:
            second = self.names[1]
        self.names = [first, second]
        return standard_levels(first, second)


def _is_of(second: str, first: str) -> bool:
    """Whether a level 2 can be of the level 1 above: official parents differ only where the label above is another's."""
    parent = standard_levels(None, second)[0]
    own = standard_levels(first)[0]
    return parent is None or own is None or parent == own or standard_levels(first, second)[1] == "成本指标"


def is_level(text: str) -> bool:
    """Whether a text where only a level can stand is the name of one, listed or not."""
    return is_level_name(text) or level_of_pieces(text) is not None


def find_headers(matrix: Matrix) -> list[IndicatorHeader]:
    """The headers of tables of indicators in some rows, in order; one that is printed again is found again."""
    found: list[IndicatorHeader] = []
    for row in matrix.rows:
        if not found or row > found[-1].last_row:
            header = _header(matrix, row)
            if header:
                found.append(header)
    return found


def _header(matrix: Matrix, row: int) -> IndicatorHeader | None:
    cells = [cell for cell in matrix.row(row) if cell.row == row and cell.text.strip()]
    named = [cell for cell in cells if indicator_role([cell.word])]
    if len(named) < 2 or not _is_header({indicator_role([cell.word]) for cell in named}):
        return None
    last = _last_row(matrix, row, named)
    paths: dict[int, list[Cell]] = {}
    for number in range(row, last + 1):
        for cell in matrix.row(number):
            if row <= cell.row and cell.row + cell.row_span - 1 <= last and cell.text.strip():
                for column in range(cell.column, cell.column + cell.column_span):
                    path = paths.setdefault(column, [])
                    if all(strip_whitespace(cell.text) != strip_whitespace(over.text) for over in path):
                        path.append(cell)
    words = {column: [strip_whitespace(over.word) for over in path] for column, path in sorted(paths.items())}
    roles = with_levels({column: indicator_role(path) for column, path in words.items()}, matrix.cells, last)
    roles = with_operators(with_names(roles, matrix.cells, last), matrix.cells, last)
    titles = {column: "/".join(strip_whitespace(over.text) for over in path) for column, path in paths.items()}
    return IndicatorHeader(row, last, tuple(_halves(roles, titles)), titles)


def with_levels(roles: Mapping[int, str | None], cells: Iterable[Cell], last_row: int) -> dict[int, str | None]:
    """The roles of columns with that of one that holds names of levels alone: one of operators (指标性质), one of two of names, or unknown.

    Args:
        roles: the columns' roles by number.
        cells: the cells of the table.
        last_row: the last row of its header.
    """
    found = dict(roles)
    may_be = (None, "operator", *(("indicator_name",) if list(roles.values()).count("indicator_name") > 1 else ()))
    asked = {number: role for number, role in roles.items() if role in may_be}
    texts: dict[int, list[str]] = {number: [] for number in asked}
    for cell in cells if asked else ():
        for number in asked if cell.row > last_row and cell.text.strip() else ():
            if cell.column <= number < cell.column + cell.column_span:
                texts[number].append(cell.text)
    for number, named in texts.items():
        level = "level1" if all(kind_of(text) == "level1" for text in named) else "level2"
        if named and level not in roles.values() and all(map(is_level_name, named)):
            found[number] = level
    return found


def with_operators(roles: Mapping[int, str | None], cells: Iterable[Cell], last_row: int) -> dict[int, str | None]:
    """The roles of columns with that of one whose header is unknown and that holds operators: without them `≥` would read `=`.

    Args:
        roles: the columns' roles by number.
        cells: the cells of the table.
        last_row: the last row of its header.
    """
    if "operator" in roles.values():
        return dict(roles)
    signed = {cell.column for cell in cells if cell.row > last_row and operator_of(cell.text)}
    return {number: "operator" if number in signed and role in (None, "ignored") else role for number, role in roles.items()}


def with_names(roles: Mapping[int, str | None], cells: Sequence[Cell], last_row: int) -> dict[int, str | None]:
    """The roles of columns where no column is of names: a 二级指标 whose cells name no level holds the indicators' names.

    Args:
        roles: the columns' roles by number.
        cells: the cells of the table.
        last_row: the last row of its header.
    """
    lowest = next((number for number, role in reversed(list(roles.items())) if role == "level2"), None)
    if lowest is None or "indicator_name" in roles.values():
        return dict(roles)
    texts = [cell.text for cell in cells if cell.row > last_row and cell.column == lowest and cell.text.strip()]
    are_names = bool(texts) and not any(map(is_level_name, texts))
    return {number: "indicator_name" if number == lowest and are_names else role for number, role in roles.items()}


def _is_header(roles: set[str | None]) -> bool:
    has_name = "indicator_name" in roles and bool(roles & {"target", *BOUNDS, "level1", "level2", "measure"})
    return has_name or {"level1", "level2", "target"} <= roles


def _last_row(matrix: Matrix, row: int, named: Iterable[Cell]) -> int:
    """The header's last row: headers that are merged downwards, and a row with nothing but headers below spanning ones."""
    last = max(cell.row + cell.row_span - 1 for cell in named)
    below = matrix.row_beside(row, 1)
    if last == row and below:
        texts = matrix.texts(below)
        spanning = [cell for cell in named if cell.column_span > 1]
        are_below = all(any(over.column <= cell.column < over.column + over.column_span for over in spanning) for cell in texts)
        if spanning and texts and are_below and all(indicator_role(["指标值", cell.word]) for cell in texts) and not _has_levels(texts):
            are_words = all(len(strip_whitespace(cell.text)) > 1 and not re.match(r"[<>=≥≤0-9]", cell.text) for cell in texts)
            last = below if are_words else last
    return last


def _has_levels(cells: Iterable[Cell]) -> bool:
    return any(is_level_name(cell.text) for cell in cells)


def _halves(roles: Mapping[int, str | None], titles: Mapping[int, str]) -> Iterator[dict[int, str]]:
    """The columns of each term; columns that span several places of the grid count once."""
    half: dict[int, str] = {}
    shared: dict[int, str] = {}    # level 1 stands in front of both
    for _, group in groupby(roles, key=lambda column: (roles[column], titles[column])):
        column = next(group)
        role = roles[column]
        if role in _REPEATED and "target" in half.values() and role in {*half.values()}:
            yield half
            shared = {number: name for number, name in half.items() if name == "level1" and role != "level1"}
            half = dict(shared)
        if role:
            half[column] = role
    yield half


# --- rows -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Set:
    """Indicators that one set of columns, in one table, publishes; `term` is what its labels call it (`term`, `year`, None)."""

    term: str | None
    indicators: list[Indicator]


def read_indicators(matrix: Matrix, headers: Sequence[IndicatorHeader], above: Iterable[tuple[Cell, str]] = ()) -> list[Indicator]:
    """Read the tables of indicators in some rows.

    Args:
        matrix: the rows.
        headers: their headers (`find_headers`).
        above: labels above them that say which term the columns below them are of, with that term (`term` or `year`).

    Returns:
        The year's indicators, in order; those of the whole term where the year has none.
    """
    labels = list(above)
    sets = [one for header, rows in _of_one_form(matrix, headers) for one in _read_table(matrix, header, rows, labels)]
    return _of_the_year(sets)


def _of_one_form(matrix: Matrix, headers: Sequence[IndicatorHeader]) -> Iterator[tuple[IndicatorHeader, list[int]]]:
    """Each header with the rows below it; from a row that begins with the label of a body on, all are of another form."""
    ends = [*(header.first_row for header in headers[1:]), None]
    for header, end in zip(headers, ends, strict=False):
        rows = matrix.rows_between(header.last_row + 1, end)
        other = next((place for place, row in enumerate(rows) if _begins_form(matrix, row)), None)
        yield header, rows[:other]
        if other is not None:
            return


def _begins_form(matrix: Matrix, row: int) -> bool:
    texts = matrix.texts(row)
    label = label_of(texts[0].word) if texts else None
    return label is not None and label.role in ("unit_name", "department")


def account_indicators(matrix: Matrix, headers: Sequence[IndicatorHeader], ledger: Ledger) -> None:
    """Take down what becomes of the cells of the tables of indicators under some headers."""
    for header, rows in _of_one_form(matrix, headers):
        roles = {column: role for half in header.halves for column, role in half.items()}
        first = min(roles)
        ledger.enter((cell for row in matrix.rows_between(header.first_row, header.last_row + 1) for cell in matrix.begun(row)), *HEADER)
        for row in rows:
            cells = matrix.row(row)
            texts = [cell for cell in cells if cell.text.strip()]
            if _is_sum([cell.text for cell in texts]):
                ledger.enter((cell for cell in texts if cell.row == row), "structure", "sum of points, or what signs the table")
            for cell in cells:
                _account(cell, roles, header, first, ledger)


def _account(cell: Cell, roles: Mapping[int, str], header: IndicatorHeader, first: int, ledger: Ledger) -> None:
    role = next((roles[column] for column in range(cell.column, cell.column + cell.column_span) if column in roles), None)
    ledger.under(cell, header.titles.get(cell.column, ""))
    if role in _LEVELS and (level := level_of_pieces(cell.text)):
        ledger.assume(cell, level)
    if role and not (role in _LEVELS and not is_level(cell.text)):    # what is no level's name is kept as none
        is_list = role == "indicator_name" and {"target", "actual"}.isdisjoint(roles.values())    # they stand behind the names
        ledger.enter((cell,), "not kept" if role in _NOT_KEPT else "record", "indicators of a level" if is_list else role)
    elif cell.column < first and (cell.row_span > 1 or term_of(cell.text) or indicator_role([cell.word])):
        ledger.enter((cell,), "structure", "label beside the indicators")


def _of_the_year(sets: Sequence[_Set]) -> list[Indicator]:
    filled = [one for one in sets if one.indicators]
    terms = {one.term for one in filled}
    chosen = next((term for term in ("year", None, "term") if term in terms), None)
    return [indicator for one in filled if one.term == chosen for indicator in one.indicators]


def _read_table(matrix: Matrix, header: IndicatorHeader, rows: Sequence[int], labels: Sequence[tuple[Cell, str]]) -> Iterator[_Set]:
    split = [part for half in header.halves for part in _by_target(half, header.titles)]
    terms = _terms(split, header, labels)
    for place, half in enumerate(split):
        by_term: dict[str | None, list[Indicator]] = {}
        default = terms[place]
        levels = IndicatorLevels()
        for row in rows:
            side = _side_term(matrix, row, min(half)) if len(split) == 1 else None    # beside both of them it tells neither
            by_term.setdefault(side or default, []).extend(_read_row(matrix, row, half, levels))
        yield from (_Set(term, found) for term, found in by_term.items())


def _by_target(half: Mapping[int, str], titles: Mapping[int, str]) -> Iterator[dict[int, str]]:
    """The columns with each column of targets alone: 实施期指标值 beside 年度指标值 are two terms of the same indicators."""
    targets = [column for column, role in half.items() if role == "target"]
    several = [column for column in targets if term_of(titles[column])] if len(targets) > 1 else []
    chosen = several or targets[-1:]
    if not chosen:
        yield dict(half)
    for target in chosen:
        yield {column: role for column, role in half.items() if role != "target" or column == target}


def year_columns(roles: Mapping[int, str], titles: Mapping[int, str]) -> dict[int, str]:
    """The columns of indicators among those of a table; of several columns of targets the year's.

    Args:
        roles: the columns' roles by number.
        titles: their titles.
    """
    known = {column: role for column, role in roles.items() if role in (*_REPEATED, "target", *BOUNDS, "operator", "measure")}
    sets = list(_by_target(known, titles))
    of_year = (one for one in sets if any(term_of(titles[column]) == "year" for column, role in one.items() if role == "target"))
    return next(of_year, sets[-1])


def _terms(split: Sequence[Mapping[int, str]], header: IndicatorHeader, labels: Sequence[tuple[Cell, str]]) -> list[str | None]:
    """The term of each set of columns: by its headers where they differ, else by a label above, else the last is the year's."""
    owns = [{column for column, role in half.items() if role not in _LEVELS} for half in split]
    stated = [next((term for column in own if (term := term_of(header.titles[column]))), None) for own in owns]
    if len(split) > 1 and len(set(stated)) == 1:    # 年度指标值 above both of them tells nothing
        stated = [_term_above(own, labels) for own in owns]
    if len(split) == 1:
        return list(stated)
    return [term or ("year" if place == len(split) - 1 else "term") for place, term in enumerate(stated)]


def _term_above(columns: set[int], labels: Sequence[tuple[Cell, str]]) -> str | None:
    return next((term for cell, term in labels if columns & set(range(cell.column, cell.column + cell.column_span))), None)


def _side_term(matrix: Matrix, row: int, first: int) -> str | None:
    """The term that a label beside the table names: 长期绩效指标, 年度绩效指标."""
    sides = (matrix.at(row, column) for column in matrix.columns if column < first)
    return next((term for cell in sides if cell and (term := term_of(cell.text))), None)


def _read_row(matrix: Matrix, row: int, half: Mapping[int, str], levels: IndicatorLevels) -> list[Indicator]:
    cells = {column: matrix.at(row, column) for column in half}
    texts = {role: cell.text if (cell := cells[column]) else "" for column, role in half.items()}
    names = [cell.text for column, role in half.items() if role == "indicator_name" and (cell := cells[column]) and cell.text.strip()]
    *extra, texts["indicator_name"] = names or [""]
    first, second = texts.get("level1", ""), texts.get("level2", "")
    own = [cell for column, cell in cells.items() if cell and half[column] in ("indicator_name", "target")]
    found = levels.next((first, next((text for text in extra if is_level_name(text)), second)))
    is_across = len({id(cell) for cell in own}) < len(own)
    if is_across or not any(cell.row == row for cell in own) or _is_sum((first, second, *names)):
        return []
    return indicators_of(texts, found)


def _is_sum(texts: Sequence[str]) -> bool:
    filled = [strip_whitespace(text).strip(":：") for text in texts if text.strip()]
    return bool(filled) and (filled[0] in vocabulary("headers")["indicator_ends"] or _is_bare_total(filled[0]))


def _is_bare_total(text: str) -> bool:
    label = read_label(text)
    return label is not None and not label.is_narrow


def indicators_of(texts: Mapping[str, str], levels: tuple[str | None, str | None]) -> list[Indicator]:
    """The indicators of a row.

    Args:
        texts: its cells by the role of their column.
        levels: its official levels.

    Returns:
        Mostly one; see `indicators.parse_indicator`. Without a column of targets these stand behind the names: `运维系统12套；巡检≥48次`.
    """
    name, target = texts.get("indicator_name", ""), texts.get("target", "") or _range(*(texts.get(bound, "") for bound in BOUNDS))
    listed = split_indicators(name) if texts.keys().isdisjoint(("target", "actual", *BOUNDS)) else []
    if any(indicator.kind == "quantitative" for indicator in listed):
        return [replace(indicator, level1=levels[0], level2=levels[1]) for indicator in listed]
    return parse_indicator(name, unwrap(target), operator=texts.get("operator"), unit=texts.get("measure"), levels=levels)


def _range(least: str, most: str) -> str:
    """A target whose bounds have columns of their own, as it is printed where they have not; one of words is left as it is."""
    least, most = ("" if is_blank(text) else text.strip() for text in (least, most))
    numbers = [text for text in (least, most) if text]
    if not all(text[-1:].isdigit() and text[:1].isdigit() for text in numbers):
        return " ".join(numbers)
    return f"{least}-{most}" if len(numbers) > 1 else f"≥{least}" if least else f"≤{most}" if most else ""
