"""Reader for web archives (MHTML): a page with its pictures in one file, as browsers and Word save it."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace

from transforms.grid import Reading, UnreadableDocument
from transforms.readers import html


def read(data: bytes) -> Reading:
    """Read the page of a web archive.

    Args:
        data: the whole file.

    Returns:
        A reading of format `mhtml`.

    Raises:
        UnreadableDocument: `damaged-file`, or what `html.read` raises.
    """
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    try:
        page = next((part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/html"), None)
    except RecursionError as error:
        raise UnreadableDocument("damaged-file", "The web archive holds archives in archives without end.") from error
    if not isinstance(page, bytes) or not page.strip():
        raise UnreadableDocument("damaged-file", "The web archive holds no page; publish it as HTML, XLSX, DOCX or PDF.")
    return replace(html.read(page), format="mhtml")
