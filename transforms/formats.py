"""What a published file is, told from its bytes alone: names and extensions of published files are often wrong."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from transforms import flat_package
from transforms.encryption import decrypted
from transforms.grid import UnreadableDocument

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "encrypted"
_OLE2_STREAMS = (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"), ("EncryptedPackage", ENCRYPTED))
_OLE2_ENTRY = 128      # bytes of a directory entry; entries are aligned to their size ([MS-CFB] 2.6.1)
_OLE2_NAME = 64        # bytes of the name at its start, UTF-16LE padded with zeros

_HTML_ROOT = re.compile(r"<(?:!doctype\s+html|html|body)\b", re.IGNORECASE)
_HTML_PART = re.compile(r"<(?:table|div|p|meta|title|style|script|center|font|span|h[1-6])\b", re.IGNORECASE)
_HTML_HEAD = 16_384    # characters; comments, scripts and server warnings have been seen to push the first tag past 4,000

# Text that is neither a table, prose nor a page: reading its markup as text would make up contents.
# The head of a web archive; its long fields are folded.
_WEB_ARCHIVE = re.compile(r"\s*(?:(?!MIME-Version:)[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*+MIME-Version:", re.IGNORECASE)
_MARKUP = re.compile(r"\s*(?:<\?xml|<\?mso-application)", re.IGNORECASE)
_XML_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"    # Excel 2002 and 2003; its root may have any prefix
_RICH_TEXT = b"{\\rtf"

_META_CHARSET = re.compile(rb"""<meta\b[^>]*?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_META_HEAD = 4_096     # bytes; the standard's 1,024 are not enough for pages with long comments before the declaration

# gb2312 and gbk are declared by pages that hold characters of gb18030, their superset (WHATWG Encoding standard, "gbk").
_DECLARED = {"utf-8": "utf-8", "utf8": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs"}

REPLACEMENT = "\ufffd"
_MOST_SLIPS, _SLIPS = 3, 0.002    # characters replaced at most, and their share: a text in another encoding has many

_OTHER_ARCHIVES = {b"Rar!\x1a\x07": "RAR", b"7z\xbc\xaf\x27\x1c": "7z", b"\x1f\x8b\x08": "gzip"}

MAX_ZIP_ENTRIES = 20_000    # an Office document of 400 pages with pictures has some 500, a district's archive with its folders 3,000
_ZIP_ENTRY, _ZIP_END, _ZIP_END_64 = b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06"    # how the records of its directory begin (APPNOTE 4.3)
_OFD_ROOT = "ofd.xml"    # what makes an archive an OFD document (GB/T 33190-2016, 7.1)
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SEPARATORS = (",", ";", "|")
_GUARD = re.compile(r"\t(?=\"?(?:[,;|\r\n]|\Z))|(?<=[,;|])\t")
_THOUSANDS = re.compile(r"(?<![\d.])(\d{1,3}),(?=\d{3}(?!\d))")


def detect(data: bytes) -> str:
    """Tell a document's format from its bytes.

    Args:
        data: the whole file.

    Returns:
        `pdf`, `ofd`, `docx`, `xlsx`, `zip` (any other archive), `doc`, `xls`, `rtf`, `mhtml`, `html`, `xml-spreadsheet`, `csv` or `txt`.

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


def opened(data: bytes) -> bytes:
    """The bytes to read: a workbook that Excel encrypts only against changes is decrypted, a package in one XML file is packed.

    Args:
        data: the whole file, of a format that `detect` told.
    """
    if data.startswith(_OLE2):
        return decrypted(data) if _ole2_kind(data) == ENCRYPTED else data
    return flat_package.packed(data) if flat_package.is_flat(data) else data


def decode(data: bytes) -> str:
    """Decode text or HTML; a few bytes that cannot be decoded become replacement characters, more are an error.

    A byte order mark decides. Then valid UTF-8 goes before the page's own declaration: bytes are evidence, the
    declaration a claim that is often stale after a page was converted, and a page of Chinese in another encoding is
    practically never valid UTF-8 by accident. Then NUL bytes tell UTF-16 without a mark: no text holds NULs, and line
    breaks, tabs and digits have one each, on the side of the higher byte. Only then the declaration counts. A page that
    declares UTF-8 but is not valid is damaged: GB18030 would turn it into other Chinese. A slip or two in a long page (a byte
    lost where a footer was cut) does not make it unreadable; `doubt_of_decoding` tells of it. Without a declaration of an
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
        text = data.decode(encoding, "replace")
        if text.count(REPLACEMENT) <= min(_MOST_SLIPS, len(text) * _SLIPS):
            return text
        raise UnreadableDocument(
            "undecodable-text",
            f"The text is not valid {encoding.upper()} at byte {error.start + 1}; ask the department to publish it as UTF-8.",
        ) from error


def doubt_of_decoding(text: str) -> tuple[UnreadableDocument, ...]:
    """The error that tells of a decoded text in which some bytes were replaced; none for a text without."""
    if REPLACEMENT not in text:
        return ()
    line = text[: text.index(REPLACEMENT)].count("\n") + 1
    return (UnreadableDocument("undecodable-text", f"Bytes that no text has were replaced by {REPLACEMENT}, the first in line {line}."),)


def _refuse_archives(data: bytes) -> None:
    """Archives that only programs of their own unpack: told by name, because their members are documents."""
    name = next((name for begin, name in _OTHER_ARCHIVES.items() if data.startswith(begin)), None)
    if name:
        raise UnreadableDocument("unsupported-format", f"The file is a {name} archive; unpack it, or publish single documents or a ZIP.")


def _zip_format(data: bytes) -> str:
    count = _zip_entries(data)
    if count > MAX_ZIP_ENTRIES:
        raise UnreadableDocument("too-large", f"The archive has {count:,} entries, more than {MAX_ZIP_ENTRIES:,}; publish it in parts.")
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        if _ZIP_END not in data:
            message = "The archive ends before its directory, which is its last part; fetch or publish it again."
            raise UnreadableDocument("incomplete-document", message) from error
        raise UnreadableDocument("damaged-file", f"The archive is damaged ({error}); fetch or publish it again.") from error
    if any(name.lower() == _OFD_ROOT for name in names):
        return "ofd"
    if "[Content_Types].xml" not in names:    # what makes an archive an Office Open XML package (ECMA-376 part 2, 10.1.2)
        return "zip"
    if "xl/workbook.bin" in names:
        raise UnreadableDocument("unsupported-format", "The file is a binary workbook (XLSB); save or publish it as XLSX.")
    if any(name.startswith("word/") for name in names):
        return "docx"
    return "xlsx" if any(name.startswith("xl/") for name in names) else "zip"


def _zip_entries(data: bytes) -> int:
    """How many entries an archive's directory has, counted without walking it: `zipfile` makes an object of each (APPNOTE 4.3.12 - 4.3.16).

    What the archive itself says of their number is not held to by programs that unpack it, unlike the directory's size.
    """
    end = data.rfind(_ZIP_END)
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    end_64 = data.rfind(_ZIP_END_64, 0, end)
    if end_64 >= 0:    # in large archives the directory ends before a further record
        end, size = end_64, max(size, int.from_bytes(data[end_64 + 40 : end_64 + 48], "little"))
    return data.count(_ZIP_ENTRY, max(0, end - size), max(0, end))


def _ole2_format(data: bytes) -> str:
    found = _ole2_kind(data)
    if found == ENCRYPTED:
        return detect(decrypted(data))
    if found == "unknown":
        raise UnreadableDocument("unknown-format", "The file is an OLE2 container that holds neither a Word document nor a workbook.")
    return found


def _ole2_kind(data: bytes) -> str:
    """What the streams at the top of a container make it; those of embedded documents stand below. A damaged one is told by its first."""
    from transforms.readers import ole2  # few documents need it, and it reads formats itself

    if names := ole2.names(data):
        return next((form for name, form in _OLE2_STREAMS if name.lower() in names), "unknown")
    places = ((place, form) for name, form in _OLE2_STREAMS if (place := _ole2_entry(data, name)) is not None)
    return min(places, default=(0, "unknown"))[1]


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
    if flat_package.is_flat(data):
        return flat_package.form(data)
    if _XML_SPREADSHEET in text[:_HTML_HEAD]:
        return "xml-spreadsheet"
    if _MARKUP.match(text):
        raise UnreadableDocument("unknown-format", "The file is XML; publish it as XLSX, DOCX, PDF or HTML.")
    return text_form(text)


def _is_html(text: str) -> bool:
    head = text[:_HTML_HEAD]
    if _WEB_ARCHIVE.match(head):
        return False
    return bool(_HTML_ROOT.search(head)) or bool(_HTML_PART.search(head) and not _MARKUP.match(head))


def text_form(text: str) -> str:
    """`csv` for a text whose fields are parted by a comma, a semicolon or a bar, else `txt`."""
    return "csv" if separator(text) in _SEPARATORS else "txt"


def separator(text: str) -> str | None:
    """What parts the fields of a table in text: a tab, or a comma, semicolon or bar; None where nothing does.

    A tab that stands between others is the separator, one beside another separator only guards a code. Of the others it is
    the one by which most records have as many fields as others or as one beside them, at least two, whether the commas of `1,234` count or
    not. Some record must have as many as most of these even if they do not: lines of prose with one amount each are not a table.
    """
    if "\t" in without_guards(text):
        return "\t"
    found = {one: share for one in _SEPARATORS if (share := _regularity(without_guards(text), one))}
    return max(found, key=lambda one: found[one], default=None)


def without_guards(text: str) -> str:
    """A text without the tabs that are written behind codes to keep spreadsheets from making numbers of them."""
    return text if "\t" not in text or "\t" in (plain := _GUARD.sub("", text)) else plain


def _regularity(text: str, one: str) -> tuple[float, int] | None:
    """The share of records with as many fields as most or one beside, and the number that most of them have; None if it is no table."""
    if one not in text:
        return None
    sizes = _record_sizes(text, one)
    without_thousands = _record_sizes(_THOUSANDS.sub(r"\1", text), one)
    regular = max((_regular(counted) for counted in (sizes, without_thousands)), key=len)
    if len(regular) <= len(sizes) / 2:
        return None
    size = Counter(regular).most_common(1)[0][0]
    return (len(regular) / len(sizes), size) if size in without_thousands else None


def _regular(sizes: Sequence[int]) -> list[int]:
    """Of numbers of fields those of several that most records have, or one beside: a text may hold tables of several widths."""
    usual = Counter(size for size in sizes if size > 1).most_common(1)
    runs = ((size, len(list(run))) for size, run in groupby(sizes) if size > 1)
    return [size for size, count in runs for _ in range(count) if count > 1 or size == usual[0][0]]


def _record_sizes(text: str, one: str) -> list[int]:
    try:
        return [len(record) for record in csv.reader(io.StringIO(text, newline=""), delimiter=one, skipinitialspace=True) if record]
    except csv.Error:
        return []
