"""Rich Text: code pages, destinations, what is not seen, notes, embedded documents."""

from __future__ import annotations

import io
import struct

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.pictured_table import ROWS, picture
from tests.transforms.word_documents import Table, cells, lines, rich_text, tables
from transforms.grid import UnreadableDocument
from transforms.readers import read

HEAD = rb"{\rtf1\ansi\ansicpg936\deff0 "


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (rb"\'b2\'bf\'c3\'c5\par", ["部门"]),                                   # bytes of the code page
        ("部门".encode("gb18030") + rb"\par", ["部门"]),                        # and such as they are
        (rb"{\fonttbl{\f0\fcharset136 PMingLiU;}}\f0 \'b3\'a1\'aa\'f9\par", ["部門"]),
        (rb"{\fonttbl{\f1\fcharset2 Wingdings;}}{\f1 \'fe}\par", ["☑"]),
        (rb"\uc2\u37096\'b2\'bf\u-27160\'c3\'c5!\par", ["部门!"]),
        (rb"\uc0\u-10180\u-8265\par", ["\U0001f3b7"]),                          # two halves of one character
        (rb"a\tab b\line c\~d\_e\par", ["a\tb", "c\xa0d-e"]),
        (rb"\{a\}\\\par", ["{a}\\"]),
        (rb"{\*\unknown x}{\info{\title t}}{\footer\pard f\par}a\par", ["a"]),
        (rb"{\field{\*\fldinst SUM(ABOVE)}{\fldrslt 5.00}}\par", ["5.00"]),
        (rb"{\listtext 1.\tab}a\par", ["a"]),
        (rb"1{\super 2}{\deleted 3}{\v 4}{\strike 5}6\par", ["1²6"]),
        (rb"1{\*\bkmkstart a}2{\*\unknown 3}{\b 4}\par", ["124"]),
        (rb"{\colortbl;\red255\green255\blue255;}1{\cf1 9}{\cf0 2}\par", ["12"]),
        (rb"a{\footnote\pard b\par}\par{\header\pard c\par}", ["a¹", "¹b", "c"]),
        (rb"{\shp{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt\pard b\par}}{\shprslt c}}a\par", ["b", "a"]),
        (rb"{\shp{\*\shpinst{\sp{\sn fHidden}{\sv 1}}{\sp{\sn pib}{\sv{\pict 00}}}{\shptxt\pard b\par}}}a\par", ["a"]),
        (rb"{\shp{\*\shpinst{\sp{\sn fHidden}{\sv 0}}{\sp{\sn n}{\sv 1}}{\shptxt\pard b\par}}}a\par", ["b", "a"]),
        (rb"\bin3 }}}a\par", ["a"]),
        (b"a\r\nb\\\nc", ["ab", "c"]),
        (rb"a{\v\par}b\par{\charscalex1 9}c\par\sl-20 9\par\pard\sl-400 d\par\sl20 e\par", ["ab", "c", "d", "e"]),
        (rb"{\trowd\trrh-20\cellx500\intbl 9\cell\row}{\trowd\trrh20\cellx500\intbl a\cell\row}", ["a"]),
    ],
)
def test_text_is_read_as_it_shows(body: bytes, texts: list[str]) -> None:
    assert lines(read(HEAD + body + b"}")) == texts


def test_cells_are_merged_and_shaded_as_their_row_says() -> None:
    colors = rb"{\colortbl;\red255\green255\blue255;\red0\green0\blue128;}"
    rows = (
        rb"\trowd\clcbpat2\cellx500\clmgf\cellx1000\clmrg\cellx1500\pard\intbl{\cf1 a}\cell b\cell\cell\row"
        rb"\trowd\cellx500\cellx1000\cellx1500\pard\intbl c\cell d\cell e\cell\row\pard f\par"
    )
    assert tables(read(HEAD + colors + rows + b"}")) == [[
        ("a", 1, 1, 1, 1), ("b", 1, 2, 1, 2), ("c", 2, 1, 1, 1), ("d", 2, 2, 1, 1), ("e", 2, 3, 1, 1),
    ]]


def test_an_embedded_workbook_is_read_and_its_picture_is_not() -> None:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in (["项目", "总计"], ["会议费", 5]):
        book.active.append(row)
    book.save(stream)
    held = stream.getvalue()
    name = b"Excel.Sheet.12\0"
    native = struct.pack("<III", 0x501, 2, len(name)) + name + bytes(8) + struct.pack("<I", len(held)) + held
    body = rb"a\par{\object\objemb{\*\objclass Excel}{\*\objdata " + native.hex().encode() + rb"}{\result 12345\par}}\par"
    reading = read(HEAD + body + b"}")
    assert [one[0] for one in tables(reading)[0]] == ["项目", "总计", "会议费", "5"]
    assert lines(reading) == ["a"]


def test_a_picture_of_a_table_is_recognised() -> None:
    body = rb"{\*\shppict{\pict\pngblip\picwgoal7600\pichgoal1900 " + picture().hex().encode() + rb"}}{\nonshppict{\pict\wmetafile8 00}}\par"
    assert [one[0] for one in tables(read(HEAD + body + b"}"))[0]] == [text for row in ROWS for text in row]


@pytest.mark.parametrize("end", [1, 10, 40])
def test_a_document_that_was_cut_off_is_never_taken_for_whole(end: int) -> None:
    with pytest.raises(UnreadableDocument) as told:
        read(rich_text(["甲", Table([cells("a", "b")])])[:-end])
    assert told.value.code == "incomplete-document"


REFUSALS = (None, "damaged-file", "incomplete-document", "unknown-format", "too-large")


def outcome(content: bytes) -> str | None:
    try:
        read(content)
    except UnreadableDocument as error:
        return error.code
    return None


SAMPLE = rich_text(["甲", Table([cells("项目", "总计"), cells("会议费", "5.00")])]) [:-1] + (
    rb"{\header h\par}{\footnote n\par}{\shp{\*\shpinst{\shptxt t\par}}}{\fonttbl{\f1\fcharset2 Wingdings;}}{\colortbl;\red0;}\cf1\f1 a"
    rb"{\object\objemb{\*\objdata 01050000}{\result r}}{\pict\pngblip 8950}\trowd\clvmgf\cellx1\intbl\itap2 b\nestcell"
    rb"{\*\nesttableprops\trowd\cellx5\nestrow}\cell\row\u-5?\'b2\bin2 ab}"
)
WORDS = [b"{", b"}", b"\\", b"\\cell", b"\\row", b"\\nestrow", b"\\itap99999", b"\\u99999999999", b"\\bin-5", b"\\bin99999", b"\\f-1", b"\\cf99", b"\\'zz", b"\xff", b"\0", b"\\cellx-99999999999"]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_hostile_bytes_are_read_or_refused(data: st.DataObject) -> None:
    content = SAMPLE
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(6, len(content)))
        content = content[:place] + data.draw(st.sampled_from(WORDS)) + content[place + data.draw(st.integers(0, 10)) :]
    assert outcome(content) in REFUSALS
