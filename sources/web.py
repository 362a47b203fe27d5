"""A page of the web as a list of links: decoded, parsed once, every link with its whole title and the date beside it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import parse_qs, urljoin, urlsplit, urlunsplit

from lxml import etree, html

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DATE = re.compile(r"(?P<year>(?:19|20)\d\d)\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})")
_JS_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)
_JUMP = re.compile(r"""(?:window|self|top|parent|document)?\.?location(?:\.href|\.replace)?\s*(?:=|\()\s*["']([^"']+)["']""")
_REFRESH = re.compile(r"""^\s*\d*\s*;?\s*url\s*=\s*["']?([^"']+)""", re.IGNORECASE)
# Session parts say who asks, not what is asked for: `;jsessionid=…`, `?slb=true`, `&_=0.38…`.
_SESSION = re.compile(r";jsessionid=[^?#]*", re.IGNORECASE)
_SESSION_QUERY = re.compile(r"(?:^|&)(?:slb=true|_=[\d.]+)(?=&|$)")
# What is in every page of a site: an element with one of these words as a part of its class or id, or with one of these tags.
_FRAME_TAGS = {"nav", "header", "footer"}
_FRAME = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation|s|menu)?|menu|header?|top\d*|foot(?:er)?|bread\w*|crumbs?|dqwz|position|location|share|friend\w*|yqlj)(?=$|[\s_-])",
    re.IGNORECASE,
)
_RELATED = re.compile(r"(?:^|[\s_-])(?:xglj|xgxx|xgwd|xgyd|related\w*|recommend\w*|hot|rdph)(?=$|[\s_-])", re.IGNORECASE)
_ROWS = {"li", "tr", "dd", "dt", "p", "div", "td"}
_CUT = ("…", "...")
_VOID = ("javascript:", "mailto:", "tel:", "data:", "about:")


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page.

    `url`: absolute, without fragment and session. `title`: whole, also where the page shows it cut. `published_on`: the date beside it.
    `is_frame`: it stands in what every page of the site has around it (navigation, footer). `is_related`: in a box of related articles.
    """

    url: str
    title: str
    published_on: date | None = None
    is_frame: bool = False
    is_related: bool = False
    is_marked_file: bool = False


class Page:
    """An HTML page, or a fragment of one.

    Args:
        body: its bytes, or its text where it came inside of JSON or XML.
        url: its address, for relative links.
        content_type: of the HTTP answer.
    """

    def __init__(self, body: bytes | str, url: str, content_type: str = "") -> None:
        self.url = url
        self.text = body if isinstance(body, str) else decoded(body, content_type)
        try:
            self.root = html.document_fromstring(self.text or "<html></html>")
        except (etree.ParserError, ValueError):    # nothing but comments; an XML declaration with an encoding
            self.root = html.document_fromstring("<html></html>" if not self.text.strip() else self.text.encode("utf-8", "replace"))
        base = self.root.find(".//base[@href]")
        self._base = urljoin(url, base.get("href")) if base is not None else url

    def absolute(self, address: str) -> str:
        """An address of the page, absolute; empty if it leads nowhere."""
        address = re.sub(r"[\t\r\n]", "", address).strip()
        if not address or address.startswith("#") or address.lower().startswith(_VOID):
            return ""
        try:
            return plain_address(urljoin(self._base, address.replace("\\", "/")))
        except ValueError:    # `http://[…` and the like
            return ""

    @cached_property
    def links(self) -> list[Link]:
        """Every link that leads somewhere, in the page's order."""
        return list(self.links_in(self.root))

    def links_in(self, part: html.HtmlElement) -> Iterator[Link]:
        """The links in a part of the page."""
        for anchor in part.iter("a"):
            url = self.absolute(anchor.get("href") or "")
            if url:
                frame, related = _surroundings(anchor)
                yield Link(url, whole_title(anchor), _date_beside(anchor), frame, related, anchor.get("appendix") == "true")

    @cached_property
    def calls(self) -> list[tuple[html.HtmlElement, str]]:
        """The elements that run a script when they are clicked, with what they run."""
        clicked = [(element, element.get("onclick")) for element in self.root.xpath("//*[@onclick]")]
        return clicked + [(anchor, anchor.get("href")) for anchor in self.root.xpath("//a[starts-with(@href, 'javascript:')]")]

    @cached_property
    def scripts(self) -> str:
        """The scripts of the page without their comments: what is commented out does not run."""
        inline = [script.text or "" for script in self.root.iter("script")]
        return _JS_COMMENT.sub("", "\n".join(inline))

    @cached_property
    def title(self) -> str:
        """What the page calls itself: `ArticleTitle`, the heading, the window's title."""
        for name in ("ArticleTitle", "articletitle"):
            if (meta := self.root.find(f".//meta[@name='{name}']")) is not None and meta.get("content"):
                return tidy(meta.get("content"))
        for tag in ("h1", "title"):
            if (element := self.root.find(f".//{tag}")) is not None and (text := tidy(element.text_content())):
                return text
        return ""

    @cached_property
    def jump(self) -> str:
        """Where the page sends a browser at once (meta refresh, `location=`); empty if it is a page to read."""
        for meta in self.root.iter("meta"):
            if (meta.get("http-equiv") or "").lower() == "refresh" and (address := _REFRESH.match(meta.get("content") or "")):
                target = self.absolute(address[1])
                return target if target != self.url else ""
        if len(tidy(self.root.text_content())) < 600 and not self.links and (script := _JUMP.search(self.scripts)):
            target = self.absolute(script[1])
            return target if target != self.url else ""
        return ""

    @cached_property
    def frames(self) -> list[str]:
        """The addresses of pages shown within this one."""
        frames = (self.absolute(frame.get("src") or "") for tag in ("iframe", "frame") for frame in self.root.iter(tag))
        return [address for address in frames if address]


def decoded(body: bytes, content_type: str = "") -> str:
    """The text of a page: by its byte-order mark, as UTF-8 if it is, else in the character set that it declares, else GB18030."""
    if body.startswith(codecs.BOM_UTF8):
        return body[3:].decode("utf-8", "replace")
    for bom, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(bom):
            return body[2:].decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = [match[1].decode("ascii") for match in (_CHARSET.search(content_type.encode()), _CHARSET.search(body[:4096])) if match]
    for name in (*declared, "gb18030"):
        try:    # gb2312 and gbk are declared by habit; gb18030 is the larger set of both
            return body.decode("gb18030" if name.lower() in {"gb2312", "gbk", "gb_2312-80"} else name)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8" if b"charset=utf-8" in body[:4096].lower() else "gb18030", "replace")


def tidy(text: str) -> str:
    """A text of a page on one line, as published."""
    return " ".join(text.replace("\u200b", "").split())


def plain_address(address: str) -> str:
    """An address without its fragment and without session parts."""
    parts = urlsplit(address)
    path, query = _SESSION.sub("", parts.path) or "/", _SESSION_QUERY.sub("", parts.query).lstrip("&")
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path, query, ""))


def whole_title(anchor: html.HtmlElement) -> str:
    """The title of a link: the attribute where the text is cut or missing, else the text."""
    text, attribute = tidy(anchor.text_content()), tidy(anchor.get("title") or "")
    is_cut = text.endswith(_CUT)
    head = text.rstrip("….").strip()
    if attribute and (not text or is_cut or (head and head in attribute)):
        return attribute
    return text or tidy(" ".join(image.get("alt") or "" for image in anchor.iter("img")))


def is_cut(title: str) -> bool:
    """Whether a title is shown cut, so that the page behind the link has to say the rest."""
    return title.endswith(_CUT)


def query_of(address: str) -> dict[str, str]:
    """The values of an address's query, and of the query in its fragment (`#/list?code=1`)."""
    parts = urlsplit(address)
    fragment = parts.fragment.partition("?")[2] or parts.fragment
    values = {**parse_qs(fragment), **parse_qs(parts.query)}
    return {name: found[0] for name, found in values.items()}


def date_in(text: str) -> date | None:
    """The first date in a text; None where there is none."""
    for match in _DATE.finditer(text):
        try:
            return date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:    # 2024-13-40: a number, not a date
            continue
    return None


def _date_beside(anchor: html.HtmlElement) -> date | None:
    """The date in the smallest row around a link that holds no other link."""
    found = None
    for row in anchor.iterancestors(*_ROWS):
        if any(other.get("href") != anchor.get("href") for other in row.iter("a")):
            break
        rest = row.text_content().replace(anchor.text_content(), " ", 1)
        found = date_in(rest) or found
        if found:
            break
    return found


def _surroundings(anchor: html.HtmlElement) -> tuple[bool, bool]:
    frame = related = False
    for around in anchor.iterancestors():
        names = f"{around.get('class') or ''} {around.get('id') or ''}"
        frame = frame or around.tag in _FRAME_TAGS or (around.tag != "body" and bool(_FRAME.search(names)))
        related = related or bool(_RELATED.search(names))
    return frame, related
