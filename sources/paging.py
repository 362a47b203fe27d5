"""Where the next page of a list is: as the page says, else as its system's numbers say, else tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from sources.systems import systems
from sources.web import Page, tidy

MOST_DIGITS = 3    # of a page's number; four are a year's
_LOCATION = re.compile(r"""location(?:\.href)?\s*=\s*["']([^"']+)["']""")
_CALLED = re.compile(r"""\w\(\s*["']?(\d+)["']?\s*\)""")
_PARAMETER = re.compile(r"""[?&](\w*page\w*)=["']\s*\+""", re.IGNORECASE)
_NUMBERED = re.compile(r"_(\d+)(?=\.\w+$)")


def next_pages(page: Page) -> Iterator[str]:
    """The addresses at which the next page may be, the most trustworthy first; the caller takes the first that brings rows.

    A page's own 下一页 is believed before its numbers, and these before a guess: a pager that counts backwards moves its
    numbers with each page that is added. A pager that says there is no next page ends the list.
    """
    if (stated := _next_link(page) or _next_call(page)) is not None:
        yield stated
        return
    is_told = False
    for address in _by_calls(page):
        is_told = True
        if address:
            yield address
    if is_told:
        return
    if (backwards := _backwards(page)) is not None:
        if backwards:
            yield backwards
        return
    if numbers := _numbers(page):
        yield from numbers
        return
    yield from _guesses(page.url)


def says_more(page: Page) -> str:
    """What a page says of its place (`第1页/共3页`), if that is not the last one; else empty."""
    for position in systems().places:
        if match := position.search(" ".join(page.root.text_content().split())):
            return match[0] if int(match["current"]) < int(match["total"]) else ""
    return ""


def _next_call(page: Page) -> str | None:
    """The address to which the script of 下一页 leads: as it stands there, or made of its number (`goPage(2)`) and a parameter."""
    for element, call in page.calls:
        if not systems().next_words.fullmatch(tidy(element.text_content() or element.get("value") or "").replace(" ", "")):
            continue
        if (address := _LOCATION.search(call)) and (url := page.absolute(address[1])) and url != page.url:
            return url
        number, parameter = _CALLED.search(call), _PARAMETER.search(page.scripts)
        if number and parameter:
            parts = urlsplit(page.url)
            query = {**dict(parse_qsl(parts.query)), parameter[1]: number[1]}
            url = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
            return url if url != page.url else None
    return None


def _numbers(page: Page) -> list[str]:
    """The pages that a pager links by their numbers, in order; the caller leaves out those that it has seen."""
    above = page.url.partition("?")[0].rstrip("/").rpartition("/")[0]
    numbered = (link for link in page.links if link.title.isdecimal() and len(link.title) <= MOST_DIGITS)
    found = [(int(link.title), link.url) for link in numbered if link.url.startswith(above)]
    return [url for _, url in sorted(found)]


def _next_link(page: Page) -> str | None:
    words = systems().next_words
    for link in page.links:
        if words.fullmatch(link.title.replace(" ", "")) and link.url != page.url:
            return link.url
    for anchor in page.root.iter("a"):
        if (anchor.get("class") or "").lower() == "next" and (url := page.absolute(anchor.get("href") or "")) and url != page.url:
            return url
    return None


def _by_calls(page: Page) -> Iterator[str]:
    """The next address by each pager's call of the page; "" where the call says that this is the last page."""
    for pattern, first in systems().pagers:
        for match in pattern.finditer(page.scripts):
            said = match.groupdict()
            stem, ending = said.get("stem") or _stem(page.url), said.get("ending") or _ending(page.url)
            current = int(said["current"]) if said.get("current") else _number_in(page.url, first)
            total = int(said["total"]) if said.get("total") else None
            is_last = total is not None and current + 1 - first >= total
            yield "" if is_last else urljoin(page.url, f"{stem}_{current + 1}.{ending}")
            return


def _backwards(page: Page) -> str | None:
    """By `2/12` of a pager whose pages are `…/11.htm`, `…/10.htm`: "" on the last page; None where there is no such pager."""
    for element in page.root.find_class("p_pages"):
        if match := systems().position.search(element.text_content()):
            current, total = int(match["current"]), int(match["total"])
            if current >= total:
                return ""
            parts = urlsplit(page.url)
            stem, _, ending = parts.path.rpartition(".")
            numbered = re.fullmatch(r"(?P<stem>.+)/\d+", stem) if current > 1 else None
            path = f"{numbered['stem'] if numbered else stem}/{total - current}.{ending}"
            return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
    return None


def _guesses(url: str) -> Iterator[str]:
    """Addresses that a second page usually has."""
    parts = urlsplit(url)
    name = parts.path.rpartition("/")[2]
    query = dict(parse_qsl(parts.query))
    for parameter in ("page", "pageNo", "pageIndex", "currpage"):
        if parameter in query and query[parameter].isdecimal():
            query[parameter] = str(int(query[parameter]) + 1)
            yield urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
            return
    if _NUMBERED.search(name) or (name and "." not in name):
        number = _NUMBERED.search(name)
        if number:
            yield urljoin(url, f"{name[:number.start()]}_{int(number[1]) + 1}{name[number.end():]}")
        return
    stem, _, ending = name.rpartition(".")
    if stem.isdecimal():
        yield urljoin(url, f"{int(stem) + 1}.{ending}")
        return
    names = [f"{stem}_1.{ending}", f"{stem}_2.{ending}"] if stem else ["index_1.html", "index_2.html"]
    yield from (urljoin(url, candidate) for candidate in names)


def _stem(url: str) -> str:
    name = urlsplit(url).path.rpartition("/")[2].rpartition(".")[0] or "index"
    return re.sub(r"_\d+$", "", name)


def _ending(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2].rpartition(".")[2] or "html"


def _number_in(url: str, first: int) -> int:
    number = _NUMBERED.search(urlsplit(url).path)
    return int(number[1]) if number else first
