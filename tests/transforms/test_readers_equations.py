"""Equation fields show what Word draws from their instructions."""

from __future__ import annotations

import pytest

from tests.transforms.office_packages import document
from tests.transforms.word_documents import Piece, Word97, lines
from transforms.readers import read
from transforms.readers.equations import shown

READING = r'EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(zhāng),张)'


@pytest.mark.parametrize(("instruction", "text"), [
    (READING, "张"), (r"eq \o\ac(○,1)", "①"), (r"EQ \o\ac(○,审)", "(审)"), (r"EQ \f(1,2)", "1/2"), (r"EQ m\s\up 6(2)", "m²"), (r"EQ \x(合计)", "合计"),
    ("EQ " + "\\s" + ("\\a" + 60 * " ") * 15, None), (" PAGE ", ""), ("EQUAL", ""), (r"EQ \f(", r"\f("), ("EQ " + r"\o(" * 9_000, None),
])
def test_instructions(instruction: str, text: str | None) -> None:
    assert text is None or shown(instruction) == text


def test_fields_are_read_in_every_format() -> None:
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    parts = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in (READING[:30].replace('"', "&quot;"), READING[30:].replace('"', "&quot;")))
    docx = document(f"<w:p>{begin}{parts}{end}<w:r><w:t>三</w:t></w:r></w:p>")
    special = ((0x0855, b"\1"),)
    doc = Word97([(Piece("\x13", special), Piece(READING), Piece("\x15", special), Piece("三"))]).file()
    in_rtf = READING.replace("\\", r"\\").encode("gb18030", "ignore").replace(b"zh", b"{zh}")
    rtf = rb"{\rtf1\ansi\ansicpg936 {\field{\*\fldinst " + in_rtf + rb"}{\fldrslt }}{\field{\*\fldinst PAGE}{\fldrslt 5}}" + "三".encode("gb18030") + rb"\par}"
    assert [lines(read(data)) for data in (docx, doc, rtf)] == [["张三"], ["张三"], ["张5三"]]
