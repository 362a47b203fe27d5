"""Reader for web archives (MHTML): a page with its pictures in one file, as browsers and Word save it."""

from __future__ import annotations

import codecs
import email
import email.errors
import email.policy
import re
from collections.abc import Iterator, Mapping
from email.message import Message
from functools import partial
from itertools import chain
from urllib.parse import urljoin

from transforms.grid import Reading, UnreadableDocument
from transforms.readers import html

_HIDDEN_SHEET = re.compile(rb"<x:Visible>\s*Sheet(?:Very)?Hidden\s*</x:Visible>")    # as Excel writes it into the sheet's own page


_PAGES = {"text/html", "application/xhtml+xml"}


def read(data: bytes) -> Reading:
    """Read all pages of a web archive: a workbook has one for each sheet, of which those that are hidden are left out.

    The style sheets that the archive holds say what its pages show, as those in a page do.

    Args:
        data: the whole file.

    Returns:
        A reading of format `mhtml`.

    Raises:
        UnreadableDocument: `damaged-file`, `incomplete-document`, or what `html.read` raises.
    """
    message = email.message_from_bytes(data.removeprefix(codecs.BOM_UTF8).lstrip(), policy=email.policy.compat32)
    try:
        held = [(part, part.get_payload(decode=True)) for part in message.walk()]
    except RecursionError as error:
        raise UnreadableDocument("damaged-file", "The web archive holds archives in archives without end.") from error
    if any(isinstance(defect, email.errors.CloseBoundaryNotFoundDefect) for part in message.walk() for defect in part.defects):
        raise UnreadableDocument("incomplete-document", "The web archive ends before its last part; fetch or publish it again.")
    parts = [(part.get_content_type(), content, part) for part, content in held if isinstance(content, bytes)]
    pages = [(content, _address(part)) for kind, content, part in parts if kind in _PAGES and content.strip()]
    if not pages:
        raise UnreadableDocument("damaged-file", "The web archive holds no page; publish it as HTML, XLSX, DOCX or PDF.")
    sheets = {name: content.decode("utf-8", "replace") for kind, content, part in parts if kind == "text/css" for name in _names(part)}
    readings = [html.read(page, partial(_linked, sheets, address)) for page, address in pages if not _is_hidden(page)]
    return Reading(
        "mhtml",
        blocks=tuple(chain.from_iterable(one.blocks for one in readings)),
        errors=tuple(chain.from_iterable(one.errors for one in readings)),
        hidden=tuple(chain.from_iterable(one.hidden for one in readings)),
    )


def _address(part: Message) -> str:
    """Where a part was saved from: what its links are relative to."""
    return str(part.get("Content-Location", "")).strip()


def _names(part: Message) -> Iterator[str]:
    """The addresses by which others refer to a part (RFC 2557)."""
    if address := _address(part):
        yield address
    if name := str(part.get("Content-ID", "")).strip(" <>"):
        yield f"cid:{name}"


def _linked(sheets: Mapping[str, str], address: str, link: str) -> str | None:
    """The style sheet that a page from an address links to."""
    return sheets.get(urljoin(address, link), sheets.get(link))


def _is_hidden(page: bytes) -> bool:
    return bool(_HIDDEN_SHEET.search(page))
