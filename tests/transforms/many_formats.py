"""One content, such as a booklet, written in every format: lines of text and tables with merged cells, as programs write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.charset import QP, Charset
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import escape
from typing import Any

import openpyxl
import xlwt
from openpyxl.styles import Border, Side
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from expectations.checks import check, findings
from tests.transforms import ofd_documents, office_packages, word_documents
from transforms.amounts import is_amount
from transforms.grid import Cell, Grid, Reading, TextLine
from transforms.parse import parse_document, read_blocks
from transforms.records import ParsedDocument, contract

Content = Sequence[str | Grid]
Rows = Sequence[Sequence[str]]

LEFT, UP = "<", "^"    # a cell that is merged with the one to its left, or above it
_FONT, _SIZE, _LEADING, _MARGIN = "STSong-Light", 9, 11, 50
_PAGE = 842, 595    # points: A4 on its side
_PLACES = {"file", "sha256", "format", "pages", "page", "row", "raw", "message"}
_SHEET = "urn:schemas-microsoft-com:office:spreadsheet"


@dataclass(frozen=True)
class Records:
    """What was read of a content, without what tells formats apart: file, pages, rows, how cells are joined in `raw`."""

    document: Mapping[str, Any]

    @classmethod
    def of(cls, parsed: ParsedDocument) -> Records:
        """The records of a document, with the findings of the rules: of these only which and of what."""
        found = sorted((finding.rule, finding.expected or "", finding.actual or "") for finding in findings(parsed, check(parsed)))
        return cls({**_without_places(contract(parsed)), "findings": found})


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_places(part) for name, part in value.items() if name not in _PLACES}
    return list(map(_without_places, value)) if isinstance(value, list) else value


def expected(content: Content) -> Records:
    """What is read of a content that no format stands between."""
    blocks = tuple(TextLine(block) if isinstance(block, str) else block for block in content)
    return Records.of(read_blocks(Reading("html", blocks=blocks), ParsedDocument("", None, "html")))


def written_and_read(content: Content, ending: str) -> Records:
    """What is read of a content written in a format."""
    return Records.of(parse_document(f"a.{ending}", WRITERS[ending](content)))


def grid(rows: Rows) -> Grid:
    """The grid of texts by row; see `LEFT` and `UP`."""
    cells = []
    for index, row in enumerate(rows):
        for column, text in enumerate(row):
            if text in (LEFT, UP):
                continue
            width = next((after for after in range(column + 1, len(row)) if row[after] != LEFT), len(row)) - column
            height = next((below for below in range(index + 1, len(rows)) if rows[below][column] != UP), len(rows)) - index
            cells.append(Cell(text, index + 1, column + 1, height, width))
    return Grid(tuple(cells))


def width_of(table: Grid) -> int:
    """How many columns a table has."""
    return max(cell.column + cell.column_span - 1 for cell in table.cells)


def height_of(table: Grid) -> int:
    """How many rows a table has."""
    return max(cell.row + cell.row_span - 1 for cell in table.cells)


def rows_of(table: Grid) -> list[list[Cell | None]]:
    """The cells by row and column, each at its first place; None where one reaches to, or none is."""
    rows: list[list[Cell | None]] = [[None] * width_of(table) for _ in range(height_of(table))]
    for cell in table.cells:
        rows[cell.row - 1][cell.column - 1] = cell
    return rows


def _number(text: str) -> float | None:
    """The number that a program stores for a cell; codes are texts."""
    return float(text.replace(",", "")) if is_amount(text) and "." in text and text.replace(",", "").replace(".", "").isdigit() else None


def html(content: Content) -> bytes:
    """A page of the kind that an editor of sites writes."""
    written = "".join(f"<p>{escape(block)}</p>\n" if isinstance(block, str) else _html_table(block) for block in content)
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>\n{written}</body></html>'.encode()


def _html_table(table: Grid) -> str:
    rows = ("".join(_html_cell(cell) for cell in row if cell) for row in rows_of(table))
    return "<table border=1>\n" + "".join(f"<tr>{row}</tr>\n" for row in rows) + "</table>\n"


def _html_cell(cell: Cell) -> str:
    spans = f' rowspan="{cell.row_span}"' * (cell.row_span > 1) + f' colspan="{cell.column_span}"' * (cell.column_span > 1)
    return f"<td{spans}>{escape(cell.text).replace(chr(10), '<br>')}</td>"


def mhtml(content: Content) -> bytes:
    """The page as a web archive."""
    encoding = Charset("utf-8")
    encoding.body_encoding = QP
    archive = MIMEMultipart("related", boundary="----=_Part", type="text/html")
    archive.attach(MIMEText(html(content).decode(), "html", encoding))    # type: ignore[arg-type]    # a Charset is taken, too
    return archive.as_bytes()


def _sheets(content: Content) -> Iterator[tuple[str, list[str], Grid | None]]:
    """A name, the lines and the table of each sheet of a workbook."""
    lines: list[str] = []
    number = 0
    for block in content:
        if isinstance(block, str):
            lines.append(block)
            continue
        number += 1
        yield f"表{number}", lines, block
        lines = []
    if lines:
        yield "说明", lines, None


def xlsx(content: Content) -> bytes:
    """A workbook with a sheet for each table, the lines above it in merged rows, amounts as numbers with a format."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    thin = Side(style="thin")
    for name, lines, table in _sheets(content):
        sheet = book.create_sheet(name)
        across = width_of(table) if table else 6
        for line in lines:
            sheet.append([line])
            sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=across)
        for cell in table.cells if table else ():
            row, number = cell.row + len(lines), _number(cell.text)
            written = sheet.cell(row, cell.column, cell.text or None if number is None else number)
            written.border = Border(thin, thin, thin, thin)
            written.number_format = "@" if number is None else "#,##0.00" if "," in cell.text else "0.00"
            if cell.row_span > 1 or cell.column_span > 1:
                last_row, last_column = row + cell.row_span - 1, cell.column + cell.column_span - 1
                sheet.merge_cells(start_row=row, end_row=last_row, start_column=cell.column, end_column=last_column)
    book.save(stream)
    return stream.getvalue()


def xls(content: Content) -> bytes:
    """The same as `xlsx` in the format of Excel 97."""
    book, stream = xlwt.Workbook(), io.BytesIO()
    grouped, plain, text = (xlwt.easyxf("borders: left thin, right thin, top thin, bottom thin", code) for code in ("#,##0.00", "0.00", "@"))
    for name, lines, table in _sheets(content):
        sheet = book.add_sheet(name)
        for row, line in enumerate(lines):
            sheet.write_merge(row, row, 0, (width_of(table) if table else 6) - 1, line)
        for cell in table.cells if table else ():
            number = _number(cell.text)
            style = text if number is None else grouped if "," in cell.text else plain
            row, column = cell.row - 1 + len(lines), cell.column - 1
            content_of = cell.text if number is None else number
            sheet.write_merge(row, row + cell.row_span - 1, column, column + cell.column_span - 1, content_of, style)
    book.save(stream)
    return stream.getvalue()


def xml_spreadsheet(content: Content) -> bytes:
    """The same as `xlsx` in the XML of Excel 2003."""
    sheets = []
    for name, lines, table in _sheets(content):
        across = (width_of(table) if table else 6) - 1
        rows = [f'<Row><Cell ss:MergeAcross="{across}">{_data(line, None)}</Cell></Row>' for line in lines]
        rows += [f"<Row>{''.join(_xml_cell(cell) for cell in row if cell)}</Row>" for row in (rows_of(table) if table else ())]
        sheets.append(f'<Worksheet ss:Name="{name}"><Table>{"".join(rows)}</Table></Worksheet>')
    styles = "".join(f'<Style ss:ID="{name}"><NumberFormat ss:Format="{code}"/></Style>' for name, code in (("g", "#,##0.00"), ("p", "0.00")))
    written = f'<Workbook xmlns="{_SHEET}" xmlns:ss="{_SHEET}"><Styles>{styles}</Styles>{"".join(sheets)}</Workbook>'
    return f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>{written}'.encode()


def _xml_cell(cell: Cell) -> str:
    number = _number(cell.text)
    style = "" if number is None else f' ss:StyleID="{"g" if "," in cell.text else "p"}"'
    merged = f' ss:MergeAcross="{cell.column_span - 1}"' * (cell.column_span > 1) + f' ss:MergeDown="{cell.row_span - 1}"' * (cell.row_span > 1)
    return f'<Cell ss:Index="{cell.column}"{style}{merged}>{_data(cell.text, number) if cell.text else ""}</Cell>'


def _data(text: str, number: float | None) -> str:
    shown = escape(text).replace("\n", "&#10;") if number is None else repr(number)
    return f'<Data ss:Type="{"String" if number is None else "Number"}">{shown}</Data>'


def word(content: Content) -> bytes:
    """A document of Word; `python-docx` takes seconds for the merged cells of a booklet."""
    return office_packages.document("".join(_paragraphs(block) if isinstance(block, str) else _word_table(block) for block in content))


def _paragraphs(text: str) -> str:
    return "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(part)}</w:t></w:r></w:p>' for part in text.split("\n"))


def _word_table(table: Grid) -> str:
    columns = f"<w:tblGrid>{'<w:gridCol/>' * width_of(table)}</w:tblGrid>"
    return f"<w:tbl><w:tblPr/>{columns}{''.join(_word_row(row, table) for row in range(1, height_of(table) + 1))}</w:tbl><w:p/>"


def _word_row(row: int, table: Grid) -> str:
    return f"<w:tr>{''.join(_word_cell(cell, down) for cell, down in _standing(row, table))}</w:tr>"


def _word_cell(cell: Cell, down: str | None) -> str:
    spans = f'<w:gridSpan w:val="{cell.column_span}"/>' * (cell.column_span > 1) + f'<w:vMerge w:val="{down}"/>' * (down is not None)
    return f"<w:tc><w:tcPr>{spans}</w:tcPr>{_paragraphs('' if down == 'continue' else cell.text)}</w:tc>"


def _standing(row: int, table: Grid) -> Iterator[tuple[Cell, str | None]]:
    """The cells of a row from left to right, those that reach into it from above included, and how each is merged down."""
    for cell in sorted(table.cells, key=lambda cell: cell.column):
        if cell.row <= row < cell.row + cell.row_span:
            yield cell, None if cell.row_span == 1 else "restart" if cell.row == row else "continue"


def word_97(content: Content) -> bytes:
    """A document of Word 97."""
    return word_documents.Word97(list(_word_blocks(content))).file()


def rich_text(content: Content) -> bytes:
    """A document in Rich Text."""
    return word_documents.rich_text(_word_blocks(content))


def _word_blocks(content: Content) -> Iterator[word_documents.Block]:
    for block in content:
        if isinstance(block, str):
            yield block
        else:
            yield word_documents.Table([list(map(_old_cell, _standing(row, block))) for row in range(1, height_of(block) + 1)])


def _old_cell(standing: tuple[Cell, str | None]) -> word_documents.Cell:
    cell, down = standing
    return word_documents.Cell(("",) if down == "continue" else tuple(cell.text.split("\n")), cell.column_span, down)


def csv_text(content: Content) -> bytes:
    """A file with commas, as Excel saves it: merged cells leave blank ones."""
    return _delimited(content, ",").encode("utf-8-sig")


def tab_text(content: Content) -> bytes:
    """A text with tabs."""
    return _delimited(content, "\t").encode("gb18030")


def _delimited(content: Content, separator: str) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator)
    for block in content:
        writer.writerows([[block]] if isinstance(block, str) else ([cell.text if cell else "" for cell in row] for row in rows_of(block)))
    return stream.getvalue()


def pdf(content: Content) -> bytes:
    """A document printed on pages on their side: ruled tables, headers that are not repeated, no cell over a page break."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, _PAGE, invariant=True)
    printer = _Printer(canvas)
    for block in content:
        printer.line(block) if isinstance(block, str) else printer.table(block)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def ofd(content: Content) -> bytes:
    """The same pages as an OFD."""
    return ofd_documents.from_pdf(pdf(content))


class _Printer:
    """Draws blocks from the top of a page down, and goes on on the next one."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas, self.y = canvas, 0.0
        self._begin()

    def _begin(self) -> None:
        self.canvas.setFont(_FONT, _SIZE)
        self.canvas.setLineWidth(0.5)
        self.y = _PAGE[1] - _MARGIN

    def _need(self, height: float) -> None:
        if self.y - height < _MARGIN:
            self.canvas.showPage()
            self._begin()

    def line(self, text: str) -> None:
        """A line of text, wrapped where it is longer than the page is wide."""
        for part in _wrapped(text, _PAGE[0] - 2 * _MARGIN):
            self._need(2 * _LEADING)
            self.y -= 1.5 * _LEADING
            self.canvas.drawString(_MARGIN, self.y, part)

    def table(self, table: Grid) -> None:
        """A table; rows that a merged cell holds together stay on one page where they fit."""
        edges = _edges(table)
        self.y -= _LEADING
        heights = _heights(table, edges)
        for first, last in _blocks(table, heights):
            self._need(min(sum(heights[first - 1 : last]), _PAGE[1] - 2 * _MARGIN - 1))
            tops = [self.y - sum(heights[first - 1 : row]) for row in range(first - 1, last + 1)]
            for cell in table.cells:
                if first <= cell.row <= last:
                    left, right = edges[cell.column - 1], edges[cell.column + cell.column_span - 1]
                    top, bottom = tops[cell.row - first], tops[cell.row + cell.row_span - first]
                    for x0, y0, x1, y1 in ((left, top, right, top), (left, bottom, right, bottom), (left, bottom, left, top), (right, bottom, right, top)):
                        self.canvas.line(x0, y0, x1, y1)
                    for number, part in enumerate(_wrapped(cell.text, right - left - 6)):
                        self.canvas.drawString(left + 3, top - _LEADING * (number + 1), part)
            self.y = tops[-1]
        self.y -= _LEADING


def _wrapped(text: str, width: float) -> list[str]:
    """The lines of a text in a width in points; a number or Latin word stays whole where it can."""
    lines = []
    for part in text.split("\n"):
        line = ""
        for word_ in _words(part):
            if line and pdfmetrics.stringWidth(line + word_, _FONT, _SIZE) > width:
                lines.append(line)
                line = ""
            line += word_
        lines.append(line)
    return lines


def _words(text: str) -> Iterator[str]:
    word_ = ""
    for character in text:
        if character.isascii() and not character.isspace():
            word_ += character
            continue
        if word_:
            yield word_
        word_ = ""
        yield character
    if word_:
        yield word_


def _edges(table: Grid) -> list[float]:
    """Where columns begin and end: as wide as their texts need, all as wide as the page at most."""
    needed = [40.0] * width_of(table)
    for cell in table.cells:
        if cell.column_span == 1:
            longest = max(pdfmetrics.stringWidth(part, _FONT, _SIZE) for part in cell.text.split("\n")) + 8
            needed[cell.column - 1] = max(needed[cell.column - 1], min(longest, 200.0))
    room = _PAGE[0] - 2 * _MARGIN
    needed = [width * min(1, room / sum(needed)) for width in needed]
    return [_MARGIN + sum(needed[:column]) for column in range(len(needed) + 1)]


def _heights(table: Grid, edges: Sequence[float]) -> list[float]:
    heights = [1.5 * _LEADING] * height_of(table)
    for cell in sorted(table.cells, key=lambda cell: cell.row_span):
        room = edges[cell.column + cell.column_span - 1] - edges[cell.column - 1] - 6
        missing = _LEADING * (len(_wrapped(cell.text, room)) + 0.5) - sum(heights[cell.row - 1 : cell.row - 1 + cell.row_span])
        heights[cell.row + cell.row_span - 2] += max(missing, 0)
    return heights


def _blocks(table: Grid, heights: Sequence[float]) -> Iterator[tuple[int, int]]:
    """First and last rows of what merged cells hold together."""
    first = 1
    last = 0
    for row in range(1, len(heights) + 1):
        last = max([last, *(cell.row + cell.row_span - 1 for cell in table.cells if cell.row == row)])
        if last == row:
            yield first, row
            first = row + 1


WRITERS: dict[str, Callable[[Content], bytes]] = {
    "html": html, "mht": mhtml, "xlsx": xlsx, "xls": xls, "xml": xml_spreadsheet, "docx": word, "doc": word_97, "rtf": rich_text,
    "csv": csv_text, "txt": tab_text, "pdf": pdf, "ofd": ofd,
}
