"""Documents of Word 97 to 2003 without any other program; and what Rich Text has in common with them."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.pictured_table import ROWS, picture
from tests.transforms.word_documents import Block, Cell, Piece, Table, Word97, cells, lines, rich_text, tables
from transforms import formats
from transforms.grid import UnreadableDocument
from transforms.readers import libreoffice, ole2, read, word97_properties


def word(blocks: Sequence[Block]) -> bytes:
    return Word97(blocks).file()


WRITERS = [word, rich_text]
Writer = Callable[[Sequence[Block]], bytes]


@pytest.mark.parametrize(("write", "form"), [(word, "doc"), (rich_text, "rtf")])
def test_text_and_merged_cells_are_read_in_order(write: Writer, form: str) -> None:
    rows = [
        cells("项目", "总计", "备注"), [Cell(("会议费",), down="restart"), Cell(("5.00", "二行"), 2)], [Cell(("",), down="continue"), *cells("6", "𠮷")],
    ]
    data = write(["某局2024年部门预算", Table(rows), "完"])
    assert formats.detect(data) == form
    reading = read(data)
    assert reading.format == form
    assert lines(reading) == ["某局2024年部门预算", "完"]
    assert tables(reading) == [[
        ("项目", 1, 1, 1, 1), ("总计", 1, 2, 1, 1), ("备注", 1, 3, 1, 1), ("会议费", 2, 1, 2, 1), ("5.00\n二行", 2, 2, 1, 2),
        ("6", 3, 2, 1, 1), ("𠮷", 3, 3, 1, 1),
    ]]


@pytest.mark.parametrize("write", WRITERS)
def test_rows_of_other_edges_stand_in_the_columns_where_their_edges_are(write: Writer) -> None:
    rows = [cells("甲", "乙", "丙", "丁"), [Cell(("一",), 2), Cell(("二",), 2)], [Cell(("三",), 3), Cell(("四",))]]
    table = tables(read(write([Table(rows)])))[0]
    assert [(text, column, width) for text, _, column, _, width in table[4:]] == [("一", 1, 2), ("二", 3, 2), ("三", 1, 3), ("四", 4, 1)]


@pytest.mark.parametrize("write", WRITERS)
def test_a_table_in_a_cell_of_a_layout_is_a_table(write: Writer) -> None:
    inner = Table([cells("项目", "总计"), cells("会议费", "5.00")])
    reading = read(write([Table([[Cell(("左",)), Cell(("上", inner, "下"))]]), "完"]))
    assert lines(reading) == ["左", "上", "下", "完"]
    assert tables(reading) == [[("项目", 1, 1, 1, 1), ("总计", 1, 2, 1, 1), ("会议费", 2, 1, 1, 1), ("5.00", 2, 2, 1, 1)]]


TEXTS = st.text(st.sampled_from("会议费项目0123456789.,年（）\u3000 ab{}\\"), max_size=8).map(str.strip)


@st.composite
def merged_tables(draw: st.DrawFn) -> Table:
    """Tables whose rows part the same columns otherwise, and whose cells may go on with the one above."""
    count = draw(st.integers(2, 5))
    rows: list[list[Cell]] = []
    for _ in range(draw(st.integers(2, 6))):
        edges = sorted(draw(st.sets(st.integers(1, count - 1)))) if rows else list(range(1, count))
        widths = [end - begin for begin, end in zip([0, *edges], [*edges, count], strict=True)]
        above = rows[-1] if rows and [cell.width for cell in rows[-1]] == widths else None
        goes_on = [above is not None and draw(st.booleans()) for _ in widths]
        if above is not None:
            above[:] = [replace_down(cell, goes) for cell, goes in zip(above, goes_on, strict=True)]
        rows.append([Cell((draw(TEXTS) if not goes else "",), width, "continue" if goes else None) for width, goes in zip(widths, goes_on, strict=True)])
    return Table(rows)


def replace_down(cell: Cell, goes_on: bool) -> Cell:
    return cell._replace(down="restart") if goes_on and cell.down is None else cell


def expected(table: Table) -> list[tuple[str, int, int, int, int]]:
    found: list[tuple[str, int, int, int, int]] = []
    for number, row in enumerate(table.rows, start=1):
        column = 1
        for cell in row:
            if cell.down == "continue":
                place = max(place for place, one in enumerate(found) if one[2] == column)
                text, top, left, _, width = found[place]
                found[place] = (text, top, left, number - top + 1, width)
            else:
                found.append((str(cell.content[0]), number, column, 1, cell.width))
            column += cell.width
    return found


@settings(max_examples=60, deadline=None)
@given(merged_tables())
def test_every_table_is_read_as_it_was_written(table: Table) -> None:
    for write in WRITERS:
        reading = read(write(["甲", table, "乙"]))
        read_cells = [one for grid in tables(reading) for one in grid]
        kept = [one for one in expected(table) if " ".join(one[0].split())]
        assert {one for one in read_cells if one[0]} <= set(kept)
        assert sorted([one[0] for one in read_cells if one[0]] + lines(reading)) == sorted([one[0] for one in kept] + ["甲", "乙"])


def test_a_row_of_many_cells_stands_in_the_stream_of_data() -> None:
    names = [f"栏{number}" for number in range(60)]
    document = Word97([Table([cells(*names), cells(*map(str, range(60)))])])
    assert [one[0] for one in tables(read(document.file()))[0][:60]] == names
    assert document.data


def test_a_document_in_one_byte_per_character_is_read() -> None:
    assert lines(read(Word97(["Budget – 2024", "Total"], is_compressed=True).file())) == ["Budget – 2024", "Total"]


TRUE, WHITE, TWO = b"\1", struct.pack("<I", 0x00FFFFFF), b"\2"
LOOKS = {
    "deleted": (0x0800, TRUE), "struck": (0x0837, TRUE), "struck twice": (0x2A53, TRUE), "hidden": (0x083C, TRUE), "white": (0x6870, WHITE),
    "white by number": (0x2A42, b"\x08"), "tiny": (0x4A43, b"\2\0"), "squeezed": (0x4852, b"\1\0"),
}


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_deleted_or_not_seen_is_not_read(look: str) -> None:
    amount = (Piece("1", (LOOKS[look],)), Piece("5.00"))
    table = Table([cells("项目", "总计"), [*cells("会议费"), Cell((amount,))]])
    reading = read(Word97([table]).file())
    assert tables(reading)[0][3][0] == "5.00"
    assert [line.text for line in reading.hidden] == (["1"] if look != "deleted" else [])


@pytest.mark.parametrize(("modifier", "shown"), [
    (struct.pack("<Hh", 0x9407, -20), []), (struct.pack("<Hh", 0x9407, -400), ["会议费", "5.00"]), (struct.pack("<Hh", 0x9407, 20), ["会议费", "5.00"]),
])
def test_rows_without_height_are_not_read(modifier: bytes, shown: list[str]) -> None:
    document = Word97(["完", Table([cells("会议费", "5.00")])], row_end=modifier)
    assert [text for table in tables(read(document.file())) for text, *_ in table] == shown


def test_a_hidden_end_of_paragraph_ends_none() -> None:
    hidden = ((0x083C, TRUE),)
    assert lines(read(Word97([(Piece("三公"), Piece("", hidden)), "经费"]).file())) == ["三公经费"]


def test_white_text_on_a_dark_cell_is_seen() -> None:
    shade = struct.pack("<HBHH", 0xD609, 4, 2 << 5 | 0, 0)    # the first of two cells blue
    white = (Piece("项目", ((0x6870, WHITE),)),)
    rows = [[Cell((white,)), *cells("总计")], cells("会议费", "5.00")]
    document = Word97([Table(rows)], row_end=shade)
    assert tables(read(document.file()))[0][0][0] == "项目"


def test_raised_digits_stay_apart_and_only_results_of_fields_are_read() -> None:
    special = ((0x0855, TRUE),)
    formula = (Piece("\x13", special), Piece(" =SUM(ABOVE) "), Piece("\x14", special), Piece("5.00"), Piece("\x15", special), Piece("1", ((0x2A48, TRUE),)))
    assert lines(read(Word97([formula]).file())) == ["5.00¹"]


def test_headers_notes_and_text_boxes_are_read() -> None:
    special = ((0x0855, TRUE),)
    document = Word97(
        ["单位", (Piece("合计"), Piece("\2", special)), (Piece("\x08", special), Piece("后"))], headers=[[], ["2024年"], [], ["第1页"]],
        footnotes=[[(Piece("\2", special), Piece("含上年结转"))]], boxes={1025: ["单位：万元"]},
    )
    assert lines(read(document.file())) == ["单位", "合计¹", "单位：万元", "后", "¹含上年结转", "2024年"]


def workbook() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("一")
    for row, texts in enumerate([["项目", "总计"], ["会议费", "5.00"]]):
        for column, text in enumerate(texts):
            sheet.write(row, column, text)
    return ole2.stream(_saved(book), "Workbook") or b""


def _saved(book: xlwt.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("is_in_table", [False, True])
def test_an_embedded_workbook_is_read(is_in_table: bool) -> None:
    special, held = (0x0855, TRUE), (0x6A03, struct.pack("<I", 77))
    shown = (Piece("\x13", (special,)), Piece(" EMBED Excel.Sheet.8 "), Piece("\x14", (special, held)), Piece("\x15", (special,)))
    blocks: list[Block] = [Table([[Cell((shown,)), *cells("旁")]])] if is_in_table else [shown]
    data = Word97(["甲", *blocks, "乙"], streams={"ObjectPool/_77/Workbook": workbook()}).file()
    assert formats.detect(data) == "doc"
    reading = read(data)
    assert tables(reading)[-1] == [("项目", 1, 1, 1, 1), ("总计", 1, 2, 1, 1), ("会议费", 2, 1, 1, 1), ("5.00", 2, 2, 1, 1)]
    assert lines(reading)[0], lines(reading)[-1] == ("甲", "乙")


def test_a_picture_of_a_table_is_recognised() -> None:
    image = picture()
    head = struct.pack("<IH22xHHHH", 68 + len(image), 68, 380 * 20, 95 * 20, 1000, 1000).ljust(68, b"\0")
    shown = (Piece("\1", ((0x0855, TRUE), (0x6A03, struct.pack("<I", 0)))),)
    document = Word97([shown])
    document.data = head + image
    assert [[one[0] for one in tables(read(document.file()))[0]]] == [[text for row in ROWS for text in row]]


def test_modifiers_that_quick_saving_left_hold_for_their_piece() -> None:
    data = Word97(["第一", "第二"]).file()
    table = ole2.stream(data, "1Table") or b""
    place = table.index(b"\2" + struct.pack("<I", 16))
    prm = place + 5 + 8 + 6
    at = data.index(table[place : place + 21]) + prm - place
    hidden = data[:at] + struct.pack("<H", 0x57 << 1 | 1 << 8) + data[at + 2 :]
    assert lines(read(data)) == ["第一", "第二"]
    assert lines(read(hidden)) == []


def test_a_row_defined_longer_than_its_modifiers_has_the_edges_that_are_there() -> None:
    definition = struct.pack("<HH", 0xD608, 200) + bytes([3]) + struct.pack("<4h", 0, 500, 1000, 1500)
    ((sprm, operand),) = word97_properties.modifiers_of(definition)
    row = word97_properties._defined(operand, has_style=False)
    assert sprm == 0xD608
    assert (row.edges, len(row.cells)) == ([0, 500, 1000, 1500], 3)


@pytest.mark.parametrize(
    ("marks", "merges"),
    [([1, 2, 2, 0], ["restart", "continue", "continue", None]), ([2, 1, 1], ["restart", "continue", "continue"]), ([3, 1, 3, 1], ["restart", "continue"] * 2)],
)
def test_cells_merged_in_their_row_begin_with_the_first(marks: list[int], merges: list[str | None]) -> None:
    assert list(word97_properties._across(marks)) == merges


def test_changes_of_a_row_are_made_in_order() -> None:
    row = word97_properties._defined(struct.pack("<HB4h60x", 70, 3, 0, 500, 1000, 1500), has_style=False)
    for sprm, operand in ((0x7621, struct.pack("<BBh", 1, 2, 100)), (0x5622, bytes([0, 1])), (0x5624, bytes([0, 2])), (0xD62B, bytes([2, 2, 3]))):
        word97_properties._ROW_CHANGES[sprm](row, operand)
    assert row.edges == [0, 100, 200, 700, 1200]
    assert [(cell.across, cell.down) for cell in row.cells] == [("restart", None), ("continue", None), (None, "restart"), (None, None)]


def test_a_document_with_a_password_or_cut_off_is_told() -> None:
    with pytest.raises(UnreadableDocument) as told:
        read(Word97(["甲"], flags=0x0300).file())
    assert told.value.code == "encrypted-document"
    data = Word97(["甲"]).file()
    place = data.index(struct.pack("<7i", 2, 0, 0, 0, 0, 0, 0))
    table = ole2.stream(data, "1Table") or b""
    pieces = data.index(table[:16])
    at = data.index(b"\2" + struct.pack("<I", 16), pieces) + 5 + 4
    longer = data[:place] + struct.pack("<i", 99_999) + data[place + 4 : at] + struct.pack("<I", 99_999) + data[at + 4 :]
    with pytest.raises(UnreadableDocument) as told:
        read(longer)
    assert told.value.code == "incomplete-document"
    larger = data[:at] + struct.pack("<I", 2**31) + data[at + 4 :]
    with pytest.raises(UnreadableDocument) as told:
        read(larger)
    assert told.value.code == "too-large"


def test_word_95_needs_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    data = Word97(["甲"]).file().replace(struct.pack("<HH", 0xA5EC, 0xC1), struct.pack("<HH", 0xA5DC, 0x65))
    with pytest.raises(UnreadableDocument, match=libreoffice.PACKAGE) as told:
        read(data)
    assert told.value.code == "needs-libreoffice"


REFUSALS = (None, "damaged-file", "encrypted-document", "incomplete-document", "needs-libreoffice", "too-large", "unknown-format")


def outcome(content: bytes) -> str | None:
    try:
        read(content)
    except UnreadableDocument as error:
        return error.code
    return None


SAMPLE = Word97(
    ["甲", Table([cells("项目", "总计"), [Cell(("会议费",), down="restart"), Cell(("5.00",))]]), "乙"], headers=[[], ["页眉"]],
    footnotes=[["注"]], boxes={1025: ["框"]}, streams={"ObjectPool/_77/Workbook": b"\x09\x08" * 100},
).file()


# `make fuzz` mutates DOC 20,000 times with the other formats.
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_hostile_bytes_are_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(512, len(content) - 1))
        junk = data.draw(st.one_of(st.binary(min_size=1, max_size=8), st.sampled_from([b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\0\0\0\x80"])))
        content[place : place + len(junk)] = junk
    assert outcome(bytes(content)) in REFUSALS
