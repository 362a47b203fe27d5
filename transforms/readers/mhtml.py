"""Reader for web archives (MHTML): a page with its pictures in one file, as browsers and Word save it."""

from __future__ import annotations

import email
import email.errors
import email.policy
import re
from itertools import chain

from transforms.grid import Reading, UnreadableDocument
from transforms.readers import html

_HIDDEN_SHEET = re.compile(rb"<x:Visible>\s*Sheet(?:Very)?Hidden\s*</x:Visible>")    # as Excel writes it into the sheet's own page


def read(data: bytes) -> Reading:
    """Read all pages of a web archive: a workbook has one for each sheet, of which those that are hidden are left out.

    Args:
        data: the whole file.

    Returns:
        A reading of format `mhtml`.

    Raises:
        UnreadableDocument: `damaged-file`, `incomplete-document`, or what `html.read` raises.
    """
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    try:
        pages = [part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/html"]
    except RecursionError as error:
        raise UnreadableDocument("damaged-file", "The web archive holds archives in archives without end.") from error
    if any(isinstance(defect, email.errors.CloseBoundaryNotFoundDefect) for part in message.walk() for defect in part.defects):
        raise UnreadableDocument("incomplete-document", "The web archive ends before its last part; fetch or publish it again.")
    held = [page for page in pages if isinstance(page, bytes) and page.strip()]
    readings = [html.read(page) for page in held if not _is_hidden(page)]
    if not held:
        raise UnreadableDocument("damaged-file", "The web archive holds no page; publish it as HTML, XLSX, DOCX or PDF.")
    return Reading(
        "mhtml",
        blocks=tuple(chain.from_iterable(one.blocks for one in readings)),
        errors=tuple(chain.from_iterable(one.errors for one in readings)),
        hidden=tuple(chain.from_iterable(one.hidden for one in readings)),
    )


def _is_hidden(page: bytes) -> bool:
    return bool(_HIDDEN_SHEET.search(page))
