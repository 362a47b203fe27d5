"""Connections to servers: one per host, at the pace and within the limits that politeness and safety ask for.

Everything that a whole answer needs is here: redirects checked hop by hop, deadlines that a dripping server cannot stretch, cookies per
site, bodies unfolded within limits. What the answer means is decided in `sources/client.py`.
"""

from __future__ import annotations

import random
import socket
import ssl
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from http.cookiejar import CookieJar
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from sources.deadlines import Cut, Deadline, Watchman
from sources.outcomes import Limits, PullFailed

REDIRECTS = 10   # browsers follow 20; a publication that needs more than 10 goes round in circles
CHUNK_BYTES = 1 << 18
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
ENDING_IN_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))
KEEPS_METHOD = {HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT}


@dataclass(frozen=True, slots=True)
class Manner:
    """What the catalogue allows for a source.

    `is_internal`: it may stand at a private or loopback address. `is_weak_tls`: its certificate is not checked and old ciphers are taken.
    """

    is_internal: bool = False
    is_weak_tls: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: `data` is a form, or JSON as text, to post; None asks with GET."""

    url: str
    manner: Manner = Manner()
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] | str | None = None


class HostRefused(PullFailed):
    """The host is not asked: its night is over (budget, breaker)."""


class Line:
    """What a host is to the night: one connection at most, its cookies and pace, and how it has behaved."""

    def __init__(  # noqa: PLR0913, PLR0917 -- what it shares with others
        self, scheme: str, host: str, limits: Limits, context: ssl.SSLContext, cookies: CookieJar, watchman: Watchman,
    ) -> None:
        self.host = host
        self._scheme = scheme
        self.lock = threading.RLock()
        self.byte_count = 0
        self.failures = 0
        self.blocked = 0
        self.crawl_delay = 0.0
        self._limits = limits
        self._context = context
        self._cookies = cookies
        self._watchman = watchman
        self._client: httpx.Client | None = None
        self._socket: socket.socket | None = None
        self._peer: str | None = None
        self._manner = Manner()
        self._deadline = Deadline(0)
        self._headers_cut: Cut | None = None
        self._is_late_for_headers = False
        self._next_at = 0.0
        self._closed_until = 0.0

    @contextmanager
    def held(self, manner: Manner, deadline: Deadline) -> Iterator[Line]:
        """The line for one request, in its turn and at its pace, cut when the deadline passes."""
        with self.lock:
            self._refuse_if_done()
            if (wait := self._next_at - time.monotonic()) > 0:    # sleeping for no time gives the processor away
                time.sleep(wait)
            started = time.monotonic()
            self._manner, self._deadline, self._is_late_for_headers = manner, deadline, False
            cuts = [self._watchman.after(deadline.seconds, self.cut)]
            if self._limits.headers_seconds < deadline.seconds:
                self._headers_cut = self._watchman.after(self._limits.headers_seconds, self._cut_headers)
                cuts.append(self._headers_cut)
            try:
                yield self
            finally:
                for cut in cuts:
                    cut.cancel()
                deadline.seconds -= time.monotonic() - started
                pace = max(self._limits.delay, self.crawl_delay)
                self._next_at = time.monotonic() + pace * random.uniform(0.75, 1.25)  # noqa: S311 -- no secret

    def send(self, ask: Ask) -> httpx.Response:
        """Ask; the body is not yet read.

        Raises:
            PullFailed: the address is not allowed, or no headers came in time.
            httpx.HTTPError: there is no answer.
        """
        self._check_address(ask.url)
        if not self._manner.is_internal and self._peer and is_private(self._peer):    # connected for a source that may
            self.rest()
        if self._client is None:
            seconds = self._limits.seconds
            self._client = httpx.Client(
                verify=self._context, timeout=httpx.Timeout(seconds, connect=min(self._limits.connect_seconds, seconds)),
                limits=httpx.Limits(max_connections=1, keepalive_expiry=self._limits.seconds), cookies=self._cookies,
            )
        try:
            response = self._client.send(self._request(ask), stream=True)
        except (httpx.HTTPError, ValueError):
            if self._is_late_for_headers:
                raise PullFailed(f"no whole headers within {self._limits.headers_seconds:g} seconds") from None
            raise
        if self._headers_cut:
            self._headers_cut.cancel()
        return response

    def count(self, byte_count: int) -> None:
        """Count what came.

        Raises:
            HostRefused: it is more than the host may send in a night.
        """
        self.byte_count += byte_count
        self._refuse_if_spent()

    def note(self, *, is_answer: bool) -> None:
        """Note whether the host answered; after several failures in a row it is left alone for a while."""
        self.failures = 0 if is_answer else self.failures + 1
        if self.failures >= self._limits.breaker:
            self._closed_until = time.monotonic() + self._limits.breaker_seconds

    def rest(self) -> None:
        """Close the connection; the next request opens another one."""
        if self._client:
            self._client.close()
        self._client = self._peer = self._socket = None

    def cut(self) -> None:
        """End what comes and goes: whoever waits for it gets an end or an error at once."""
        self._deadline.is_over = True
        self._shut()

    def _cut_headers(self) -> None:
        self._is_late_for_headers = True
        self._shut()

    def _shut(self) -> None:
        if self._socket:
            with suppress(OSError):    # it has been closed, or not yet connected
                self._socket.shutdown(socket.SHUT_RDWR)

    def _refuse_if_done(self) -> None:
        self._refuse_if_spent()
        if self.failures >= self._limits.breaker and time.monotonic() < self._closed_until:
            seconds = self._limits.breaker_seconds
            raise HostRefused(f"{self.host} failed {self.failures} times in a row: it is left alone for {seconds:g} seconds")

    def _refuse_if_spent(self) -> None:
        if self.byte_count > self._limits.host_bytes:
            raise HostRefused(
                f"{self.host} has sent the {self._limits.host_bytes:,} bytes of one night (YUSUAN_HTTP_HOST_MB); "
                "the rest follows the next nights"
            )

    def _check_address(self, url: str) -> None:
        """Refuse private addresses before anything is connected; names are checked once they are."""
        if self._manner.is_internal:
            return
        host = urlsplit(url).hostname or ""
        with suppress(ValueError):
            if is_private(str(ip_address(host))):
                raise _private(host)
        if self._is_proxied:    # the proxy would connect: what is asked of it has to be checked by name
            with suppress(OSError, UnicodeError):
                for *_, address in socket.getaddrinfo(host, None):
                    if is_private(str(address[0])):
                        raise _private(str(address[0]))

    @cached_property
    def _is_proxied(self) -> bool:
        """Whether a proxy connects: then the address connected to says nothing of the host."""
        proxies = getproxies()
        return bool((proxies.get(self._scheme) or proxies.get("all")) and not proxy_bypass(self.host))

    def _request(self, ask: Ask) -> httpx.Request:
        """A request whose connection is known as soon as there is one (https://www.encode.io/httpcore/extensions/#trace)."""
        assert self._client is not None
        is_proxied = self._is_proxied
        # Published files are compressed already; without transfer coding, what arrives is what was published, byte for byte.
        headers = {"User-Agent": user_agent(self._limits.contact), "Accept-Encoding": "identity", **ask.headers}

        def trace(event: str, details: Mapping[str, Any]) -> None:
            if not event.endswith((".connect_tcp.complete", ".start_tls.complete")):
                return
            self._socket = details["return_value"].get_extra_info("socket")
            self._peer = None if is_proxied or self._socket is None else str(self._socket.getpeername()[0])
            if self._deadline.is_over or self._is_late_for_headers:
                self._shut()
            elif self._peer and not self._manner.is_internal and is_private(self._peer):    # whatever the name was resolved to before
                details["return_value"].close()
                raise _private(self._peer)

        extensions = {"trace": trace}
        if ask.data is None:
            return self._client.build_request("GET", ask.url, headers=headers, extensions=extensions)
        if isinstance(ask.data, str):
            headers["Content-Type"] = "application/json; charset=utf-8"
            return self._client.build_request("POST", ask.url, headers=headers, content=ask.data.encode(), extensions=extensions)
        return self._client.build_request("POST", ask.url, headers=headers, data=dict(ask.data), extensions=extensions)


class Lines:
    """The lines of a night, one per host; proxies and `SSL_CERT_FILE` come from the environment.

    Args:
        limits: what hosts and addresses may cost, and how many connections stay open.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._contexts = {False: httpx.create_ssl_context()}
        self._lines: dict[tuple[str, bool], Line] = {}
        self._connected: OrderedDict[Line, None] = OrderedDict()    # the one that was used last is the last
        self._cookies: dict[str, CookieJar] = {}
        self._watchman = Watchman()
        self._lock = threading.Lock()

    def line(self, url: str, manner: Manner) -> Line:
        """The line to the host of an address."""
        parts = urlsplit(url)
        with self._lock:
            key = (f"{parts.scheme}://{parts.netloc}".lower(), manner.is_weak_tls)
            line = self._lines.get(key)
            if line is None:
                if manner.is_weak_tls not in self._contexts:
                    self._contexts[manner.is_weak_tls] = _weak_context()
                cookies = self._cookies.setdefault((parts.hostname or "").lower(), CookieJar())
                context = self._contexts[manner.is_weak_tls]
                line = self._lines[key] = Line(parts.scheme, parts.netloc.lower(), self._limits, context, cookies, self._watchman)
            return line

    @contextmanager
    def answer(self, ask: Ask, deadline: Deadline) -> Iterator[tuple[Line, httpx.Response]]:
        """The answer behind all redirects, its body not yet read, and the line that it comes on.

        Raises:
            PullFailed: the address, or one that it redirects to, may not be asked.
            httpx.HTTPError, ValueError: there is no answer.
        """
        for _ in range(REDIRECTS + 1):
            scheme = urlsplit(ask.url).scheme
            if scheme not in ("http", "https"):
                raise httpx.UnsupportedProtocol(f"Request URL has an unsupported protocol '{scheme}://'.")
            line = self.line(ask.url, ask.manner)
            with line.held(ask.manner, deadline):
                self._make_room(line)
                with closing(line.send(ask)) as response:
                    following = response.next_request
                    if following is None:
                        yield line, response
                        if response.status_code == HTTPStatus.NOT_MODIFIED and not response.is_stream_consumed:
                            response.read()    # nothing comes, but what is not read to its end costs the connection
                        return
            is_kept = response.status_code in KEEPS_METHOD
            ask = replace(ask, url=str(following.url), data=ask.data if is_kept else None)
        raise PullFailed(f"it is redirected more than {REDIRECTS} times")

    def close(self) -> None:
        """Cut what is at work, and close the lines."""
        for line in self._lines.values():
            line.cut()
            with line.lock:
                line.rest()

    def _make_room(self, line: Line) -> None:
        """Close connections that nobody has used for longest, where more would be open than may be."""
        with self._lock:
            self._connected[line] = None
            self._connected.move_to_end(line)
            surplus = list(islice(self._connected, max(0, len(self._connected) - self._limits.connections)))
        for other in surplus:
            if other is not line and other.lock.acquire(blocking=False):
                try:
                    other.rest()
                    with self._lock:
                        self._connected.pop(other, None)
                finally:
                    other.lock.release()


class Body:
    """The chunks of an answer as the file they are, within the limits; `byte_count` is what has come so far."""

    def __init__(self, response: httpx.Response, line: Line, limits: Limits, deadline: Deadline) -> None:
        self._response = response
        self._line = line
        self._limits = limits
        self._deadline = deadline
        self.byte_count = 0

    def __iter__(self) -> Iterator[bytes]:
        told = self._response.headers.get("Content-Length", "0")
        self._check_size(int(told) if told.isdecimal() else 0)
        try:
            for chunk in _decoded(self._response):
                self.byte_count += len(chunk)
                self._line.count(len(chunk))
                self._check_size(self.byte_count)
                yield chunk
        except (httpx.HTTPError, ValueError):
            if not self._deadline.is_over:
                raise
        if self._deadline.is_over:    # a body without a length ends with its connection: a cut one would be taken for whole
            raise late(self._limits, self._response.status_code)

    def _check_size(self, byte_count: int) -> None:
        if byte_count > self._limits.max_bytes:
            raise PullFailed(f"it is larger than the limit of {self._limits.max_bytes:,} bytes", status=self._response.status_code)


def user_agent(contact: str) -> str:
    """How the program introduces itself; `contact` tells a site's administrator whom to write to."""
    return f"yusuan (archive of published budgets{f'; {contact}' if contact else ''})"


def is_private(address: str) -> bool:
    """Whether an IP address is not one of the public internet: loopback, private, link-local, or one of these in IPv6 clothes."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and (embedded := ip.ipv4_mapped or ip.sixtofour or _last_part(ip)):
        return is_private(str(embedded))
    return not ip.is_global or ip.is_multicast


def _last_part(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that ends one of a translator (RFC 6052), or one of the old compatible ones (RFC 4291, 2.5.5.1)."""
    return next((IPv4Address(int(ip) & 0xFFFFFFFF) for network in ENDING_IN_IPV4 if ip in network), None)


def late(limits: Limits, status: int | None = None) -> PullFailed:
    """The failure of what was cut at its deadline."""
    return PullFailed(f"it did not come whole within {limits.total_seconds:g} seconds", status=status)


def retry_after(response: httpx.Response) -> float | None:
    """Seconds, from either form of the header (RFC 9110, 10.2.3); None if it is missing or neither."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text).astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):    # the latter for the year 99999, and for the last day of 9999 in the west
        return None


def reason(error: Exception, limits: Limits) -> str:
    """What went wrong on the way, in words."""
    if certificate := cause(error, ssl.SSLCertVerificationError):
        return (
            f"the server's certificate is not trusted ({certificate.verify_message}): the publisher has to mend it, or its authority has "
            "to be added to the file that SSL_CERT_FILE names; `weak_tls: true` at the source takes it unchecked, and is told every night"
        )
    if tls := cause(error, ssl.SSLError):
        return (
            f"no encrypted connection ({tls.reason or tls}): the server's encryption is broken or too old; try its http address, or "
            "`weak_tls: true` at the source, which is told every night"
        )
    if cause(error, socket.gaierror):
        return "the host name cannot be resolved: is it right, and does this machine reach the network?"
    waited = f"{limits.seconds:g} seconds"
    meanings: tuple[tuple[type[Exception], str], ...] = (
        (httpx.ConnectTimeout, f"no connection within {min(limits.connect_seconds, limits.seconds):g} seconds"),
        (httpx.TimeoutException, f"the server sent nothing for {waited}"),
        (httpx.ConnectError, f"no connection: {error}"),
        (httpx.RemoteProtocolError, f"the answer broke off or made no sense: {error}"),
        (httpx.NetworkError, f"the connection was lost: {error}"),
    )
    return next((text for kind, text in meanings if isinstance(error, kind)), f"{type(error).__name__}: {error}")


Cause = TypeVar("Cause", bound=BaseException)


def cause(error: BaseException | None, kind: type[Cause]) -> Cause | None:
    """The first exception of a kind in what led to this one."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error


def _private(address: str) -> PullFailed:
    return PullFailed(
        f"{address} is an address of a private network or of this machine, which no public site has: "
        "if the source stands there, declare it with `internal: true`"
    )


def _weak_context() -> ssl.SSLContext:
    """Takes any certificate, old protocols and old ciphers; for sources that opt in."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.options |= 0x4   # OP_LEGACY_SERVER_CONNECT, which Python 3.11 has no name for
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def _decoded(response: httpx.Response) -> Iterator[bytes]:
    """The body in chunks of a bounded size, so that a small answer which unfolds to gigabytes meets the limit first.

    Some servers compress although they are asked not to. httpx would unfold a whole network chunk at once and take a
    compressed body that breaks off for a whole one.
    """
    coding = response.headers.get("Content-Encoding", "identity").lower()
    if coding in ("identity", ""):
        yield from response.iter_raw()
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise PullFailed(f"the server sent it in the coding {coding!r}, which it was asked not to use", status=response.status_code)
    unfolding = zlib.decompressobj(GZIP_OR_ZLIB)
    try:
        for chunk in response.iter_raw():
            rest = chunk
            while rest:
                yield unfolding.decompress(rest, CHUNK_BYTES)
                rest = unfolding.unconsumed_tail
    except zlib.error as error:
        raise httpx.RemoteProtocolError(f"its {coding} coding is damaged ({error})") from error
    if not unfolding.eof:
        raise httpx.RemoteProtocolError(f"its {coding} coding breaks off")
