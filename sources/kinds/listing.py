"""List pages (栏目页) of sites and platforms: from the page that the catalogue names to the files behind it.

A list is walked as its system shows it (`sources/systems.yaml`): rows in the page or behind a data address, page after page, columns
below it, articles and their attachments. Which rows count is `sources/selection.yaml`. What a night has seen is remembered: rows that
did not change are not asked again, and a list whose first page has the rows of last night is not walked further.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from sources.answers import figures, type_of
from sources.kinds.articles import attached, is_article_page, name_of
from sources.kinds.kind import Address, Client, Response
from sources.memory import ArticleMemory, ListMemory, Memory, SourceMemory
from sources.outcomes import Answer, Known, Limits, PullFailed
from sources.paging import next_pages, says_more
from sources.schema import Data, Source, Stage
from sources.selection import Choice, announces_correction, bodies_in, choose, is_column_title, read, read_all
from sources.systems import DataList, MissingValue, Request, Row, System, date_of, items_at, parsed, plain_text, systems
from sources.web import Link, Page, decoded, is_cut, plain_address, query_of

LONGEST_LIST = 300      # pages of one list; the longest budget column seen has 25
DEEPEST = 6             # columns below each other; region, department, year, kind and one to spare
MOST_REQUESTS = 5_000   # pages in one night for one source; a district with 100 departments and 10 years has 1,000 articles
MOST_SCRIPTS = 5        # of a page that draws its list by script
YEARS_OF_PLATFORM = 4   # asked for where a platform wants a year: the present one, and those before it that are still corrected
JUMPS = 3               # pages that only send on to another one


@dataclass(frozen=True, slots=True)
class Seen:
    """A link that the walk met, and whether it was taken; `why` says the rule."""

    url: str
    title: str
    page: str
    is_taken: bool
    why: str


class NoYears(ValueError):
    """Years were asked for of which the first is after the last."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which files of lists are asked for: those of the fiscal years `since` to `until`, `sample` of each source at most; None takes all.

    A file whose year its list does not tell is of any year: only reading it says more.

    Raises:
        NoYears: the first year is after the last.
    """

    since: int | None = None
    until: int | None = None
    sample: int | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise NoYears(f"since {self.since} until {self.until}: the first year cannot be after the last")

    def why_not(self, year: int | None) -> str | None:
        """Why a file of this fiscal year is not asked for; None where it is."""
        if year and self.since and year < self.since:
            return f"before {self.since}"
        return f"after {self.until}" if year and self.until and year > self.until else None


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the catalogue, what of it is wanted, and the limits that say when an article is asked although its row did not change."""

    source: Source
    limits: Limits = Limits()  # noqa: RUF009 -- a frozen value
    chosen: Chosen = Chosen()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is: titles of the columns above (the outermost first) and how deep.

    `steps`: on a platform, what the rows of this page and of those below it are; empty where they are files, None on any other site.
    `bodies`: the rows of bodies above, the nearest first. `about`: what the platform's own page says of year and stage.
    """

    columns: tuple[str, ...] = ()
    depth: int = 0
    steps: tuple[str, ...] | None = None
    bodies: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    def below(self, title: str) -> _Place:
        bodies = (title, *self.bodies) if self.steps and self.steps[0] == "body" else self.bodies
        steps = None if self.steps is None else self.steps[1:]
        return _Place((*self.columns, title), self.depth + 1, steps, bodies, self.about)

    @staticmethod
    def of(kept: Mapping[str, Any]) -> _Place:
        """The place that a memory names."""
        fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
        return _Place(**fields)


Fetch = Callable[[Address, Known | None], Answer]


class _Enough(Exception):
    """A sample has been taken."""


class ListPage:
    """The list pages of one source.

    Args:
        listed: what the catalogue says of it.
        client: asks pages.
        fetch: has a file put into the archive.
        memory: of earlier nights.
        report: hears of every link that was met.
    """

    def __init__(
        self, listed: Listed, client: Client, fetch: Fetch, memory: Memory | None = None, *,
        report: Callable[[Seen], None] | None = None,
    ) -> None:
        self._listed = listed
        self._source = listed.source
        self._address = listed.source.address
        self._client = client
        self._fetch = fetch
        self._store = memory or Memory(None)
        self._report = report or (lambda _: None)
        self._old = SourceMemory()
        self._new = SourceMemory()
        self._visited: set[str] = set()
        self._given: set[str] = set()
        self._failures: list[str] = []
        self._open_end = ""    # what the last page of a list said that was not its end
        self._requests = 0
        self._hosts = {_host(self._address), *self._source.hosts}
        self._stem = _stem_of(self._address)
        self.system: System | None = None

    def addresses(self, known: Mapping[str, Known]) -> Iterator[Address]:
        """The files behind the list: those of new and changed rows, and those remembered from earlier nights.

        Raises:
            PullFailed: the list itself cannot be had; what is remembered is given all the same, before.
        """
        self._old = self._store.of(self._address)
        failure: PullFailed | None = None
        try:
            yield from self._wanted(self._column(Request(self._address), _Place(), None))
        except PullFailed as error:
            failure = error
        except _Enough:
            return
        yield from self._wanted(self._remembered())
        if failure:
            yield Address(self._address, failure=failure)
        if self._listed.chosen == Chosen() and self._new != self._old:
            self._store.keep(self._address, self._new)

    def get(self, address: Address, known: Known | None) -> Answer:
        """Fetch a file into the archive."""
        return self._fetch(address, known)

    def _wanted(self, found: Iterable[Address]) -> Iterator[Address]:
        """Each address once, of the years and the number that were asked for."""
        chosen = self._listed.chosen
        for address in found:
            if address.url in self._given:
                continue
            if why_not := chosen.why_not(address.fiscal_year):
                self._tell(Link(address.url, address.title or ""), address.page or "", Choice(False, why_not))
                continue
            self._given.add(address.url)
            yield address
            if chosen.sample is not None and len(self._given) >= chosen.sample:
                raise _Enough

    def _remembered(self) -> Iterator[Address]:
        """What earlier nights found and this one did not meet: an unchanged list was not walked, an emptied one takes nothing down."""
        for url, article in self._old.articles.items():
            if url not in self._new.articles:
                self._new.articles[url] = article
                yield from map(_from_memory, article.files)
        for name, kept in self._old.lists.items():
            self._new.lists.setdefault(name, kept)

    # --- lists

    def _column(self, request: Request, place: _Place, referer: str | None) -> Iterator[Address]:
        name = plain_address(request.url) if request.data is None else request.name
        if name in self._visited or place.depth > DEEPEST:
            return
        self._visited.add(name)
        kept = self._old.lists.get(name)
        response = self._ask(request, referer, _validators(kept))
        if response.is_unchanged and kept:
            self._new.lists[name] = kept
            yield from self._children(kept.children, request.url)
            return
        page = self._landed(response, name)
        yield from self._listed_on(page, response, place, name, request.url)

    def _landed(self, response: Response, name: str) -> Page:
        """The page behind jumps and the frame of a shell."""
        page = _page(response)
        for _ in range(JUMPS):
            target = page.jump or self._shell(page)
            if not target or not self._is_own(target) or plain_address(target) in self._visited:
                break
            self._visited.add(plain_address(target))
            page = _page(self._ask(Request(target), page.url))
        return page

    def _shell(self, page: Page) -> str:
        """The frame that holds the list where the page itself is a shell."""
        told = [link.title for link in page.links if not link.is_frame]
        if systems().of(page, page.url) or any(choose(title).is_taken or is_column_title(title) for title in told):
            return ""
        return next((frame for frame in page.frames if self._is_own(frame) and not systems().is_file(Link(frame, ""))), "")

    def _listed_on(self, page: Page, response: Response, place: _Place, name: str, address: str) -> Iterator[Address]:
        """What a list page gives: rows, further pages, columns below it."""
        system = self._system_of(page, address)
        values = {**query_of(address), **(system.values_in(page, address) if system else {}), **self._source.values}
        rows = _rows_of(page, system)
        if system and system.levels:
            yield from self._levels(page, system, values)
            return
        place = self._on_platform(page, system, values, place)
        ways = (_declared(self._source.data),) if self._source.data else system.lists if system and not system.columns else ()
        if system and ways:
            values |= self._script_values(system, values, page)
        pages = self._data_pages(page, rows, ways, values) if ways else self._further(page, rows, system)
        children = yield from self._walked(pages, page, place, system, name)
        memory = self._new.lists[name]
        if memory.rows and not ways and not (system and system.columns):    # the shell of a list that is data says nothing of its rows
            memory.etag, memory.last_modified = response.headers.get("etag"), response.headers.get("last-modified")
            memory.children = [[child, asdict(below)] for child, below in children]
        for child, below in children:
            yield from self._guarded(self._column(Request(child), below, page.url), child, below.columns[-1], page.url)
        if system and system.columns:
            yield from self._tree(page, system, values, place, urlsplit(address).fragment)

    def _on_platform(self, page: Page, system: System | None, values: Mapping[str, str], place: _Place) -> _Place:
        """The place with the steps of the platform that begins here, as the entry says or the system of the page."""
        told = self._source.values.get("steps", "").split()
        steps = tuple(told) or (system.steps if system else ())
        if place.steps is not None or not steps:
            return place
        return replace(place, steps=steps, about=(page.title, *([f"{values['year']}年"] if "year" in values else [])))

    def _system_of(self, page: Page, address: str) -> System | None:
        """The system of a page; that of a page without links shows in the scripts that draw it."""
        system = systems().of(page, address)
        if system is None and not page.links:
            for script in page.root.xpath("//script[@src]")[:MOST_SCRIPTS]:
                url = page.absolute(script.get("src"))
                if self._is_own(url):
                    with suppress(PullFailed):
                        page.text += "\n" + decoded(self._ask(Request(url), page.url, kind="data").body)
            system = systems().of(page, address)
        self.system = self.system or system
        return system

    def _walked(
        self, pages: Iterator[list[Row]], page: Page, place: _Place, system: System | None, name: str,
    ) -> Generator[Address, None, list[tuple[str, _Place]]]:
        """The files behind the rows of a list, page after page; returns the columns below it.

        A list whose first page has the rows of last night is not walked further, but for one night in many.
        """
        kept, memory = self._old.lists.get(name), ListMemory()
        failures = len(self._failures)
        children: list[tuple[str, _Place]] = []
        for rows in pages:
            is_first = not memory.rows
            memory.rows = memory.rows or _hash_of(rows)
            children += yield from self._rows(rows, page, place, system)
            if is_first and kept and kept.rows == memory.rows and not self._listed.limits.is_turn(name):
                met = {url for url, _ in children}
                children += [(url, _Place.of(below)) for url, below in kept.children if url not in met]    # of its further pages
                break
            if self._requests >= MOST_REQUESTS:
                raise PullFailed(f"the list is larger than {MOST_REQUESTS:,} pages: name its columns in entries of their own")
        if self._open_end:
            self._failures.append(name)
            failure = PullFailed(f"the list says “{self._open_end}”, and its next page was not found: declare `data` in the entry")
            self._open_end = ""
            yield Address(page.url, page.title or None, failure=failure)
        if len(self._failures) > failures:
            memory.rows = ""    # what failed is asked again, though the list may be the same tomorrow
        self._new.lists[name] = memory
        return children

    def _children(self, children: Sequence[Sequence[Any]], referer: str) -> Iterator[Address]:
        for url, kept in children:
            below = _Place.of(kept)
            yield from self._guarded(self._column(Request(url), below, referer), url, below.columns[-1], referer)

    def _guarded(self, walk: Iterator[Address], url: str, title: str, page: str) -> Iterator[Address]:
        """A part of the walk whose failure is told and leaves the other parts."""
        try:
            yield from walk
        except PullFailed as failure:
            if not failure.is_absent:
                self._failures.append(url)
            yield Address(url, title or None, page=page, failure=failure)

    def _further(self, page: Page, rows: list[Row], system: System | None) -> Iterator[list[Row]]:
        """The rows of a list's pages, as long as each brings new links of the same column."""
        yield rows
        met = {row.link.url for row in rows}
        likely = {_folder(row.link.url) for row in rows if not row.link.is_frame and self._is_row(row)}
        for _ in range(LONGEST_LIST):
            following = None
            for candidate in next_pages(page):
                following = self._next(candidate, page, met, likely, system)
                if following:
                    break
            if not following:
                self._open_end = says_more(page)
                return
            page = following
            rows = _rows_of(page, system)
            met |= {row.link.url for row in rows}
            yield rows

    def _next(
        self, candidate: str, page: Page, met: set[str], likely: set[str], system: System | None,
    ) -> Page | None:
        """The next page of a list, if it is one: a site answers the address past the end with its home page."""
        if not self._is_own(candidate) or plain_address(candidate) in self._visited or not likely:
            return None
        self._visited.add(plain_address(candidate))
        try:
            following = _page(self._ask(Request(candidate), page.url))
        except PullFailed as failure:
            if not failure.is_absent and failure.status != 403:
                raise
            return None
        new = [row.link.url for row in _rows_of(following, system) if row.link.url not in met and not row.link.is_frame]
        is_list = bool(_lists_in(following, system)) or any(_folder(url) in likely for url in new)
        return following if new and is_list and not self._client.is_home(following, candidate) else None

    def _is_row(self, row: Row) -> bool:
        return self._is_own(row.link.url) and not is_column_title(row.link.title)

    def _script_values(self, system: System, values: Mapping[str, str], page: Page) -> dict[str, str]:
        """The values that stand in a script of the site."""
        found = {}
        for name, script in system.scripts.items():
            if name not in values:
                with suppress(PullFailed):
                    text = decoded(self._ask(Request(page.absolute(script["address"])), page.url, kind="data").body)
                    if match := re.search(script["pattern"], text):
                        found[name] = match[1]
        return found

    def _data_pages(
        self, page: Page, rows: list[Row], ways: Sequence[DataList], values: Mapping[str, str],
    ) -> Iterator[list[Row]]:
        """The rows of a list whose pages are data: those in the page itself, then those of the first way that brings some."""
        inline = ways[0].rows(page.text, page.url, values) if "<record" in page.text else []
        inline_urls = {row.link.url for row in inline}
        first = [*inline, *(row for row in rows if row.link.url not in inline_urls)]
        met = {row.link.url for row in first}
        is_begun = False
        failure: PullFailed | None = None
        for way in ways:
            for number in range(LONGEST_LIST if way.is_paged else 1):
                try:
                    found = self._data_rows(way, number, values, page)
                except MissingValue:
                    break
                except PullFailed as error:
                    if number:    # pages before it are read; the night says what is missing
                        raise
                    failure = error
                    break
                new = [row for row in found if row.link.url not in met]
                if not found or (not new and number):
                    break
                if not is_begun:
                    yield [*first, *new]
                    is_begun = True
                else:
                    yield new
                met |= {row.link.url for row in found}
            if is_begun:
                return
        yield from self._further(page, first, None)
        if failure and not any(self._is_row(row) and choose(row.link.title).is_taken for row in first):
            raise failure

    def _data_rows(self, way: DataList, number: int, values: Mapping[str, str], page: Page) -> list[Row]:
        request = way.request(number, values, page.url)
        response = self._ask(request, page.url, kind="data")
        return way.rows(decoded(response.body, response.headers.get("content-type", "")), page.url, values)

    def _rows(
        self, rows: Sequence[Row], page: Page, place: _Place, system: System | None,
    ) -> Generator[Address, None, list[tuple[str, _Place]]]:
        """What the rows of a page give: files and articles are yielded, columns returned."""
        children: list[tuple[str, _Place]] = []
        column = " ".join((*place.columns, page.title))
        has_rows = any(choose(row.link.title, column).is_taken and not row.link.is_frame for row in rows)
        is_article = is_article_page(page)
        for row in rows:
            link = row.link
            if plain_address(link.url) in self._visited or not link.title:
                continue
            if place.steps and not systems().is_file(link):
                if (choice := self._step(link, place.steps[0])).is_taken:
                    children.append((link.url, place.below(link.title)))
                if not link.is_frame:
                    self._tell(link, page.url, choice)
                continue
            choice = choose(link.title, column)
            is_publication = choice.is_taken and self._is_publication(link)
            if choice.is_column and not is_publication and not systems().is_file(link):
                if self._is_column_here(link, has_rows):
                    children.append((link.url, place.below(link.title)))
                    self._tell(link, page.url, Choice(True, "a column below this one", is_column=True))
                continue
            if link.is_frame or link.is_related:
                continue
            if (is_article or place.steps is not None) and not choice.is_taken and systems().is_file(link):
                choice = Choice(True, "a file of the article" if is_article else "a file of the platform")
            yield from self._guarded(self._taken(row, choice, page, place, system), link.url, link.title, page.url)
        return children

    def _step(self, link: Link, step: str) -> Choice:
        """Whether a row of a platform's page leads to a page of its next step."""
        if not self._is_own(link.url):
            return self._another_host(link)
        if link.is_frame or link.is_related or not urlsplit(link.url).path.strip("/"):
            return Choice(False, f"no {step}, but around the platform's rows")
        if step == "year" and read(link.title).year is None:
            return Choice(False, "no year")
        return Choice(True, f"a {step} of the platform", is_column=True)

    def _is_publication(self, link: Link) -> bool:
        """Whether a title that is a column's as well as an article's stands in a list: beside a date, or among other publications."""
        return not link.is_frame and (link.published_on is not None or not self._is_below(link.url))

    def _is_column_here(self, link: Link, has_rows: bool) -> bool:
        return self._is_own(link.url) and (self._is_below(link.url) or (not has_rows and not link.is_frame and not link.is_related))

    def _is_below(self, url: str) -> bool:
        return urlsplit(url).path.startswith(self._stem)

    def _taken(self, row: Row, choice: Choice, page: Page, place: _Place, system: System | None) -> Iterator[Address]:
        link = row.link
        is_file = systems().is_file(link)
        if choice.is_taken and not self._is_own(link.url):
            choice = self._another_host(link)
        if choice.is_open and not is_file and self._is_own(link.url):
            yield from self._article(row, choice, page, place, system)
        elif not choice.is_taken:
            self._tell(link, page.url, choice)
        elif is_file:
            self._tell(link, page.url, choice)
            self._visited.add(plain_address(link.url))
            address = self._file(link, row, row.link.title, page.url, place)
            self._new.articles[link.url] = ArticleMemory(_hash_of([row]), [_to_memory(address)])
            yield address
        else:
            yield from self._article(row, choice, page, place, system)

    # --- articles

    def _article(self, row: Row, choice: Choice, page: Page, place: _Place, system: System | None) -> Iterator[Address]:
        """The files of an article; its rows if it turns out to be a list."""
        link = row.link
        self._visited.add(plain_address(link.url))
        kept = self._old.articles.get(link.url)
        if kept and kept.row == _hash_of([row]) and not self._listed.limits.is_turn(link.url):
            self._tell(link, page.url, Choice(bool(kept.files), "as before"))
            self._new.articles[link.url] = kept
            yield from map(_from_memory, kept.files)
            return
        response = self._ask(Request(link.url), page.url)
        if type_of(response.body) not in ("html", "text", "json", "empty"):    # a file behind an address that does not say so
            files = [self._file(link, row, link.title, page.url, place)] if choice.is_taken else []
            self._tell(link, page.url, choice)
            self._new.articles[link.url] = ArticleMemory(_hash_of([row]), [_to_memory(one) for one in files])
            yield from files
            return
        whole = self._landed(response, link.url)
        if self._client.is_home(whole, link.url):
            raise PullFailed("what came is not the article but the home page of the site", status=response.status)
        article = system.article_in(whole) if system else whole
        title = whole.title if is_cut(link.title) and whole.title else link.title
        if choice.is_open and not (choice := choose(title, " ".join(place.columns))).is_taken:
            self._tell(Link(link.url, title), page.url, choice)
            self._new.articles[link.url] = ArticleMemory(_hash_of([row]))
            return
        files = self._files(row, article, title, place)
        listed = [one for one in whole.links if not one.is_frame and not one.is_related]
        if not files and not is_article_page(whole) and any(choose(one.title).is_taken for one in listed):
            yield from self._listed_on(whole, response, place.below(title), link.url, link.url)
            return
        is_told = bool(files) and announces_correction(title)    # by the title that the files have
        is_notice = not is_told and any(map(announces_correction, (title, article.root.text_content())))
        if article is whole and (is_notice or (not files and any(True for _ in figures(article.root)))):
            files.append(self._file(Link(link.url, title, link.published_on), row, title, page.url, place))
        why = choice.why if files else f"{choice.why}, but the article has neither a file nor a table"
        self._tell(link, page.url, Choice(bool(files), why))
        self._new.articles[link.url] = ArticleMemory(_hash_of([row]), [_to_memory(one) for one in files])
        yield from files

    def _files(self, row: Row, article: Page, title: str, place: _Place) -> list[Address]:
        """The attachments of an article: linked, embedded, named in scripts, told by the list."""
        found: dict[str, Link] = {}
        for link in (*row.attachments, *attached(article)):
            if not found.setdefault(link.url, link).title:
                found[link.url] = link
        files = []
        for link in found.values():
            if self._is_own(link.url):
                files.append(self._file(link, row, title, row.link.url, place))
            else:
                self._tell(link, row.link.url, self._another_host(link))
        return files

    def _file(self, link: Link, row: Row, title: str, page: str, place: _Place) -> Address:
        name = name_of(link, title)
        columns = tuple(reversed(place.columns))
        reading = read_all(title, name, *columns, *place.about)
        bodies = tuple(dict.fromkeys((*bodies_in(name, title), *([row.body] if row.body else []), *place.bodies, *bodies_in(*columns))))
        return Address(link.url, title, row.link.published_on, page, name, bodies, reading.year, reading.stage)

    # --- columns in JSON, and levels

    def _tree(self, page: Page, system: System, values: Mapping[str, str], place: _Place, fragment: str) -> Iterator[Address]:
        """The lists of a tree of columns: those below the column that the address names, else those of budgets and final accounts."""
        for column in system.columns_in(page, fragment):
            below = _Place((*place.columns, *column.names), place.depth + 1)
            link = Link(page.absolute(column.elsewhere or "") or f"{page.url}#{column.values['id']}", column.names[-1])
            if not fragment and not any(is_column_title(name) and choose(name).is_taken for name in column.names):
                continue
            if column.elsewhere and not self._is_own(link.url):
                self._tell(link, page.url, self._another_host(link))
            elif column.elsewhere:
                yield from self._guarded(self._column(Request(link.url), below, page.url), link.url, link.title, page.url)
            else:
                walk = self._data_column(page, system, {**values, **column.values}, below, link.url)
                yield from self._guarded(walk, link.url, link.title, page.url)

    def _data_column(self, page: Page, system: System, values: Mapping[str, str], place: _Place, name: str) -> Iterator[Address]:
        pages = self._data_pages(page, [], system.lists, values)
        children = yield from self._walked(pages, page, place, system, name)
        for child, below in children:
            yield from self._guarded(self._column(Request(child), below, page.url), child, below.columns[-1], page.url)

    def _levels(self, page: Page, system: System, values: Mapping[str, str]) -> Iterator[Address]:
        """The files of a platform whose levels are data: each year and type, group after group."""
        years = [values["year"]] if "year" in values else [str(self._listed.limits.night.year - back) for back in range(YEARS_OF_PLATFORM)]
        for year in years:
            for kind in [values["type"]] if "type" in values else system.types:
                yield from self._level(page, system, system.levels, {**values, "year": year, "type": kind})

    def _level(self, page: Page, system: System, levels: Sequence[DataList], values: Mapping[str, str]) -> Iterator[Address]:
        level, *deeper = levels
        met: set[str] = set()
        for number in range(LONGEST_LIST if level.is_paged else 1):
            request = level.request(number, values, page.url)
            items = items_at(parsed(decoded(self._ask(request, page.url, kind="data").body)), level.items)
            new = [item for item in items if repr(item) not in met]
            met |= set(map(repr, new))
            for item in new:
                below = {**values, **{name: plain_text(item.get(key)) for name, key in level.value.items()}}
                if deeper:
                    title = below.get("body", "")
                    yield from self._guarded(self._level(page, system, deeper, below), request.name, title, page.url)
                else:
                    yield self._of_level(page, system, level, item, below)
            if not new:
                return

    def _of_level(self, page: Page, system: System, level: DataList, item: Mapping[str, Any], values: Mapping[str, str]) -> Address:
        url = DataList(system.file or "").request(0, values, page.url).url
        name, body = plain_text(item.get(level.title)), values.get("body", "")
        link = Link(url, name, date_of(item.get(str(level.date))))
        reading = read_all(name)
        self._tell(link, page.url, Choice(True, f"a file of {body} for {values['year']}"))
        bodies = tuple(filter(None, (*bodies_in(name), body)))
        return Address(url, name, link.published_on, page.url, name, bodies, reading.year, reading.stage)

    # --- asking

    def _ask(self, request: Request, referer: str | None, known: Known | None = None, kind: Any = "page") -> Response:
        self._requests += 1
        return self._client.get(request.url, referer=referer, known=known, kind=kind, data=request.data)

    def _is_own(self, url: str) -> bool:
        return _host(url) in self._hosts

    def _another_host(self, link: Link) -> Choice:
        return Choice(False, f"another host, {_host(link.url)}, which the entry does not declare in `hosts`")

    def _tell(self, link: Link, page: str, choice: Choice) -> None:
        self._report(Seen(link.url, link.title, page, choice.is_taken, choice.why))


def _declared(data: Data) -> DataList:
    attachments = data.attachments.model_dump() if data.attachments else None
    return DataList(
        data.address, data.form, data.json_body, data.first, data.size, None, data.items, data.html, data.title, data.link,
        data.date or (), data.body or (), attachments,
    )


def _rows_of(page: Page, system: System | None) -> list[Row]:
    """The links of a page as rows: those of its list, where the system says what holds it."""
    if lists := _lists_in(page, system):
        return [Row(replace(link, is_frame=False, is_related=False)) for part in lists for link in page.links_in(part)]
    return [Row(link) for link in page.links]


def _lists_in(page: Page, system: System | None) -> list[html.HtmlElement]:
    return page.root.find_class(system.within) if system and system.within else []


def _page(response: Response) -> Page:
    return Page(response.body, response.url, response.headers.get("content-type", ""))


def _host(url: str) -> str:
    """A host with its port, where that is not the usual one."""
    parts = urlsplit(url)
    return (parts.hostname or "") + (f":{parts.port}" if parts.port not in (None, 80, 443) else "")


def _stem_of(address: str) -> str:
    """What the paths of columns below a list begin with: `…/czyjs/` for `…/czyjs.htm`, `…/czyjs/index.html` and `…/czyjs`."""
    folder, _, name = urlsplit(address).path.rpartition("/")
    stem = name.partition(".")[0]
    return f"{folder}/" if stem in ("", "index", "list", "default") else f"{folder}/{stem}/"


def _folder(url: str) -> str:
    """What the links of a column share: host and the first three segments of the path."""
    parts = urlsplit(url)
    return "/".join((_host(url), *parts.path.strip("/").split("/")[:-1][:3]))


def _hash_of(rows: Iterable[Row]) -> str:
    """Rows as a set: their order, the counters between them and the rest of the page say nothing."""
    said = sorted({f"{row.link.url} {row.link.title} {row.link.published_on}" for row in rows if not row.link.is_frame})
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _validators(kept: ListMemory | None) -> Known | None:
    return Known(kept.rows, kept.etag, kept.last_modified) if kept and (kept.etag or kept.last_modified) else None


def _to_memory(address: Address) -> dict[str, Any]:
    published = address.published_on.isoformat() if address.published_on else None
    return {
        "url": address.url, "title": address.title, "published_on": published, "page": address.page, "name": address.name,
        "bodies": list(address.bodies), "fiscal_year": address.fiscal_year, "stage": address.stage,
    }


def _from_memory(kept: Mapping[str, Any]) -> Address:
    published = kept["published_on"]
    stage: Stage | None = kept["stage"]
    return Address(
        kept["url"], kept["title"], date.fromisoformat(published) if published else None, kept["page"], kept["name"],
        tuple(kept["bodies"]), kept["fiscal_year"], stage,
    )
