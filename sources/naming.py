"""What a file on the web is called: by its link, its query, its server, its path; never a path of this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes, urlsplit

# Parameters that hold a file's name, and programs that send files under their own.
NAMED_IN_QUERY = ("showname", "t_oldname", "filename", "file_name", "name", "fileurl", "file")
PROGRAMS = {"jsp", "jspx", "do", "action", "php", "asp", "aspx", "ashx", "cgi", "dll", "htm", "html", "shtml"}
LONGEST = 200
_EXTENDED = re.compile(r"""filename\*\s*=\s*(?P<charset>[\w-]+)'[^']*'(?P<value>[^;\s]+)""", re.IGNORECASE)
_PLAIN = re.compile(r"""filename\s*=\s*(?:"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<bare>[^;]+))""", re.IGNORECASE)
_UNWANTED = re.compile(r"[\x00-\x1f\x7f]")
_HAS_ENDING = re.compile(r".\.[A-Za-z0-9]{1,5}$")


def name_of(url: str, server: str | None = None, link: str | None = None) -> str:
    """The name of a file.

    Args:
        url: its address.
        server: the name that its server gives it (`by_server`).
        link: what its list calls it; its own ending, or the server's, is put to it.

    Returns:
        A name without folders; that of the link, else in the query, of the server, of the path.
    """
    linked = plain(link or "")
    if linked and _HAS_ENDING.search(linked):
        return linked
    others = [name for name in map(plain, (in_query(url), server or "", _in_path(url))) if name]
    if not linked:
        return others[0] if others else plain(urlsplit(url).netloc)
    return linked + next((match[0][1:] for name in others if (match := _HAS_ENDING.search(name))), "")


def _in_path(url: str) -> str:
    """The last part of an address's path; empty where that is a program."""
    parts = urlsplit(url)
    path = text_of(unquote_to_bytes(parts.path)).rstrip("/").rpartition("/")[2]
    is_program = bool(parts.query) and path.partition(";")[0].rpartition(".")[2].lower() in PROGRAMS
    return "" if is_program else path


def in_query(url: str) -> str:
    """The name that an address gives its file in a parameter; empty without one."""
    if "?" not in url:
        return ""
    pairs = (pair.partition("=") for pair in urlsplit(url).query.split("&"))
    query = {name.lower(): text_of(unquote_to_bytes(value.replace("+", " "))) for name, _, value in pairs}
    for name in NAMED_IN_QUERY:
        value = query.get(name, "")
        if _HAS_ENDING.search(plain(value)):
            return value
    return ""


def by_server(headers: Mapping[str, str]) -> str:
    """The name in Content-Disposition (RFC 6266): `filename*` (RFC 5987), else `filename`, in UTF-8 or GB18030, raw or escaped."""
    value = headers.get("Content-Disposition") or headers.get("content-disposition") or ""
    if match := _EXTENDED.search(value):
        raw = unquote_to_bytes(match["value"])
        try:
            return raw.decode(match["charset"])
        except (LookupError, UnicodeDecodeError):
            return text_of(raw)
    if match := _PLAIN.search(value):
        name = re.sub(r'\\(["\\])', r"\1", match["quoted"]) if match["quoted"] is not None else match["bare"].strip()
        raw = _bytes_of(name)
        return text_of(unquote_to_bytes(raw) if b"%" in raw else raw)
    return ""


def text_of(raw: bytes) -> str:
    """Bytes as UTF-8 if they are, else as GB18030."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def plain(name: str) -> str:
    """A name without folders, control characters and excess length."""
    name = _UNWANTED.sub("", name).replace("\\", "/").rstrip("/").rpartition("/")[2].strip()
    if name in (".", ".."):
        return ""
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:LONGEST - len(ending) - 1]}{dot}{ending}" if len(ending) < 10 and stem else name[:LONGEST]


def _bytes_of(value: str) -> bytes:
    """A header's value as it came: httpx decodes it as ASCII, else UTF-8, else Latin-1."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8")
