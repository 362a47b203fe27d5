"""Asks addresses of the web: politely, stubbornly, safely, and only for what changed."""

from __future__ import annotations

import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Literal, TypeVar
from urllib.parse import urlsplit

import httpx
import stamina
from protego import Protego

from sources import http, naming
from sources.answers import (
    CutShort,
    Expected,
    Judged,
    blocked,
    check_page_end,
    endings_of,
    figures,
    is_home,
    is_wall,
    page_digest,
    type_of,
)
from sources.archive import Archive
from sources.deadlines import Deadline
from sources.http import Ask, Body, Line, Lines, Manner
from sources.kinds.kind import Response
from sources.outcomes import RESTORED, VALIDATOR_LIES, Answer, Known, Limits, PullFailed
from sources.web import Page

T = TypeVar("T")

ROBOT = "yusuan"
ROBOTS_BYTES = 512 * 1024    # RFC 9309, 2.5: at least 500 KiB are read
ERROR_BYTES = 1 << 16        # of the body of an error, for its words
WALLS = 5                    # challenges in a row after which a site is not asked again in this night
PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_HOME = re.compile(r"/?(?:(?:index|default|home)\.\w+)?", re.IGNORECASE)
LASTING = {HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.HTTP_VERSION_NOT_SUPPORTED}


class _Busy(PullFailed):
    """The server says that it cannot answer now, and perhaps for how many seconds."""

    def __init__(self, message: str, *, status: int, retry_after: float | None) -> None:
        super().__init__(message, status=status)
        self.retry_after = retry_after


class _SamePage(Exception):
    """A page came whose tables and article are those of the known version."""


class _HomeUnknown(Exception):
    """A page came as a document, and what the site's home page says is not known yet."""


class Web:
    """What a night's clients share. Safe to use from several threads.

    Args:
        archive: takes files.
        limits: what hosts and addresses may cost.
    """

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self.archive = archive
        self.limits = limits
        self.lines = Lines(limits)
        self._robots: dict[str, Protego | PullFailed | None] = {}
        self.homes: dict[str, Page | None] = {}
        self._lock = threading.Lock()

    def client(self, manner: Manner = Manner()) -> Client:  # noqa: B008 -- a frozen value
        """A client for a source of this manner."""
        return Client(self, manner)

    def robots(self, url: str, ask: Callable[[str], bytes]) -> Protego | PullFailed | None:
        """The robots.txt of an address's site, asked for once; the failure if it cannot be had, None if there is none."""
        site = _site(url)
        with self._lock:
            if site in self._robots:
                return self._robots[site]
        robots: Protego | PullFailed | None
        try:
            robots = Protego.parse(ask(f"{site}/robots.txt")[:ROBOTS_BYTES].decode("utf-8", "replace"))
        except PullFailed as failure:
            # RFC 9309, 2.3.1: an error of the client means no rules, one of the server that nothing may be asked.
            is_theirs = failure.outcome == "failed" and (failure.status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR
            robots = failure if is_theirs else None
        with self._lock:
            self._robots[site] = robots
        return robots

    def close(self) -> None:
        """Cut what is at work."""
        self.lines.close()


class Client:
    """Asks the addresses of one source.

    Args:
        web: what it shares with other sources.
        manner: what the catalogue allows for it.
    """

    def __init__(self, web: Web, manner: Manner) -> None:
        self._web = web
        self._manner = manner
        self._limits = web.limits

    def get(
        self, url: str, *, referer: str | None = None, known: Known | None = None,
        kind: Literal["document", "page", "data"] = "document", data: Mapping[str, str] | str | None = None,
    ) -> Response:
        """Ask for an address whose answer is read at once: a list, an article, data (see `kinds.kind.Client`)."""
        headers = _headers(referer) | ({} if known is None or self._limits.is_turn(url) else _conditions(known))
        deadline = self._allowed(url)
        return self._persistently(url, lambda: self._once(Ask(url, self._manner, headers, data), kind, deadline), deadline)

    def fetch(self, url: str, *, referer: str | None = None, known: Known | None = None, title: str | None = None) -> Answer:
        """Have a file put into the archive if it is not the known version.

        Args:
            url: http(s) address of a file.
            referer: the page on which it stood.
            known: the last version; its validators are sent along if the archive holds the file, whose hash is checked in its turn.
            title: what its link calls it.

        Raises:
            PullFailed: no attempt gave the whole document; the message names the last reason.
            ArchiveError: the archive cannot take it.
        """
        is_full = self._limits.is_turn(url)
        held = known if known and self._web.archive.holds(known.sha256, known.byte_count, is_read=is_full) else None
        deadline = self._allowed(url)

        def attempt() -> Answer:
            return self._fetch_once(url, referer, known, held, title, deadline)

        try:
            return self._persistently(url, attempt, deadline)
        except _HomeUnknown:
            self._home(url)
            return self._persistently(url, attempt, deadline)

    def is_home(self, page: Page, asked: str) -> bool:
        """Whether a page that came for an address is the home page of its site, which some send for whatever they do not have."""
        home = None if _HOME.fullmatch(urlsplit(asked).path) else self._home(asked)
        return home is not None and is_home(page, home)

    def _home(self, url: str) -> Page | None:
        """The home page of an address's site, asked for once a night; None if it cannot be had."""
        site, homes = _site(url), self._web.homes
        if site not in homes:
            try:
                response = self.get(f"{site}/", kind="data")
                homes[site] = Page(response.body, response.url, response.headers.get("content-type", ""))
            except PullFailed:
                homes[site] = None
        return homes[site]

    # --- one attempt

    def _once(self, ask: Ask, kind: str, deadline: Deadline) -> Response:
        with self._web.lines.answer(ask, deadline) as (line, response):
            if response.status_code == HTTPStatus.NOT_MODIFIED and any(name.startswith("If-") for name in ask.headers):
                line.note(is_answer=True)
                return Response(response.status_code, str(response.url), dict(response.headers), b"")
            if response.status_code != HTTPStatus.OK:
                raise self._refusal(response, line, deadline)
            body = b"".join(Body(response, line, self._limits, deadline))
            if is_wall(response.status_code, body):
                raise self._wall(line, response, body)
            if kind != "data" and type_of(body) == "html":
                check_page_end(body, is_whole=_is_length_told(response))
            line.note(is_answer=True)
            line.blocked = 0
            return Response(
                response.status_code, str(response.url), dict(response.headers), body, naming.by_server(response.headers) or None,
            )

    def _fetch_once(  # noqa: PLR0913, PLR0917 -- what a request is made of
        self, url: str, referer: str | None, known: Known | None, held: Known | None, title: str | None, deadline: Deadline,
    ) -> Answer:
        is_full = held is not None and self._limits.is_turn(url)
        conditions = {} if held is None or is_full else _conditions(held)
        ask = Ask(url, self._manner, _headers(referer) | conditions)
        with self._web.lines.answer(ask, deadline) as (line, response):
            status, etag, last_modified = response.status_code, _validator(response, "ETag"), _validator(response, "Last-Modified")
            if held and conditions and status == HTTPStatus.NOT_MODIFIED:
                line.note(is_answer=True)
                return Answer(
                    outcome="unchanged", sha256=held.sha256, status=status,
                    etag=etag or held.etag, last_modified=last_modified or held.last_modified,
                )
            if status != HTTPStatus.OK:
                raise self._refusal(response, line, deadline)
            self._check_home(url, response)
            body = _Resuming(self, ask, line, response, deadline)
            judged = Judged(body, self._expected(url, title, known, held, response), status)
            try:
                sha256 = self._web.archive.keep(self._unless_home(url, judged, _unless_same(judged, self._digest(held))))
            except _SamePage:
                assert held is not None
                sha256 = held.sha256
            except PullFailed as failure:
                if failure.outcome == "blocked":
                    line.blocked += 1
                raise
            line.note(is_answer=True)
            line.blocked = 0
            is_known = known is not None and known.sha256 == sha256
            message = RESTORED if is_known and not held else None
            if not is_known and held and is_full and _hid(held, etag, last_modified):
                message = VALIDATOR_LIES
            return Answer(
                outcome="unchanged" if is_known else "new", sha256=sha256, byte_count=body.byte_count, status=status, etag=etag,
                last_modified=last_modified, message=message, name=naming.by_server(response.headers) or None,
            )

    def _unless_home(self, url: str, judged: Judged, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks of a body, unless it turns out to be the site's home page.

        Raises:
            _HomeUnknown: that has to be asked for first; the connection is taken now.
        """
        yield from chunks
        if judged.page is not None and not _HOME.fullmatch(urlsplit(url).path):
            if _site(url) not in self._web.homes:
                raise _HomeUnknown
            home = self._web.homes[_site(url)]
            if home is not None and is_home(Page(judged.page, url), home):
                raise PullFailed("what came is not the document but the home page of the site", status=HTTPStatus.OK)
        judged.check_tables()

    def _expected(self, url: str, title: str | None, known: Known | None, held: Known | None, response: httpx.Response) -> Expected:
        endings = endings_of(url, title)
        holds: Literal["file", "tables", ""] = ""
        if held:
            with self._web.archive.path(held.sha256).open("rb") as file:
                head = file.read(1024)
                kind = type_of(head)
                is_tables = kind == "html" and any(True for _ in figures(Page(head + file.read(), url).root))
            was = {"pdf": "pdf", "zip": "zip", "ole": "xls", "rar": "rar", "7z": "7z"}.get(kind)
            holds = "file" if was else "tables" if is_tables else ""
            endings = endings | {was} if was else endings if kind not in ("html", "text") else frozenset()
        return Expected(endings, known is not None, _is_length_told(response), holds)

    def _digest(self, held: Known | None) -> Callable[[], str | None]:
        """What the known version says, if it is a page."""
        def digest() -> str | None:
            if held is None:
                return None
            body = self._web.archive.path(held.sha256).read_bytes()
            return page_digest(body) if type_of(body) == "html" else None

        return digest

    def _check_home(self, url: str, response: httpx.Response) -> None:
        """Refuse a home page to which a deeper address was redirected."""
        asked, came = urlsplit(url), urlsplit(str(response.url))
        if str(response.url) != url and _HOME.fullmatch(came.path) and not came.query and not _HOME.fullmatch(asked.path):
            message = "what came is not the document but the home page, to which the site leads on"
            raise PullFailed(message, status=response.status_code)

    # --- refusals

    def _refusal(self, response: httpx.Response, line: Line, deadline: Deadline) -> PullFailed:
        status = response.status_code
        body = bytearray()
        try:
            for chunk in Body(response, line, self._limits, deadline):
                body += chunk
                if len(body) >= ERROR_BYTES:
                    break
        except (httpx.HTTPError, PullFailed, ValueError):
            pass    # the status says enough
        if is_wall(status, bytes(body)):
            return self._wall(line, response, bytes(body))
        message = f"the server answered {status} {response.reason_phrase}".rstrip()
        if status in PASSING or (status >= HTTPStatus.INTERNAL_SERVER_ERROR and status not in LASTING):
            return _Busy(message, status=status, retry_after=http.retry_after(response))
        line.note(is_answer=True)
        return PullFailed(message, status=status, is_absent=status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE))

    def _wall(self, line: Line, response: httpx.Response, body: bytes) -> PullFailed:
        line.note(is_answer=True)
        line.blocked += 1
        return blocked(response.status_code, "" if type_of(body) == "empty" else _title(body))

    def _allowed(self, url: str) -> Deadline:
        """What is left of the time for an address, once its site's robots.txt allows to ask for it: that is a part of what it costs.

        Raises:
            PullFailed: it may not be asked for, or no time is left.
        """
        deadline = Deadline(self._limits.total_seconds)
        self._check_robots(url, deadline)
        if deadline.is_over:
            raise PullFailed(f"the site's robots.txt did not come whole within {self._limits.total_seconds:g} seconds")
        return deadline

    def _check_robots(self, url: str, deadline: Deadline) -> None:
        line = self._web.lines.line(url, self._manner)
        if line.blocked >= WALLS:
            raise PullFailed("the site lets only browsers in: it is not asked again tonight", outcome="blocked")
        robots = self._web.robots(url, lambda address: self._persistently(
            address, lambda: self._once(Ask(address, self._manner), "data", deadline), deadline).body)
        if isinstance(robots, PullFailed):
            raise PullFailed(f"the site's robots.txt cannot be had ({robots}), so that nothing may be asked", status=robots.status)
        if robots is None:
            return
        if not robots.can_fetch(url, ROBOT):
            raise PullFailed("the site's robots.txt asks not to fetch it")
        line.crawl_delay = min(float(robots.crawl_delay(ROBOT) or 0), self._limits.longest_delay)

    # --- attempts

    def _persistently(self, url: str, attempt: Callable[[], T], deadline: Deadline) -> T:
        """What an attempt gives, several made where another one may help before the deadline."""
        retrying = stamina.RetryingCaller(attempts=self._limits.attempts, timeout=None, wait_initial=1, wait_max=30, wait_jitter=1)
        line = self._web.lines.line(url, self._manner)
        try:
            return retrying(lambda error: self._is_passing(error, deadline), attempt)
        except CutShort as error:
            raise PullFailed(f"it is not whole: {error}", status=HTTPStatus.OK) from error
        except _Busy:
            line.note(is_answer=False)
            raise
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:    # the last: an over-long host, a TLS connection that was cut
            line.note(is_answer=False)
            raise http.late(self._limits) if deadline.is_over else PullFailed(http.reason(error, self._limits)) from error

    def _is_passing(self, error: Exception, deadline: Deadline) -> bool | float:
        """Whether another attempt may help, or in how many seconds."""
        if deadline.is_over:
            return False
        if isinstance(error, _Busy):
            if error.retry_after is None:
                return True
            return error.retry_after if error.retry_after <= self._limits.longest_retry_after else False
        if isinstance(error, CutShort):
            return True
        is_lasting = isinstance(error, httpx.UnsupportedProtocol) or http.cause(error, ssl.SSLError) is not None
        return isinstance(error, httpx.TransportError) and not is_lasting


class _Resuming:
    """The chunks of a body; one that breaks off goes on where it stopped, if its server offers ranges of the same version."""

    def __init__(self, client: Client, ask: Ask, line: Line, response: httpx.Response, deadline: Deadline) -> None:
        self._client = client
        self._ask = ask
        self._line = line
        self._response = response
        self._deadline = deadline
        self.byte_count = 0

    def __iter__(self) -> Iterator[bytes]:
        limits = self._client._limits
        response, left = self._response, limits.attempts - 1
        while True:
            try:
                for chunk in Body(response, self._line, limits, self._deadline):
                    self.byte_count += len(chunk)
                    if self.byte_count > limits.max_bytes:
                        raise PullFailed(f"it is larger than the limit of {limits.max_bytes:,} bytes", status=response.status_code)
                    yield chunk
            except httpx.TransportError:
                if not (self._version and self.byte_count and left) or self._deadline.is_over:
                    raise
                left -= 1
                response.close()
                response = self._rest()
            else:
                return

    @property
    def _version(self) -> str | None:
        """What says that a range is of the same version (RFC 9110, 13.1.5: a weak validator does not)."""
        headers = self._response.headers
        if headers.get("Accept-Ranges", "").lower() != "bytes" or headers.get("Content-Encoding", "identity") != "identity":
            return None
        etag = _validator(self._response, "ETag")
        return etag if etag and not etag.startswith("W/") else _validator(self._response, "Last-Modified")

    def _rest(self) -> httpx.Response:
        time.sleep(self._client._limits.delay)
        ranged = {"Range": f"bytes={self.byte_count}-", "If-Range": str(self._version)}
        referer = {name: value for name, value in self._ask.headers.items() if name == "Referer"}
        response = self._line.send(Ask(str(self._response.url), self._ask.manner, referer | ranged))
        begins = response.headers.get("Content-Range", "").startswith(f"bytes {self.byte_count}-")
        if response.status_code == HTTPStatus.PARTIAL_CONTENT and begins:
            return response
        response.close()
        raise httpx.RemoteProtocolError("it broke off, and the server does not send the rest")


def _unless_same(judged: Judged, digest_before: Callable[[], str | None]) -> Iterator[bytes]:
    """The chunks of a body, unless it turns out to be a page that says what the known version does."""
    yield from judged
    if judged.page is not None and (before := digest_before()) is not None and page_digest(judged.page) == before:
        raise _SamePage


def _hid(held: Known, etag: str | None, last_modified: str | None) -> bool:
    """Whether the validators of a changed file are those of its last version."""
    if etag or held.etag:
        return etag == held.etag
    return last_modified is not None and last_modified == held.last_modified


@lru_cache(maxsize=1024)    # many documents stand on one page
def _as_ascii(url: str) -> str:
    """An address as a header can carry it, without its fragment."""
    return str(httpx.URL(url).copy_with(fragment=None))


def _headers(referer: str | None) -> dict[str, str]:
    return {"Referer": _as_ascii(referer)} if referer else {}


def _conditions(held: Known) -> dict[str, str]:
    conditions = {"If-None-Match": held.etag, "If-Modified-Since": held.last_modified}
    return {name: value for name, value in conditions.items() if value is not None}


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _is_length_told(response: httpx.Response) -> bool:
    """Whether the end of a body is more than the end of its connection (RFC 9112, 6.3); a body that ends before is an error."""
    return "Content-Length" in response.headers or "chunked" in response.headers.get("Transfer-Encoding", "").lower()


def _validator(response: httpx.Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value if value and value.isascii() else None   # another one could not be sent back


def _title(body: bytes) -> str:
    return Page(body, "").title
