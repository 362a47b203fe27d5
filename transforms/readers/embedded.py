"""Workbooks and documents that another document holds and shows."""

from __future__ import annotations

from collections.abc import Iterator

from transforms import formats
from transforms.grid import Grid, TextLine, UnreadableDocument
from transforms.readers import ole2

_WORKBOOK_STREAM = b"\x09\x08"    # how the stream of a workbook begins, which older documents hold without a container of its own
_PACKAGE = "Package"    # the stream of an OLE object that holds an Office Open XML document


def blocks(data: bytes, *, is_icon: bool) -> Iterator[TextLine | Grid]:
    """Read an embedded document; what is none (a formula, a picture) has no blocks.

    Args:
        data: the part that holds it.
        is_icon: whether only an icon shows it: then all of it is an attachment, else a workbook shows the sheet that is in front.
    """
    from transforms.readers import read, xls, xlsx

    inner = ole2.stream(data, _PACKAGE) if ole2.is_container(data) else None
    data = inner if inner is not None else data
    if data.startswith(_WORKBOOK_STREAM):
        yield from xls.read_stream(data, only_front=not is_icon).blocks
        return
    try:
        form = formats.detect(data)
    except UnreadableDocument:
        return
    if form in ("xlsx", "xls") and not is_icon:
        yield from (xlsx if form == "xlsx" else xls).read(data, only_front=True).blocks
    elif form in ("xlsx", "xls", "docx"):
        yield from read(data).blocks
