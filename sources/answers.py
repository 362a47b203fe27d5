"""Whether an answer is the document that was asked for, whole, and whether a page says something new.

The words are data: `answers.yaml`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml
from lxml import html

from sources.outcomes import PullFailed
from sources.web import Page

_DATA = Path(__file__).with_name("answers.yaml")
TAIL_BYTES = 1 << 16     # where a PDF's %%EOF and a ZIP's directory end, with what servers append
HEAD_BYTES = 4096        # tells the type
PAGE_BYTES = 16 << 20    # longer pages are taken as they come: the largest booklet in HTML seen has 3 MB
SHORT_TEXT = 2000        # characters up to which a text is judged by its words
QUOTED = 60              # characters of what came that are told
# What a link or a name promises: files that are never HTML, and those that old programs also write as HTML.
BINARY = {"pdf", "docx", "xlsx", "ofd", "zip", "rar", "7z"}
OFFICE = {"doc", "xls", "wps", "et"}
SIGNATURES = (
    ("pdf", b"%PDF-"), ("zip", b"PK\x03\x04"), ("ole", b"\xd0\xcf\x11\xe0"), ("rar", b"Rar!"), ("7z", b"7z\xbc\xaf\x27\x1c"),
    ("image", b"\x89PNG"), ("image", b"\xff\xd8\xff"), ("image", b"GIF8"), ("image", b"II*\0"), ("image", b"MM\0*"),
)
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|script|meta|title|div|table|p|h\d|center|form|link|style|span|br)\b",
    re.IGNORECASE | re.DOTALL,
)
_JSON = re.compile(rb"\s*[{\[](?!\\rtf)")    # Rich Text begins with a brace too
_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?%?")
_OFFICE_HTML = b"urn:schemas-microsoft-com:office"
_UNSEEN = {"script", "style", "noscript", "template"}
_UNREAD = {*_UNSEEN, "nav", "header", "footer", "input", "select", "option"}
_FRAME = {"html", "body", "table", "tr", "td"}    # too large to be left out for a word in a class
HOME_OWN = 30            # characters by which a page may differ from the home page and still be it: a date, a counter
HOME_SHARE = 0.9         # of what the home page says, for the same reason
_ARTICLE_TAG = re.compile(r"<(?P<tag>div|td|article|section|ucapcontent)\b(?P<attributes>[^<>]*)>", re.IGNORECASE)
_NAMES = re.compile(r"""\b(?:class|id)\s*=\s*["']?([^"'>]*)""", re.IGNORECASE)
_SILENT = re.compile(r"<!--.*?-->|<script\b.*?</script\s*>", re.DOTALL | re.IGNORECASE)
FIGURES_ROWS, FIGURES_CELLS = 4, 6    # from which on a table is one of figures


class CutShort(Exception):
    """The body ends before the document does; another attempt may bring the rest."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer should be.

    `endings`: of the address, of the link's text, of the known version; `has_version`: an earlier one is in force. `is_length_told`: the
    server says where the body ends, and that is where it ended. `held`: what the archive has of it, neither of which a text or a page
    without tables can follow.
    """

    endings: frozenset[str] = frozenset()
    has_version: bool = False
    is_length_told: bool = False
    held: Literal["file", "tables", ""] = ""

    @property
    def is_file(self) -> bool:
        """Whether a file in a format of its own was promised, which no page can be."""
        return bool(self.endings & BINARY)


@dataclass(frozen=True, slots=True)
class _Rules:
    statuses: frozenset[int]
    walls: re.Pattern[str]
    substitutes: tuple[tuple[str, re.Pattern[str]], ...]
    short_page: int
    empty_page: int
    passing: tuple[re.Pattern[str], ...]
    passing_elements: re.Pattern[str]
    article: re.Pattern[str]


def endings_of(*names: str | None) -> frozenset[str]:
    """The endings of documents in addresses and names."""
    found = set()
    for name in filter(None, names):
        path = unquote(urlsplit(name).path) if "://" in name else name
        queried = [value for _, value in parse_qsl(urlsplit(name).query)] if "://" in name else []
        for text in (path, *queried):
            ending = text.strip().rpartition(".")[2].lower()
            if ending in BINARY | OFFICE:
                found.add(ending)
    return frozenset(found)


def type_of(head: bytes) -> str:
    """What bytes are by their beginning: `pdf`, `zip`, `ole`, `rar`, `7z`, `image`, `html`, `json`, `text` or `empty`."""
    if not head.strip():
        return "empty"
    for name, signature in SIGNATURES:
        if head.startswith(signature) or (name == "pdf" and signature in head[:1024]):
            return name
    start = head.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(start):
        return "html"
    if start.startswith((b"\xff\xfe<\0", b"\xfe\xff\0<")):
        return "html"
    return "json" if _JSON.match(start) else "text"


def is_wall(status: int, body: bytes) -> bool:
    """Whether an answer is a challenge in JavaScript."""
    if status in _rules().statuses:
        return True
    text = body[:PAGE_BYTES].decode("utf-8", "replace")
    return bool(_rules().walls.search(text)) and type_of(body) in ("html", "text") and len(visible(Page(body, ""))) < 100


class Judged:
    """The chunks of a body, judged when they have all come; what is not the document is an error, so that nothing is kept.

    Args:
        chunks: the body.
        expected: what it should be.
        status: of the answer.
    """

    def __init__(self, chunks: Iterable[bytes], expected: Expected, status: int) -> None:
        self._chunks = chunks
        self._expected = expected
        self._status = status
        self._head = b""
        self._tail = b""
        self._whole: bytearray | None = bytearray()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if len(self._head) < HEAD_BYTES:
                self._head += chunk[:HEAD_BYTES]
            self._tail = (self._tail + chunk)[-TAIL_BYTES:]
            if self._whole is not None:
                self._whole += chunk
                if len(self._whole) > PAGE_BYTES or (len(self._head) >= HEAD_BYTES and type_of(self._head) not in ("html", "json", "text")):
                    self._whole = None
            yield chunk
        self._check()

    @property
    def page(self) -> bytes | None:
        """The whole body, where it is a page."""
        return bytes(self._whole) if self._whole is not None and type_of(self._head) == "html" else None

    def check_tables(self) -> None:
        """Look for tables where there were some.

        Raises:
            PullFailed: an article in HTML is a document for its tables, and the page that came has none.
        """
        if self._expected.held == "tables" and (body := self.page) is not None:
            page = Page(body, "")
            if not any(True for _ in figures(page.root)):
                raise self._not_it("a page without tables", page.title or visible(page))

    def _check(self) -> None:
        kind = type_of(self._head)
        if kind == "empty" and self._expected.has_version:
            raise self._not_it("nothing at all", "")
        check_end(kind, self._tail)
        if self._whole is None:
            return
        body = bytes(self._whole)
        if kind == "html":
            self._check_page(body)
        elif kind == "json":
            raise self._not_it("JSON", body.decode("utf-8", "replace"))
        elif kind == "text":
            self._check_text(Page(body, "").text)

    def _check_text(self, text: str) -> None:
        why = next((why for why, words in _rules().substitutes if words.search(text)), None) if len(text) < SHORT_TEXT else None
        if why or self._expected.held:
            raise self._not_it(why or "a text", text)

    def _check_page(self, body: bytes) -> None:
        rules = _rules()
        page = Page(body, "")
        text = visible(page)
        if is_wall(self._status, body):
            raise blocked(self._status, page.title or text)
        has_figures = any(True for _ in figures(page.root))
        is_saved = bool(self._expected.endings & OFFICE) and (has_figures or _OFFICE_HTML in body)
        if self._expected.endings and not is_saved:
            why = next((why for why, words in rules.substitutes if words.search(page.text)), "a page")
            raise self._not_it(f"{why} where a file was promised", page.title or text)
        check_page_end(body, is_whole=self._expected.is_length_told and has_figures)
        if has_figures or is_saved or len(text) > rules.short_page:
            return
        for why, words in rules.substitutes:
            if words.search(f"{page.title} {_said(page.root, frames=True)}") or (why == "a login page" and words.search(page.text)):
                raise self._not_it(why, page.title or text)
        if len(text) < rules.empty_page and not list(page.root.iter("iframe", "frame", "img", "embed", "object")):
            raise self._not_it("an empty page", page.title)

    def _not_it(self, what: str, said: str) -> PullFailed:
        words = " ".join(said.split())[:QUOTED]
        return PullFailed(f"what came is not the document but {what}" + (f" (“{words}”)" if words else ""), status=self._status)


def blocked(status: int, said: str) -> PullFailed:
    """The failure of what stands behind a challenge in JavaScript."""
    words = " ".join(said.split())[:QUOTED]
    return PullFailed(
        "the site lets only browsers in (a challenge in JavaScript)" + (f": “{words}”" if words else ""), status=status, outcome="blocked",
    )


def check_end(kind: str, tail: bytes) -> None:
    """Look for the end that PDF and ZIP files have.

    Raises:
        CutShort: it is not there.
    """
    if kind == "pdf" and b"%%EOF" not in tail:
        raise CutShort("the PDF has no end (%%EOF)")
    if kind == "zip" and b"PK\x05\x06" not in tail:
        raise CutShort("the ZIP, Word or Excel file has no end (its directory)")


def check_page_end(body: bytes, *, is_whole: bool) -> None:
    """Look for the end of a page. Many never close `<html>`: these end where their article does.

    Args:
        body: the page.
        is_whole: whether its server's word is enough for one that has no article.

    Raises:
        CutShort: it ends in a tag, in its table, in its article, or nothing says that it ends where it does.
    """
    lower = body.lower()
    if b"\0" in lower[:64]:    # UTF-16: tags cannot be counted in bytes
        return
    if b"</html" in lower or b"</body" in lower:
        return
    if lower.rfind(b"<") > lower.rfind(b">"):
        raise CutShort("the page ends within a tag")
    if lower.count(b"<table") > lower.count(b"</table"):
        raise CutShort("the page ends within its table")
    article = _is_article_closed(lower.decode("utf-8", "replace"))
    if article is False:
        raise CutShort("the page ends within its article")
    if b"<html" in lower and not article and not is_whole:
        raise CutShort("the page has no end (</html>)")


def _is_article_closed(text: str) -> bool | None:
    """Whether the innermost element that holds a page's article is closed; None where nothing does."""
    text = _SILENT.sub("", text)
    begins = [
        match for match in _ARTICLE_TAG.finditer(text)
        if any(_rules().article.search(names) for names in _NAMES.findall(match["attributes"]))
    ]
    if not begins:
        return None
    depth = 1
    for match in re.finditer(rf"<(?P<end>/?){begins[-1]['tag']}\b", text[begins[-1].end():]):
        depth += -1 if match["end"] else 1
        if not depth:
            return True
    return False


def is_home(page: Page, home: Page) -> bool:
    """Whether a page is the home page of its site: all that it says is said there, and nearly all that is said there."""
    own, theirs = _texts(page), _texts(home)
    missing, said = (sum(map(len, texts)) for texts in (theirs - own, theirs))
    return bool(own) and sum(map(len, own - theirs)) <= HOME_OWN and missing <= (1 - HOME_SHARE) * said


def _texts(page: Page) -> set[str]:
    """What stands between the tags of a page, without scripts, counters and dates of today."""
    found = set()
    for element in page.root.iter():
        is_seen = isinstance(element.tag, str) and element.tag not in _UNSEEN
        for text in (element.text if is_seen else "", element.tail):
            said = " ".join((text or "").split())
            for pattern in _rules().passing:
                said = pattern.sub("", said)
            found.add(said)
    return found - {""}


def page_digest(body: bytes) -> str:
    """A hash of what a page publishes: its tables of figures as they stand, its article's text without counters and dates of today."""
    rules = _rules()
    page = Page(body, "")
    tables = ["\t".join(" ".join(cell.text_content().split()) for cell in table.iter("td", "th")) for table in figures(page.root)]
    articles = [
        element for element in page.root.iter("div", "td", "article", "section", "ucapcontent")
        if rules.article.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    ]
    texts = [_said(element) for element in articles] if articles else [_said(page.root)]
    said = " ".join(texts)
    for pattern in rules.passing:
        said = pattern.sub("", said)
    links = sorted({anchor.get("href") or "" for element in articles for anchor in element.iter("a")}, key=str)
    files = [link for link in links if endings_of(f"http://x/{link}")]
    return hashlib.sha256("\0".join([page.title, *tables, "".join(said.split()), *files]).encode("utf-8", "replace")).hexdigest()


def visible(page: Page) -> str:
    """The text of a page that a reader sees, without white space."""
    body = page.root.find("body")
    return "".join(_said(page.root if body is None else body, frames=True).split())


def figures(root: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The tables of figures of a page: four rows, six cells with numbers, no table within."""
    for table in root.iter("table"):
        if table.find(".//table") is None and len(table.findall(".//tr")) >= FIGURES_ROWS:
            cells = (" ".join(cell.text_content().split()) for cell in table.iter("td", "th"))
            if sum(bool(_NUMBER.fullmatch(cell)) for cell in cells) >= FIGURES_CELLS:
                yield table


def _said(element: html.HtmlElement, *, frames: bool = False) -> str:
    """The text of an element without scripts and, unless wanted, navigation and counters."""
    parts: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node.tag, str):
            names = f"{node.get('class') or ''} {node.get('id') or ''}"
            is_passing = not frames and node.tag not in _FRAME and bool(_rules().passing_elements.search(names))
            if node.tag not in (_UNSEEN if frames else _UNREAD) and not is_passing:
                parts.append(node.text or "")
                for child in node:
                    walk(child)
                    parts.append(child.tail or "")

    walk(element)
    return " ".join(parts)


@cache
def _rules() -> _Rules:
    data = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return _Rules(
        statuses=frozenset(data["blocked"]["statuses"]),
        walls=re.compile("|".join(data["blocked"]["words"]), re.IGNORECASE),
        substitutes=tuple((rule["why"], re.compile(rule["words"], re.IGNORECASE)) for rule in data["substitutes"]),
        short_page=data["short_page"], empty_page=data["empty_page"],
        passing=tuple(map(re.compile, data["passing"])),
        passing_elements=re.compile(data["passing_elements"], re.IGNORECASE),
        article=re.compile(data["article"], re.IGNORECASE),
    )
