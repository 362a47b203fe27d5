"""A letter that asks a department to see to the problems of what it published, with these as an annex: as a page, for Word or as a PDF."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import IO, Any

from portal.words import Language, said, shown

# Characters that XML, and so Word, cannot hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
SEVERITIES = ("critical", "warning", "info")
COLUMNS = ("number", "severity", "fiscal_year", "message", "published_text", "source", "remedy")
WIDTHS = (0.9, 1.4, 1.8, 4.6, 2.8, 2.4, 3.1)    # of COLUMNS, in centimetres on a page of A4
FONT = "FangSong"                # of official letters; a machine without it takes another one
PDF_FONT = "STSong-Light"        # one that readers of PDFs have, for the signs of GBK; others are written as
UNKNOWN_SIGN = "〓"              # this one, as printers do, and the letter says so


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says: `annex` has the texts of COLUMNS for each problem, `problems` the rows that they are of."""

    title: str
    to: str
    paragraphs: Sequence[str]
    annex_title: str
    heads: Sequence[str]
    annex: Sequence[Sequence[str]]
    problems: Sequence[Mapping[str, Any]]


def compose(department: str, problems: Sequence[Mapping[str, Any]], night: Mapping[str, Any] | None, language: Language) -> Letter:
    """Write a letter.

    Args:
        department: its name.
        problems: rows of the question `letter`; those that are muted are counted and not told.
        night: the run that published them.
        language: of the letter; what the department published stays as it is.
    """
    muted = sum(problem["is_muted"] for problem in problems)
    problems = [problem for problem in problems if not problem["is_muted"]]
    counted = Counter(problem["severity"] for problem in problems)
    counts = said("letter mark", language).join(
        f"{said(severity, language)} {counted[severity]}" for severity in SEVERITIES if counted[severity]
    )
    date = night["as_of_date"] if night else ""
    values = {"department": department, "count": len(problems), "counts": counts, "muted": muted, "date": date}
    paragraphs = ["letter found", "letter asks", "letter errs"] if problems else [] if muted else ["letter none"]
    if muted:    # to be silent of them would say that nothing else stands
        paragraphs.append("letter muted")
    return Letter(
        said("letter title", language), said("letter to", language).format_map(values),
        [said(name, language).format_map(values) for name in paragraphs], said("letter annex", language),
        [said(column, language) for column in COLUMNS],
        [_row(number, problem, language) for number, problem in enumerate(problems, start=1)], problems,
    )


def _row(number: int, problem: Mapping[str, Any], language: Language) -> list[str]:
    year = " ".join(str(shown(problem[name], name, language)) for name in ("fiscal_year", "stage") if problem[name] is not None)
    place = " ".join(f"{said(name, language)} {problem[name]}" for name in ("page", "row") if problem[name] is not None)
    source = f"{problem['file_name'] or ''} {place}".strip()
    texts = (number, said(problem["severity"], language), year, problem["message"], problem["published_text"], source, problem["remedy"])
    return [_UNWRITABLE.sub("", str(text)) if text is not None else "" for text in texts]


def write_word(letter: Letter, output: IO[bytes]) -> None:
    """Write a letter as a Word document."""
    from docx import Document  # nothing else needs it
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height, section.left_margin, section.right_margin = Cm(21), Cm(29.7), Cm(2), Cm(2)
    font = document.styles["Normal"].font
    font.name, font.size = FONT, Pt(12)
    document.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    document.add_heading(letter.title, 0)
    for text in (letter.to, *letter.paragraphs):
        document.add_paragraph(_UNWRITABLE.sub("", text))
    if letter.annex:
        document.add_heading(letter.annex_title, 1).paragraph_format.page_break_before = True
        table = document.add_table(rows=0, cols=len(COLUMNS), style="Table Grid")
        table.autofit = False
        for texts in (letter.heads, *letter.annex):
            for cell, text, width in zip(table.add_row().cells, texts, WIDTHS, strict=True):
                cell.text, cell.width = text, Cm(width)
                for run in cell.paragraphs[0].runs:
                    run.font.size = Pt(9)
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))    # on every page of the annex
    document.save(output)


def write_pdf(letter: Letter, output: IO[bytes], language: Language) -> None:
    """Write a letter as a PDF; a sign that its font does not have is told as such."""
    from reportlab.lib.pagesizes import A4  # nothing else needs it
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import cm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont(PDF_FONT))
    body = ParagraphStyle("body", fontName=PDF_FONT, fontSize=12, leading=20, spaceAfter=8, wordWrap="CJK")
    small = ParagraphStyle("small", body, fontSize=8, leading=11, spaceAfter=0)
    title = ParagraphStyle("title", body, fontSize=18, leading=26, alignment=1, spaceAfter=16)
    texts = [letter.title, letter.to, *letter.paragraphs, *(text for row in letter.annex for text in row)]
    more = [said("letter signs", language)] if any(_in_font(text) != text for text in texts) else []

    def paragraph(text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(escape(_in_font(text)).replace("\n", "<br/>"), style)

    parts: list[Any] = [paragraph(letter.title, title), *(paragraph(text, body) for text in (letter.to, *letter.paragraphs, *more))]
    if letter.annex:
        rows = [[paragraph(text, small) for text in row] for row in (letter.heads, *letter.annex)]
        grid = [("GRID", (0, 0), (-1, -1), 0.5, "#888888"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
        table = Table(rows, [width * cm for width in WIDTHS], repeatRows=1, splitInRow=1, style=grid)
        parts += [PageBreak(), paragraph(letter.annex_title, body), table]
    SimpleDocTemplate(output, pagesize=A4, leftMargin=2 * cm, rightMargin=2 * cm, title=letter.title).build(parts)


def _in_font(text: str) -> str:
    """A text with the signs of the font of PDFs alone."""
    written = _UNWRITABLE.sub("", text).replace("\t", " ")
    return "".join(sign if _has(sign) else UNKNOWN_SIGN for sign in written)


def _has(sign: str) -> bool:
    try:
        sign.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
