"""Reader for Word documents of 1997 to 2003 (DOC), by way of DOCX."""

from __future__ import annotations

from dataclasses import replace

from transforms.grid import Reading, UnreadableDocument
from transforms.readers import docx, libreoffice, word97

_FINAL = {"encrypted-document", "incomplete-document", "too-large"}    # no other program would read more


def read(data: bytes) -> Reading:
    """Read a document as `docx.read` does; what is damaged or older than Word 97 is left to LibreOffice, where that is installed.

    Args:
        data: the whole file.

    Returns:
        A reading of format `doc`; rows are rows of their table.

    Raises:
        UnreadableDocument: what `word97.as_docx` or `docx.read` raises; `needs-libreoffice` for Word 95 and before.
    """
    try:
        reading = docx.read(word97.as_docx(data))
    except UnreadableDocument as error:
        is_old = error.code == "unsupported-format"
        if error.code in _FINAL or not (is_old or libreoffice.find_program()):
            raise
        reading = docx.read(libreoffice.convert(data, "doc"))
    return replace(reading, format="doc")
