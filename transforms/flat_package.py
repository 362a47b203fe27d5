"""An Office document in one XML file ("flat OPC", which Word saves as XML document) into the package that its readers know."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
from typing import TYPE_CHECKING

from transforms.grid import UnreadableDocument

if TYPE_CHECKING:
    from lxml import etree

_NAMESPACE = b"http://schemas.microsoft.com/office/2006/xmlPackage"
_HEAD = 4_096    # bytes, in which its root begins
_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_TYPES = "[Content_Types].xml"
_MAIN_PART = re.compile(rb"""name\s*=\s*["']/(word|xl)/""", re.IGNORECASE)
_FORMS = {b"word": "docx", b"xl": "xlsx"}
_MOST_PARTS = 20_000      # as many as members of an archive
MAX_PACKED = 500_000_000     # bytes: each part states all names that the document declares, so that parts take more than the document


def is_flat(data: bytes) -> bool:
    """Whether a file is a package in one XML file."""
    return _NAMESPACE in data[:_HEAD]


def form(data: bytes) -> str:
    """What it is by the first part of a known kind: `docx`, `xlsx`, else `zip`."""
    part = _MAIN_PART.search(data)
    return _FORMS[part[1].lower()] if part else "zip"


def packed(data: bytes) -> bytes:
    """Make a package of it.

    Args:
        data: the whole file.

    Returns:
        A DOCX or XLSX.

    Raises:
        UnreadableDocument: `damaged-file` or `too-large`.
    """
    from lxml import etree  # costs start-up, and every file is asked whether it is such a document

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_TYPES, "<Types/>")
            for number, part in enumerate(root.iterfind(f"{_PKG}part")):
                if number >= _MOST_PARTS or package.tell() > MAX_PACKED:
                    raise UnreadableDocument("too-large", f"The document has over {_MOST_PARTS:,} parts or {MAX_PACKED:,} bytes.")
                archive.writestr(part.get(f"{_PKG}name", "").lstrip("/"), _content(part))
    except (etree.XMLSyntaxError, binascii.Error, ValueError) as error:
        raise UnreadableDocument("damaged-file", f"The document is damaged ({error}); fetch or publish it again.") from error
    return package.getvalue()


def _content(part: etree._Element) -> bytes:
    from lxml import etree

    binary = part.findtext(f"{_PKG}binaryData")
    if binary is not None:
        return base64.b64decode(binary)
    xml = part.find(f"{_PKG}xmlData")
    return etree.tostring(xml[0]) if xml is not None and len(xml) else b""
