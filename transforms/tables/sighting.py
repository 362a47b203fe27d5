"""What may be a header, a label and a value in a table whose words nobody listed, by where cells stand and what they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from transforms.amounts import is_blank
from transforms.grid import Cell, Grid
from transforms.names import fold_width, strip_whitespace
from transforms.tables.contents import kind_of
from transforms.tables.matrix import Matrix, matrix_of
from transforms.tables.words import comparable, is_label_like, saying
from transforms.totals import total_kind

_LONGEST = 30  # characters of a header or label
_LEAST = 3  # labels of a header row
_HEADER_SEARCH = 8  # rows of a table among which its header begins
_NO_LABEL = {
    "amount",
    "prose",
    "indicators",
    "operator",
    "level",
    "level1",
    "target",
    "date",
    "check",
    "code",
    "points",
    "direction",
    "project_code",
}
_NAMED = 3.0  # points of words that name a meaning
_SIGNS = "≥≤><=＝≧≦》《"
_LIST_SHARE = 0.25  # of a column's filled cells that list indicators, so that it is one of them
_REPEATED = 0.6  # of a document's forms that print a text, so that it is a label
_SPREAD = 0.3  # of the rows whose cells span several columns of a header: then it is the first row of a form


@dataclass(frozen=True, slots=True)
class Column:
    """A column under a header: its lowest header cell, the headers above it, and for each row below the cell that begins there."""

    header: Cell
    above: tuple[str, ...]
    rows: tuple[Cell | None, ...]

    @property
    def cells(self) -> list[Cell]:
        """Its cells from top to bottom."""
        return [cell for cell in self.rows if cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A header with its columns: a table of its own, or the indicators of a form."""

    first_row: int
    last_row: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A label of a form with the cells of its value."""

    label: Cell
    values: tuple[Cell, ...]


def blocks(grid: Grid) -> list[Table]:
    """The tables of indicators in a grid: rows of levels, operators or targets below a row of labels."""
    matrix = matrix_of(grid)
    found: list[Table] = []
    rows = [row for row in matrix.rows if _is_of_indicators(matrix, row)]
    end = 0
    for row in rows:
        if row < end:
            continue
        header = _header_above(matrix, row, end)
        if header is None:
            continue
        last = _last_header_row(matrix, header, row)
        end = _end(matrix, header, last)
        found.append(Table(header, last, tuple(_columns(matrix, header, last, end))))
    return found


def row_table(grid: Grid) -> Table | None:
    """The table of projects that a grid is: its header stands on top, a column lists indicators or states goals. None where it is none."""
    matrix = matrix_of(grid)
    for row in matrix.rows[:_HEADER_SEARCH]:
        texts = matrix.texts(row)
        if len(texts) > 1 and any(kind_of(cell.text) in ("amount", "prose") for cell in texts):
            return None    # a form's labels and values stand above its table of indicators
        if len(texts) < _LEAST or not all(_may_be_header(cell) or _is_level(cell) for cell in texts) or all(map(_is_level, texts)):
            continue
        last = _last_header_row(matrix, row, None)
        columns = tuple(_columns(matrix, row, last, None, is_ragged=grid.is_ragged))
        below = [number for number in matrix.rows if number > last]
        if not below or any(map(_is_body, texts)) or _is_form(matrix, columns, below) or _has_labels_in_front(columns):
            return None
        return Table(row, last, columns) if any(map(_is_of_goals, columns)) else None
    return None


def table_below(grid: Grid, first: int, last: int) -> Table:
    """The table below the rows of a header, whatever it holds."""
    return Table(first, last, tuple(_columns(matrix_of(grid), first, last, None, is_ragged=grid.is_ragged)))


def repeated(forms: Sequence[tuple[Matrix, Sequence[int]]]) -> set[str]:
    """The texts that most forms of a document print, as they are compared: labels.

    What stands right of the same text in every form and differs between them is its value: 其他运转类 right of 项目类别.

    Args:
        forms: for each form its table and its rows.
    """
    counts = Counter(text for matrix, rows in forms for text in {comparable(cell.text) for row in rows for cell in matrix.texts(row)})
    many = len(forms) * _REPEATED if len(forms) > 1 else 2
    found = {text for text, count in counts.items() if count >= many}
    right_of: dict[str, set[str]] = {}
    for matrix, rows in forms:
        for row in rows:
            for left, right in pairwise(comparable(cell.text) for cell in matrix.begun(row)):
                if left in found and right:
                    right_of.setdefault(left, set()).add(right)
    values = {text for texts in right_of.values() if len(texts) > 1 for text in texts}
    followed = {text for text in right_of if text in found}
    return {text for text in found if text not in values or text in followed}


def pairs(matrix: Matrix, rows: Sequence[int], repeated: Set[str]) -> Iterator[Pair]:
    """The labels of a form's upper part with their values.

    Args:
        matrix: the table.
        rows: the form's rows above its indicators.
        repeated: texts that most forms of the document print, as they are compared.
    """
    groups = {id(cell) for row in rows for cell in _groups(matrix, row, rows)}
    heads: set[int] = set()
    for row, below in zip(rows, [*rows[1:], 0], strict=True):
        cells = [cell for cell in matrix.begun(row) if id(cell) not in groups and id(cell) not in heads]
        under = _values_below(matrix, cells, below, repeated) if below else []
        if under:
            heads.update(id(value) for _, value in under)
            for label, value in under:
                yield Pair(label, (value,))
            continue
        yield from _by_turns(cells, repeated)


# --- tables of indicators ---------------------------------------------------------------------------------------------


def _is_of_indicators(matrix: Matrix, row: int) -> bool:
    kinds = [(cell, kind_of(cell.text)) for cell in matrix.row(row) if cell.text.strip()]
    is_signed = any(kind == "target" and fold_width(cell.text).strip()[:1] in _SIGNS for cell, kind in kinds)
    return len(kinds) > 1 and (is_signed or any(kind in ("level", "level1", "operator") for _, kind in kinds))


def _header_above(matrix: Matrix, row: int, end: int) -> int | None:
    """The nearest row above with several labels and nothing else; None where another table ends before one is found."""
    for above in reversed([number for number in matrix.rows if end <= number < row]):
        texts = matrix.texts(above)
        if any(kind_of(cell.text) in ("level", "level1", "operator", "amount") for cell in texts):
            if above < row - 3:
                return None
            continue
        if len(texts) >= _LEAST and all(_may_be_header(cell) for cell in texts):
            return above
    return None


def _last_header_row(matrix: Matrix, first: int, data: int | None) -> int:
    """The last row of a header: down to where its merged cells reach, or below cells that span several columns."""
    last = max(cell.row + cell.row_span - 1 for cell in matrix.begun(first) if not _is_side(matrix, cell, first))
    below = matrix.row_beside(first, 1)
    under = matrix.texts(below) if below else []
    is_header = _is_parted(matrix, first, below) and all(_may_be_header(cell) or _is_level(cell) for cell in under)
    if is_header and any(cell.column_span == 1 for cell in under):
        last = max(last, below)
    return last if data is None else min(last, matrix.row_beside(data, -1))


def _is_parted(matrix: Matrix, first: int, below: int | None) -> bool:
    """Whether all that a row holds stands under cells of a header that span several columns."""
    spanning = [cell for cell in matrix.begun(first) if cell.column_span > 1 and cell.text.strip()]
    under = matrix.texts(below) if below else []
    return bool(under) and all(any(over.column <= cell.column < over.column + over.column_span for over in spanning) for cell in under)


def _is_side(matrix: Matrix, cell: Cell, first: int) -> bool:
    """Whether a label stands beside a table of indicators, over all its rows, so that it is none of its headers."""
    lowest = min((other.row_span for other in matrix.texts(first)), default=1)
    return cell.row_span > max(lowest, 2) or (
        cell.row_span > lowest and any(
            _is_of_indicators(matrix, row) and not _is_parted(matrix, first, row)
            for row in matrix.rows_between(first + 1, cell.row + cell.row_span)
        )
    )


def _end(matrix: Matrix, header: int, last: int) -> int:
    """The row after the last one of a table of indicators: where cells begin left of it, or nothing stands under its headers."""
    columns = [cell.column for cell in matrix.texts(header) if not _is_side(matrix, cell, header)]
    first = min(columns)
    sides = {id(cell) for row in matrix.rows_between(header, last + 1) for cell in matrix.begun(row)}
    end = last + 1
    for row in (number for number in matrix.rows if number > last):
        texts = [cell for cell in matrix.texts(row) if id(cell) not in sides]
        if any(cell.column < first for cell in texts) or (first == 1 and not _is_of_indicators(matrix, row) and len(texts) > 1):
            break
        if not texts or any(cell.column_span > 1 and cell.column not in columns for cell in texts):
            break
        end = row + 1
    return end


def _columns(matrix: Matrix, first: int, last: int, end: int | None, *, is_ragged: bool = False) -> Iterator[Column]:
    """The columns under a header; of a table whose rows lost cells only the whole rows count."""
    lowest: dict[int, Cell] = {}
    above: dict[int, list[str]] = {}
    for row in matrix.rows_between(first, last + 1):
        for cell in matrix.texts(row):
            if _is_side(matrix, cell, first) and cell.row == first:
                continue
            for number in range(cell.column, cell.column + cell.column_span):
                if number in lowest:
                    above.setdefault(number, []).append(lowest[number].text)
                lowest[number] = cell
    width = max(lowest, default=0)
    rows = [row for row in matrix.rows_between(last + 1, end) if not is_ragged or len(matrix.begun(row)) == width]
    for number, header in sorted(lowest.items()):
        if header.column != number:
            continue
        yield Column(header, tuple(above.get(number, ())), tuple(_begun_at(matrix, row, number) for row in rows))


def _begun_at(matrix: Matrix, row: int, column: int) -> Cell | None:
    cell = matrix.at(row, column)
    return cell if cell and (cell.row, cell.column) == (row, column) else None


# --- tables of projects -----------------------------------------------------------------------------------------------


def _may_be_header(cell: Cell) -> bool:
    text = strip_whitespace(cell.text)
    return len(text) <= _LONGEST and kind_of(text) not in _NO_LABEL


def _is_level(cell: Cell) -> bool:
    """Whether a text names a level of indicators: it heads a column of those of this level, or stands in a column of levels."""
    return kind_of(cell.text) in ("level", "level1")


def _is_body(cell: Cell) -> bool:
    """Whether a text names a body, as the value of a form's label does: 云山市水务局, but not 实施机关."""
    return kind_of(cell.text) == "organisation" and max(saying(cell.text).points.values(), default=0.0) < _NAMED


def _is_of_goals(column: Column) -> bool:
    kinds = Counter(kind_of(cell.text) for cell in column.cells if not is_blank(cell.text))
    listed = kinds["indicators"] + kinds["prose"] + kinds["level1"] + kinds["level"]
    return kinds.total() > 0 and listed >= kinds.total() * _LIST_SHARE


def _is_form(matrix: Matrix, columns: Sequence[Column], rows: Sequence[int]) -> bool:
    """Whether cells below do not keep to the columns: the first row of a form looks like a header."""
    starts = {column.header.column for column in columns}
    cells = (cell for row in rows for cell in matrix.texts(row) if not total_kind(cell.text))    # 合计 stands over number, name and unit
    spread = {cell.row for cell in cells if cell.column not in starts or _covers(cell, starts)}
    return len(spread) > len(rows) * _SPREAD


def _has_labels_in_front(columns: Sequence[Column]) -> bool:
    """Whether the first column holds labels: a form's, whose first row looks like a header. A table's holds names, codes or levels."""
    texts = [cell.text for cell in columns[0].cells if not is_blank(cell.text)]
    return sum(map(is_label_like, texts)) > len(texts) / 2


def _covers(cell: Cell, starts: Iterable[int]) -> bool:
    return any(cell.column < start < cell.column + cell.column_span for start in starts)


# --- forms ------------------------------------------------------------------------------------------------------------


def _groups(matrix: Matrix, row: int, rows: Sequence[int]) -> Iterator[Cell]:
    """Cells in front of several rows of labels: what they say groups those."""
    last = rows[-1] + 1
    for cell in matrix.begun(row)[:1]:
        covered = matrix.rows_between(row, min(last, cell.row + cell.row_span))
        beside = [next(matrix.right_of(cell, number), None) for number in covered]
        if len(covered) > 1 and len({id(other) for other in beside if other}) > 1:
            yield cell


def _values_below(matrix: Matrix, cells: Sequence[Cell], below: int, repeated: Set[str]) -> list[tuple[Cell, Cell]]:
    """Labels that stand above their values: texts in cells of the same columns, longer than any label."""
    labels = list(cells)
    values = [matrix.at(below, cell.column) for cell in labels]
    are_labels = (
        bool(labels) and all(cell.text.strip() and _may_be_header(cell) for cell in labels) and len(matrix.begun(below)) == len(labels)
    )
    if not are_labels or any(
        value is None or value.row != below or value.column != cell.column for cell, value in zip(labels, values, strict=True)
    ):
        return []
    found = [(cell, value) for cell, value in zip(labels, values, strict=True) if value]
    kinds = [kind_of(value.text) for _, value in found]
    is_below = "prose" in kinds and all(kind in ("prose", "blank", "short", "text") for kind in kinds)
    return found if is_below and not any(comparable(value.text) in repeated for _, value in found) else []


def _by_turns(cells: Sequence[Cell], repeated: Set[str]) -> Iterator[Pair]:
    """Labels and values by turns, as the cells themselves make it most likely; a blank beside a label is its value."""
    best: list[tuple[float, str]] = [(0.0, "")]
    for cell in cells:
        label, value = _is_label(cell, repeated), _is_value(cell, repeated)
        options = []
        for points, path in best:
            last = path[-1:]
            if last != "L" or not cell.text.strip():
                options.append((points + label, path + "L"))
            else:
                options.append((points + label - 1.5, path + "L"))  # a label without a value
            if last == "L":
                options.append((points + value, path + "V"))
            elif last == "V":
                options.append((points + value - (0.2 if not cell.text.strip() else 1.5), path + "V"))
        best = [max((option for option in options if option[1][-1] == kind), default=(-99.0, kind)) for kind in "LV"]
        best = [option for option in best if option[0] > -90]
    path = max(best)[1]
    label_cell: Cell | None = None
    values: list[Cell] = []
    for cell, kind in zip(cells, path, strict=True):
        if kind == "L":
            if label_cell and label_cell.text.strip():
                yield Pair(label_cell, tuple(values))
            label_cell, values = cell, []
        else:
            values.append(cell)
    if label_cell and label_cell.text.strip():
        yield Pair(label_cell, tuple(values))


def _is_label(cell: Cell, repeated: Set[str]) -> float:
    text = cell.text.strip()
    if not text:
        return -1.0
    kind = kind_of(text)
    if kind in _NO_LABEL or len(strip_whitespace(text)) > _LONGEST:
        return -4.0
    said = saying(text)
    best = max(said.points.values(), default=0.0)
    return min(2.0, best / 2) * said.known + (1.5 if comparable(text) in repeated else 0.0) + (0.5 if text.endswith((":", "：")) else 0.0)


def _is_value(cell: Cell, repeated: Set[str]) -> float:
    text = cell.text.strip()
    if not text:
        return 0.5
    kind = kind_of(text)
    return (1.0 if kind in _NO_LABEL or kind in ("organisation", "prose") else 0.5) - (0.7 if comparable(text) in repeated else 0.0)
