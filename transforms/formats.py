"""What a published file is, told from its bytes alone: names and extensions of published files are often wrong."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter

from transforms.grid import UnreadableDocument

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE2_STREAMS = (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"), ("EncryptedPackage", "encrypted"))
_OLE2_ENTRY = 128      # bytes of a directory entry; entries are aligned to their size ([MS-CFB] 2.6.1)
_OLE2_NAME = 64        # bytes of the name at its start, UTF-16LE padded with zeros

_HTML_ROOT = re.compile(r"<(?:!doctype\s+html|html|body)\b", re.IGNORECASE)
_HTML_PART = re.compile(r"<(?:table|div|p|meta|title|style|script|center|font|span|h[1-6])\b", re.IGNORECASE)
_HTML_HEAD = 16_384    # characters; comments, scripts and server warnings have been seen to push the first tag past 4,000

# Text that is neither a table, prose nor a page: reading its markup as text would make up contents.
_WEB_ARCHIVE = re.compile(r"(?:[\w-]+:.*\r?\n)*MIME-Version:", re.IGNORECASE)
_MARKUP = re.compile(r"\s*(?:<\?xml|<\?mso-application)", re.IGNORECASE)
_RICH_TEXT = b"{\\rtf"

_META_CHARSET = re.compile(rb"""<meta\b[^>]*?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_META_HEAD = 4_096     # bytes; the standard's 1,024 are not enough for pages with long comments before the declaration

# gb2312 and gbk are declared by pages that hold characters of gb18030, their superset (WHATWG Encoding standard, "gbk").
_DECLARED = {"utf-8": "utf-8", "utf8": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs"}

_OTHER_ARCHIVES = {b"Rar!\x1a\x07": "RAR", b"7z\xbc\xaf\x27\x1c": "7z", b"\x1f\x8b\x08": "gzip"}

_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def detect(data: bytes) -> str:
    """Tell a document's format from its bytes.

    Args:
        data: the whole file.

    Returns:
        `pdf`, `docx`, `xlsx`, `zip` (any other archive), `doc`, `xls`, `rtf`, `mhtml`, `html`, `csv` or `txt`.

    Raises:
        UnreadableDocument: `empty-file`, `encrypted-document`, `damaged-file` or `unknown-format`.
    """
    if not data.strip():
        raise UnreadableDocument("empty-file", "The file is empty; ask the department to publish it again.")
    _refuse_archives(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_format(data)
    if data.startswith(_OLE2):
        return _ole2_format(data)
    if b"%PDF-" in data[:1024]:    # readers accept leading junk of up to 1,024 bytes (PDF Reference 1.7, appendix H.3.4.1)
        return "pdf"
    if data.lstrip().startswith(_RICH_TEXT):
        return "rtf"
    return _text_format(data)


def decode(data: bytes) -> str:
    """Decode text or HTML; what cannot be decoded is an error, never a replacement character.

    A byte order mark decides. Then valid UTF-8 goes before the page's own declaration: bytes are evidence, the
    declaration a claim that is often stale after a page was converted, and a page of Chinese in another encoding is
    practically never valid UTF-8 by accident. Then NUL bytes tell UTF-16 without a mark: no text holds NULs, and line
    breaks, tabs and digits have one each, on the side of the higher byte. Only then the declaration counts. A page that
    declares UTF-8 but is not valid is damaged: GB18030 would turn it into other Chinese. Without a declaration of an
    encoding in use for Chinese, the text is GB18030.

    Args:
        data: the whole file.

    Returns:
        The text, without byte order mark.

    Raises:
        UnreadableDocument: `undecodable-text`.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(data, "utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode(data, "utf-8" if data.startswith(b"\xef\xbb\xbf") else _utf_16(data) or _declared(data))


def _utf_16(data: bytes) -> str | None:
    if b"\0" not in data:
        return None
    return "utf-16-be" if data[::2].count(0) > data[1::2].count(0) else "utf-16-le"


def _declared(data: bytes) -> str:
    meta = _META_CHARSET.search(data, 0, _META_HEAD)
    return _DECLARED.get(meta[1].decode().lower(), "gb18030") if meta else "gb18030"


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            "undecodable-text",
            f"The text is not valid {encoding.upper()} at byte {error.start + 1}; ask the department to publish it as UTF-8.",
        ) from error


def _refuse_archives(data: bytes) -> None:
    """Archives that only programs of their own unpack: told by name, because their members are documents."""
    name = next((name for begin, name in _OTHER_ARCHIVES.items() if data.startswith(begin)), None)
    if name:
        raise UnreadableDocument("unsupported-format", f"The file is a {name} archive; unpack it, or publish single documents or a ZIP.")


def _zip_format(data: bytes) -> str:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableDocument("damaged-file", f"The archive is damaged ({error}); fetch or publish it again.") from error
    if "[Content_Types].xml" not in names:    # what makes an archive an Office Open XML package (ECMA-376 part 2, 10.1.2)
        return "zip"
    if any(name.startswith("word/") for name in names):
        return "docx"
    return "xlsx" if any(name.startswith("xl/") for name in names) else "zip"


def _ole2_format(data: bytes) -> str:
    """The first known stream of the directory decides: that of the document itself comes before those embedded in it."""
    found = min(
        ((place, form) for name, form in _OLE2_STREAMS if (place := _ole2_entry(data, name)) is not None),
        default=(0, "unknown"),
    )[1]
    if found == "encrypted":
        raise UnreadableDocument("encrypted-document", "The document needs a password; ask the department to publish it without one.")
    if found == "unknown":
        raise UnreadableDocument("unknown-format", "The file is an OLE2 container that holds neither a Word document nor a workbook.")
    return found


def _ole2_entry(data: bytes, name: str) -> int | None:
    entry_name = name.encode("utf-16-le").ljust(_OLE2_NAME, b"\0")
    place = data.find(entry_name)
    while place >= 0 and place % _OLE2_ENTRY:
        place = data.find(entry_name, place + 1)
    return place if place >= 0 else None


def _text_format(data: bytes) -> str:
    try:
        text = decode(data)
    except UnreadableDocument as error:
        raise UnreadableDocument("unknown-format", f"The file is of no known format. {error.message}") from error
    if not text.strip():
        raise UnreadableDocument("empty-file", "The file holds nothing but white space; ask the department to publish it again.")
    if _BINARY.search(text):
        raise UnreadableDocument("unknown-format", "The file is of no known format: it holds control characters that no text has.")
    if _is_html(text):
        return "html"
    if _WEB_ARCHIVE.match(text):
        return "mhtml"
    if _MARKUP.match(text):
        raise UnreadableDocument("unknown-format", "The file is XML; publish it as XLSX, DOCX, PDF or HTML.")
    return "csv" if is_comma_separated(text) else "txt"


def _is_html(text: str) -> bool:
    head = text[:_HTML_HEAD]
    if _WEB_ARCHIVE.match(head):
        return False
    return bool(_HTML_ROOT.search(head)) or bool(_HTML_PART.search(head) and not _MARKUP.match(head))


def is_comma_separated(text: str) -> bool:
    """Whether a text is a table with commas between its columns: most records have the same number of fields, at least two.

    A tab anywhere makes it tab-separated. Some record must have that many fields even if the commas of `1,234` do not
    count: lines of prose with one amount each are not a table.
    """
    if "\t" in text:
        return False
    sizes = _record_sizes(text)
    if not sizes:
        return False
    size, count = Counter(sizes).most_common(1)[0]
    return size > 1 and count > len(sizes) / 2 and size in _record_sizes(_THOUSANDS.sub("", text))


def _record_sizes(text: str) -> list[int]:
    try:
        return [len(record) for record in csv.reader(io.StringIO(text, newline="")) if record]
    except csv.Error:
        return []
