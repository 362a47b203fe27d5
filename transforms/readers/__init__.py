"""Readers: one module per format, each with `read(data: bytes) -> Reading`.

A new format is a module here, a line in `READERS` and, where it is not told apart yet, a case in `formats.detect`.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from transforms import formats
from transforms.grid import Reading, UnreadableDocument

# Modules are imported when a document needs them, so that the command line starts without any of their libraries.
READERS = {
    "txt": "transforms.readers.text",
    "csv": "transforms.readers.text",
    "html": "transforms.readers.html",
    "mhtml": "transforms.readers.mhtml",
    "docx": "transforms.readers.docx",
    "doc": "transforms.readers.doc",
    "rtf": "transforms.readers.rtf",
    "xml-spreadsheet": "transforms.readers.xml_spreadsheet",
    "xls": "transforms.readers.xls",
    "xlsx": "transforms.readers.xlsx",
    "pdf": "transforms.readers.pdf.document",
    "ofd": "transforms.readers.ofd",
}


def load(forms: Iterable[str]) -> None:
    """Import the readers of some formats before they are needed: processes that are forked then share them."""
    for form in READERS.keys() & set(forms):
        import_module(READERS[form])


def read(data: bytes) -> Reading:
    """Read a published document.

    Args:
        data: the whole file.

    Returns:
        Its lines of text and its tables, in document order.

    Raises:
        UnreadableDocument: its format is unknown or has no reader (`unsupported-format`), or its reader cannot read it.
    """
    form = formats.detect(data)
    if form not in READERS:
        raise UnreadableDocument("unsupported-format", f"Documents of format {form} cannot be read; read are {', '.join(READERS)}.")
    reading: Reading = import_module(READERS[form]).read(formats.opened(data))
    return reading
