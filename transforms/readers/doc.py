"""Reader for Word documents of 1997 to 2003 (DOC) and Rich Text (RTF), by way of DOCX."""

from __future__ import annotations

from dataclasses import replace

from transforms import formats
from transforms.grid import Reading
from transforms.readers import docx, libreoffice


def read(data: bytes) -> Reading:
    """Read a document as `docx.read` does, after LibreOffice has converted it.

    Args:
        data: the whole file.

    Returns:
        A reading of format `doc` or `rtf`; rows are rows of their table.

    Raises:
        UnreadableDocument: `needs-libreoffice`, `too-slow`, or what `docx.read` raises.
    """
    form = formats.detect(data)
    return replace(docx.read(libreoffice.convert(data, form)), format=form)
