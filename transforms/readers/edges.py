"""Where a table begins and ends: title, unit and note rows that a format keeps in the table's own rows.

Spreadsheets, tab-separated text and many HTML and Word tables print title, department, unit and notes in rows (often
merged) of the table itself. What tells them from the table's rows is the same for all formats, so all readers share it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from transforms.grid import Cell, Grid, TextLine

Row = list[Cell]
Rows = Sequence[Row]

_NUMBER = re.compile(r"[-+−▲(（]*[¥￥]?\d[\d,，.．]*[)）%％]?")
# 部门名称：某局; 编制日期：2023年1月. Longer ones and sentences are goals and indicators: 产出指标：1、培训人次，≥20；
_STATEMENT = re.compile(r"[（(【\[]?(?=[^\W\d])[^：:\d]{1,20}[：:][^。；;]{0,60}")
_UNIT = re.compile(r"[（(【\[]?\s*(?:金额|计量|货币)?\s*单\s*位\s*[：:]\s*(?:人民币)?\s*[百千万亿\s]*元\s*[)）】\]]?")
_NOTE = re.compile(
    r"[（(【\[*※]*\s*(?:备\s*注|附?\s*注|说\s*明)\s*[\d一二三四五六七八九]*\s*[：:、.．，,].*|.*(?:空表|本表为空).*", re.DOTALL
)
_SPANNING_HEADER = re.compile(r".*(?:数|额|指标)")    # “三公”经费预算数; a title ends in 表, a year or brackets
_TITLE = re.compile(r".*表\s*(?:[（(].*[)）])?", re.DOTALL)
_END = 1 << 20      # right of all columns
_WIDE_SPACE = re.compile(r"\s{2,}|\u3000")
_WIDEST = 200       # columns; the widest published table has 60
_STATEMENTS = 3    # more in one row than department, date and unit have not been seen; forms have rows of many


def split(table: Grid) -> Iterator[TextLine | Grid]:
    """Split the rows of one published table, sheet or text file into lines of text and tables, in order.

    * Above a table's header are text: rows with one text only, and rows of statements (`部门名称：X … 单位：万元`). A header
      merged across the whole table (`2023年预算数`) is a row of the table.
    * Below its last row are text: notes, sentences, one text across the whole table, a stray cell beside its columns and rows of
      statements (`制表人：X … 日期：Y`), with all that follows. A last row with nothing but its label is a row of the table.
    * A further table begins where such rows above a header follow a blank row, a note or hold a title or unit line, or where the header
      is one that was printed before.

    * Tables beside each other, each below a title of its own and parted by blank columns, come one after the other.

    Rows that are blank in every cell, and blank cells outside the columns that a table uses, hold nothing and are left
    out. Row and column numbers stay as they were.

    Args:
        table: all cells, blank ones and blank rows included; `is_ragged` and `sheet` are passed on.

    Yields:
        Lines of text, one per text of a row, and grids; together they hold every text of the table.
    """
    for beside in _side_by_side(list(table.rows())):
        yield from _split(table, beside)


def _split(table: Grid, of_table: Rows) -> Iterator[TextLine | Grid]:
    for part in _parts(of_table):
        rows = [row for row in part if _texts(row)]
        begin, end = _body(rows)
        yield from _lines(rows[:begin])
        if begin < end:
            yield Grid(tuple(_used(rows[begin:end])), is_ragged=table.is_ragged, sheet=table.sheet)
        yield from _lines(rows[end:])


def _side_by_side(rows: Rows) -> list[Rows]:
    """The rows of each table, from left to right, where the first row with text holds the titles of several."""
    titles = next((texts for row in rows if (texts := _texts(row))), [])
    if len(titles) < 2 or not all(_TITLE.fullmatch(cell.text) for cell in titles):
        return [rows]
    filled = {column for row in rows for cell in _texts(row) for column in range(cell.column, _last_column(cell) + 1)}
    begins = [cell.column for cell in titles]
    if any(column - 1 in filled for column in begins[1:]):    # a blank column parts two tables
        return [rows]
    return [
        [[cell for cell in row if begin <= cell.column < end] for row in rows]
        for begin, end in pairwise([0, *begins[1:], _END])
    ]


def _parts(rows: Rows) -> Iterator[Rows]:
    begin = 0
    for is_text, run in groupby(range(len(rows)), key=lambda index: _is_text(rows[index])):
        heading = list(run)
        after = heading[-1] + 1
        if is_text and heading[0] > begin and after < len(rows) and _is_header(rows[after]):
            is_printed_again = any(_same(rows[after], row) for row in rows[begin:heading[0]])
            borders = (index for index in heading if _is_border(rows[index]) or _is_title(rows[index]))
            border = heading[0] if is_printed_again else next(borders, None)
            if border is not None:
                yield rows[begin:border]
                begin = border
    yield rows[begin:]


def _body(rows: Rows) -> tuple[int, int]:
    """The table's first row, and the row after its last one; equal where all rows are text."""
    table_rows = [index for index, row in enumerate(rows) if not _is_text(row)]
    if not table_rows:
        return len(rows), len(rows)
    first, last = _columns(rows[index] for index in table_rows)
    begin = table_rows[0]
    if begin > 0 and _is_across(rows[begin - 1], first, last) and _SPANNING_HEADER.fullmatch(_texts(rows[begin - 1])[0].text):
        begin -= 1
    end = table_rows[-1] + 1
    while end < len(rows) and not _is_outside(rows[end], first, last):
        end += 1
    return begin, end


def _is_outside(row: Row, first: int, last: int) -> bool:
    """Whether a row of text below a table's last row is none of it: a note, or a stray cell beside its columns."""
    is_beside = all(cell.column > last or _last_column(cell) < first for cell in _texts(row))
    return _is_border(row) or is_beside or _is_across(row, first, last) or _is_sentence(row, first)


def _texts(row: Row) -> list[Cell]:
    return [cell for cell in row if cell.text]


def _is_text(row: Row) -> bool:
    texts = _texts(row)
    return len(texts) < 2 or _is_statements(texts)


def _is_statements(texts: Row) -> bool:
    return len(texts) in range(2, _STATEMENTS + 1) and (
        all(_STATEMENT.fullmatch(cell.text) for cell in texts) or any(_UNIT.fullmatch(cell.text) for cell in texts)
    )


def _is_border(row: Row) -> bool:
    """Whether a row of text cannot be a row of the table above it."""
    texts = _texts(row)
    return not texts or len(texts) > 1 or bool(_ends_in_unit(texts[0].text) or _NOTE.fullmatch(texts[0].text))


def _is_title(row: Row) -> bool:
    texts = _texts(row)
    return len(texts) == 1 and bool(_TITLE.fullmatch(texts[0].text))


def _ends_in_unit(text: str) -> bool:
    """Whether a text is a unit line, or ends in one behind what stands on its left: `编制单位：某局　　单位：万元`."""
    parts = _WIDE_SPACE.split(text.strip())
    return bool(_UNIT.fullmatch(parts[-1])) and all(map(_STATEMENT.fullmatch, parts[:-1]))


def _is_across(row: Row, first: int, last: int) -> bool:
    cell = _texts(row)[0]
    return len(_texts(row)) == 1 and cell.column <= first and _last_column(cell) >= last


def _is_sentence(row: Row, first: int) -> bool:
    """Whether a row is one sentence from the first column on; further right it goes on with a cell of the row above."""
    cell = _texts(row)[0]
    return cell.column <= first and cell.text.endswith("。")


def _is_header(row: Row) -> bool:
    """Whether a row has no number; text formats leave cells blank where headers were merged."""
    return not any(_NUMBER.fullmatch(cell.text) for cell in _texts(row))


def _same(row: Row, other: Row) -> bool:
    return [cell.text for cell in row] == [cell.text for cell in other]


def _columns(rows: Iterable[Row]) -> tuple[int, int]:
    """The first and last column that hold text."""
    texts = [cell for row in rows for cell in _texts(row)]
    return min(cell.column for cell in texts), max(_last_column(cell) for cell in texts)


def _last_column(cell: Cell) -> int:
    return cell.column + cell.column_span - 1


def _used(rows: Rows) -> Iterator[Cell]:
    first, last = _columns(rows)
    used = [cell for row in rows for cell in row if cell.text or first <= cell.column <= last]
    yield from _without_blank_columns(used) if last - first >= _WIDEST else used


def _without_blank_columns(cells: Sequence[Cell]) -> Iterator[Cell]:
    """The cells of the columns that hold text, numbered anew: a stray cell far to the right makes no table of 16,384 columns."""
    filled = sorted({cell.column for cell in cells if cell.text})
    for cell in cells:
        begin, end = bisect_left(filled, cell.column), bisect_left(filled, cell.column + cell.column_span)
        if begin < end:
            yield cell._replace(column=begin + 1, column_span=end - begin)


def _lines(rows: Rows) -> Iterator[TextLine]:
    for row in rows:
        yield from (TextLine(cell.text, page=cell.page, row=cell.row, box=cell.box) for cell in _texts(row))
