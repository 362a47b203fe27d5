"""The systems that government sites are made with: where their lists' rows are, and how they are asked for. The data is `systems.yaml`."""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import yaml

from sources.web import Link, Page, date_in, query_of, tidy

_DATA = Path(__file__).with_name("systems.yaml")
_PLACE = re.compile(r"\{(\w+)(\?[^{}]*)?\}")
_RECORD = re.compile(r"<record>\s*(?:<!\[CDATA\[)?(?P<html>.*?)(?:\]\]>)?\s*</record>", re.DOTALL | re.IGNORECASE)
_REC = re.compile(r"<REC>(?P<fields>.*?)</REC>", re.DOTALL)
_CALLBACK = re.compile(r"^\s*[\w$.]+\(\s*(?P<body>.*)\)\s*;?\s*$", re.DOTALL)
_CHINA = timezone(timedelta(hours=8))


class MissingValue(Exception):
    """A value that a request needs stands neither in the entry nor in the page."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: a link with what the list says of it; `attachments` and `body` where the data name them."""

    link: Link
    body: str | None = None
    attachments: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: an address, and what is posted to it (a form, or JSON as text)."""

    url: str
    data: Mapping[str, str] | str | None = None

    @property
    def name(self) -> str:
        """What tells the request from others."""
        return self.url if self.data is None else f"{self.url}#{self.data if isinstance(self.data, str) else urlencode(self.data)}"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a tree that a page holds as JSON; `elsewhere`: its address, where it is on another page."""

    names: tuple[str, ...]
    values: Mapping[str, str]
    elsewhere: str | None = None


@dataclass(frozen=True)
class DataList:
    """One way to ask for the rows of a list."""

    address: str
    form: Mapping[str, Any] | None = None
    json: Mapping[str, Any] | None = None
    first: int = 1
    size: int = 15
    page_in: str | None = None
    items: str | None = None
    html: str | None = None
    title: Any = "title"
    link: Any = "url"
    date: Any = ()
    body: Any = ()
    attachments: Mapping[str, Any] | None = None
    value: Mapping[str, str] = field(default_factory=dict)
    only: str | None = None

    @property
    def is_paged(self) -> bool:
        """Whether there is a request for a second page."""
        whole = json.dumps([self.address, self.form, self.json])
        return bool(self.page_in or re.search(r"\{(?:page|start)\}", whole))

    def request(self, number: int, values: Mapping[str, str], page: str) -> Request:
        """The request for a page of the list.

        Args:
            number: of the page, from 0.
            values: what the entry and the page give.
            page: the address of the page that shows the list.

        Raises:
            MissingValue: a value that has to be there is not.
        """
        counted = {
            **values, "page": str(self.first + number), "size": str(self.size),
            "start": str(number * self.size + 1), "end": str((number + 1) * self.size),
        }
        address = _filled(self.address, counted, quoted=not self.address.startswith("{"))
        if self.page_in:
            parameter = re.compile(rf"([?&]{self.page_in}=)\d*")
            if not parameter.search(address):
                address += ("&" if "?" in address else "?") + f"{self.page_in}="
            address = parameter.sub(rf"\g<1>{self.first + number}", address)
        data: Mapping[str, str] | str | None = None
        if self.form is not None:
            data = {name: _filled(str(value), counted) for name, value in self.form.items()}
        elif self.json is not None:
            data = json.dumps(_filled_tree(self.json, counted), ensure_ascii=False)
        return Request(urljoin(page, address), data)

    def rows(self, text: str, page: str, values: Mapping[str, str]) -> list[Row]:
        """The rows in an answer.

        Args:
            text: the answer: JSON, JSONP, XML records or HTML.
            page: the address against which its links are read.
            values: those of the request, for `only`.
        """
        rows = self._rows(text, page)
        if self.only:
            pattern = re.compile(_PLACE.sub(lambda place: re.escape(values[place[1]]) if place[1] in values else place[0], self.only))
            rows = [row for row in rows if pattern.search(row.link.url)]
        return rows

    def _rows(self, text: str, page: str) -> list[Row]:
        data = parsed(text)
        if isinstance(data, str):
            return _html_rows(data, page)
        if self.html:
            found = _at(data, self.html)
            return _html_rows(found, page) if isinstance(found, str) else []
        return [row for item in items_at(data, self.items) if (row := self._row(item, page)) is not None]

    def _row(self, item: Any, page: str) -> Row | None:
        here = Page("", page)
        url = here.absolute(str(_first(item, self.link) or ""))
        if not url:
            return None
        link = Link(url, plain_text(_first(item, self.title)), date_of(_first(item, self.date)))
        return Row(link, plain_text(_first(item, self.body)) or None, tuple(self._attached(item, here)))

    def _attached(self, item: Any, here: Page) -> Iterator[Link]:
        if self.attachments:
            for attachment in items_at(item, self.attachments["items"]):
                if url := here.absolute(str(_first(attachment, self.attachments["link"]) or "")):
                    yield Link(url, plain_text(_first(attachment, self.attachments["title"])), is_marked_file=True)


@dataclass(frozen=True)
class System:
    """A system of government sites."""

    name: str
    fingerprint: Mapping[str, re.Pattern[str]]
    values: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    scripts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: Mapping[str, str] | None = None
    content: re.Pattern[str] | None = None
    lists: tuple[DataList, ...] = ()
    levels: tuple[DataList, ...] = ()
    steps: tuple[str, ...] = ()
    within: str | None = None
    file: str | None = None
    types: tuple[str, ...] = ()

    def is_of(self, page: Page, address: str) -> bool:
        """Whether a page is made with this system."""
        subject = {"address": address, "text": page.text}
        return all(pattern.search(subject[part]) for part, pattern in self.fingerprint.items())

    def values_in(self, page: Page, address: str) -> dict[str, str]:
        """The values that requests need, as the page and its address give them."""
        text = f"{address}\n{entities.unescape(page.text)}"
        values = query_of(address)
        for pattern in self.fingerprint.values():
            if match := pattern.search(address):
                values |= {name: value for name, value in match.groupdict().items() if value}
        for name, pattern in self.values.items():
            if name not in values and (match := pattern.search(text)):
                values[name] = next(group for group in match.groups() if group is not None)
        return values

    def columns_in(self, page: Page, fragment: str) -> list[Column]:
        """The columns of the page's tree below the one that the fragment names; without a fragment the whole tree."""
        assert self.columns
        match = re.search(self.columns["before"], page.text)
        if not match:
            return []
        try:
            tree, _ = json.JSONDecoder().raw_decode(page.text, match.end())
        except ValueError:
            return []
        return list(_leaves(tree, self.columns, (), fragment.strip("/")))

    def article_in(self, page: Page) -> Page:
        """The article of a page, where it stands as a JSON string in a script; else the page itself."""
        match = re.search(self.content, page.text) if self.content else None
        if match:
            try:
                text, _ = json.JSONDecoder(strict=False).raw_decode(page.text, match.end())
            except ValueError:
                return page
            if isinstance(text, str):
                return Page(text, page.url)
        return page


@dataclass(frozen=True)
class Systems:
    """Everything that `systems.yaml` says."""

    systems: tuple[System, ...]
    pagers: tuple[tuple[re.Pattern[str], int], ...]
    next_words: re.Pattern[str]
    position: re.Pattern[str]
    places: tuple[re.Pattern[str], ...]
    downloads: re.Pattern[str]
    endings: frozenset[str]
    articles: frozenset[str]

    def of(self, page: Page, address: str) -> System | None:
        """The system that a page is made with; None for one that needs no system."""
        return next((system for system in self.systems if system.is_of(page, address)), None)

    def is_file(self, link: Link) -> bool:
        """Whether a link leads to a file, by its ending or by the address of a download."""
        parts = urlsplit(link.url)
        ending = parts.path.rpartition(".")[2].lower()
        return ending in self.endings or bool(self.downloads.search(f"{parts.path}?{parts.query}")) or (
            link.is_marked_file and ending not in {"htm", "html", "shtml", "png", "jpg", "jpeg", "gif", "bmp"}
        ) or any(value.rpartition(".")[2].lower() in self.endings for value in query_of(link.url).values())


@cache
def systems() -> Systems:
    """The systems that are known."""
    data = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return Systems(
        systems=tuple(map(_system, data["systems"])),
        pagers=tuple((re.compile(pager["call"], re.DOTALL), pager["first"]) for pager in data["pagers"]),
        next_words=re.compile(data["next_words"], re.IGNORECASE),
        position=re.compile(data["position"]),
        places=tuple(map(re.compile, data["places"])),
        downloads=re.compile("|".join(data["downloads"]), re.IGNORECASE),
        endings=frozenset(data["endings"].split()),
        articles=frozenset(data["articles"].split()),
    )


def parsed(text: str) -> Any:
    """An answer as JSON values; as text if it is HTML or XML, unwrapped from a callback."""
    body = text.strip()
    if (match := _CALLBACK.match(body)) and not body.startswith("<"):
        body = match["body"].strip()
    try:
        return json.loads(body)
    except ValueError:
        return body


def items_at(data: Any, path: str | None) -> list[Any]:
    """The list at a path of keys; the data itself, or the first list in it, without one."""
    if isinstance(data, str):    # JSON within JSON
        data = parsed(data)
    found = _at(data, path) if path else data
    return found if isinstance(found, list) else []


def plain_text(value: Any) -> str:
    """A value of JSON as text without markup: titles come with <em> and entities."""
    return tidy(re.sub(r"<[^<>]+>", "", entities.unescape(str(value)))) if value is not None else ""


def date_of(value: Any) -> date | None:
    """A value of JSON as a date: a text, or seconds or milliseconds since 1970 (in China's time)."""
    text = str(value or "")
    if re.fullmatch(r"\d{9,13}", text):
        seconds = int(text) / (1000 if len(text) > 10 else 1)
        return datetime.fromtimestamp(seconds, UTC).astimezone(_CHINA).date()
    return date_in(text)


def _system(data: dict[str, Any]) -> System:
    return System(
        name=data["name"],
        fingerprint={part: re.compile(pattern, re.DOTALL) for part, pattern in data["fingerprint"].items()},
        values={name: re.compile(pattern) for name, pattern in data.get("values", {}).items()},
        scripts=data.get("scripts", {}),
        columns=data.get("columns"),
        content=re.compile(data["content"], re.DOTALL) if "content" in data else None,
        lists=tuple(DataList(**way) for way in data.get("lists", ())),
        levels=tuple(DataList(**way) for way in data.get("levels", ())),
        steps=tuple(data.get("steps", "").split()),
        within=data.get("within"),
        file=data.get("file"),
        types=tuple(data.get("types", ())),
    )


def _leaves(nodes: Iterable[Any], keys: Mapping[str, str], names: tuple[str, ...], below: str) -> Iterator[Column]:
    for node in nodes:
        identifier, name = str(node.get(keys["id"], "")), str(node.get(keys["name"], ""))
        rest = "" if identifier == below else below
        path = (*names, name)
        if children := node.get(keys["children"]):
            yield from _leaves(children, keys, path, rest)
        elif not rest:
            yield Column(path, {"id": identifier}, node.get(keys["elsewhere"]) or None)


def _html_rows(text: str, page: str) -> list[Row]:
    if recs := _REC.findall(text):
        return [row for rec in recs if (row := _rec_row(rec, page)) is not None]
    records = _RECORD.findall(text)
    return [
        Row(replace(link, is_frame=False, is_related=False))
        for part in (records or [text]) for link in Page(part, page).links if link.title
    ]


def _rec_row(rec: str, page: str) -> Row | None:
    def value(*names: str) -> str:
        found = (re.search(rf"<{name}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{name}>", rec, re.DOTALL) for name in names)
        return next((match[1] for match in found if match), "")

    url = Page("", page).absolute(entities.unescape(value("URL", "DOCPUBURL")))
    return Row(Link(url, plain_text(value("TITLE", "DOCTITLE")), date_in(value("DOCRELTIME")))) if url else None


def _at(data: Any, path: str) -> Any:
    for key in path.split("."):
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _first(item: Any, keys: Any) -> Any:
    paths = [keys] if isinstance(keys, str) else keys
    return next((value for path in paths if (value := _at(item, path)) not in (None, "")), None)


def _filled(template: str, values: Mapping[str, str], *, quoted: bool = False) -> str:
    def value(place: re.Match[str]) -> str:
        name, default = place[1], place[2]
        if name not in values and default is None:
            raise MissingValue(name)
        text = str(values.get(name, (default or "?")[1:]))
        return quote(text, safe="/") if quoted else text

    filled = _PLACE.sub(value, template)
    return filled if not quoted else quote(filled, safe="/?&=%:{}\",;@+~!*()'#-._")


def _filled_tree(tree: Any, values: Mapping[str, str]) -> Any:
    if isinstance(tree, Mapping):
        return {name: _filled_tree(value, values) for name, value in tree.items()}
    return _filled(str(tree), values)
