"""Published files on the web: conditional requests, retries, limits, and whole files only."""

from __future__ import annotations

import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

import httpx
import stamina

from sources.archive import Archive
from sources.outcomes import Answer, Known, Limits, PullFailed

REDIRECTS = 10   # browsers follow 20; a publication that needs more than 10 goes round in circles
# A server that asks for a longer pause is asked again the next night.
LONGEST_RETRY_AFTER_SECONDS = 60
# Published files are compressed already; without transfer coding, what arrives is what was published, byte for byte.
HEADERS = {"User-Agent": "yusuan (archive of published budgets)", "Accept-Encoding": "identity"}
CHUNK_BYTES = 1 << 18
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


def open_client(limits: Limits) -> httpx.Client:
    """A client for all addresses of a night, to be shared by threads; proxies and `SSL_CERT_FILE` come from the environment."""
    return httpx.Client(
        headers=HEADERS,
        timeout=httpx.Timeout(limits.seconds, pool=None),   # waiting for a free connection is no failure of the server
        limits=httpx.Limits(max_connections=limits.connections, max_keepalive_connections=limits.connections),
    )


def fetch(client: httpx.Client, url: str, known: Known | None, archive: Archive, limits: Limits) -> Answer:
    """Fetches a file and archives it if it is not the known version.

    Args:
        client: shared by all threads.
        url: http(s) address of a file.
        known: the last version; its validators are sent along if the archive still holds the file.
        archive: takes the file.
        limits: for each attempt and for their number.

    Raises:
        PullFailed: no attempt gave a whole file; the message names the last reason.
        ArchiveError: the archive cannot take it.
    """
    retrying = stamina.RetryingCaller(attempts=limits.attempts, timeout=None, wait_initial=1, wait_max=30, wait_jitter=1)
    try:
        return retrying(_retry, _fetch_once, client, url, known, archive, limits)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PullFailed(_reason(error, limits)) from error


class _Busy(PullFailed):
    """The server says that it cannot answer now, and perhaps for how many seconds."""

    def __init__(self, message: str, *, status: int, retry_after: float | None) -> None:
        super().__init__(message, status=status)
        self.retry_after = retry_after


def _retry(error: Exception) -> bool | float:
    """Whether another attempt may help, or in how many seconds."""
    if isinstance(error, _Busy):
        if error.retry_after is None:
            return True
        return error.retry_after if error.retry_after <= LONGEST_RETRY_AFTER_SECONDS else False
    is_lasting = isinstance(error, httpx.UnsupportedProtocol) or _cause(error, ssl.SSLCertVerificationError) is not None
    return isinstance(error, httpx.TransportError) and not is_lasting


def _fetch_once(client: httpx.Client, url: str, known: Known | None, archive: Archive, limits: Limits) -> Answer:
    held = known if known and archive.holds(known.sha256) else None
    with _answer(client, url, _conditions(held)) as response:
        status, etag, last_modified = response.status_code, _validator(response, "ETag"), _validator(response, "Last-Modified")
        if held and status == HTTPStatus.NOT_MODIFIED:
            return Answer(
                outcome="unchanged", sha256=held.sha256, status=status,
                etag=etag or held.etag, last_modified=last_modified or held.last_modified,
            )
        if status != HTTPStatus.OK:
            raise _refusal(response)
        body = _Body(response, limits)
        sha256 = archive.keep(body)
        return Answer(
            outcome="unchanged" if known and known.sha256 == sha256 else "new", sha256=sha256, byte_count=body.byte_count,
            status=status, etag=etag, last_modified=last_modified,
        )


@contextmanager
def _answer(client: httpx.Client, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
    """The answer behind all redirects, its body not yet read (httpx would read those of the redirects without a limit)."""
    request = client.build_request("GET", url, headers=headers)
    for _ in range(REDIRECTS + 1):
        with closing(client.send(request, stream=True)) as response:
            if response.next_request is None:
                yield response
                return
            request = response.next_request
    raise PullFailed(f"it is redirected more than {REDIRECTS} times")


def _conditions(held: Known | None) -> dict[str, str]:
    if held is None:
        return {}
    conditions = {"If-None-Match": held.etag, "If-Modified-Since": held.last_modified}
    return {name: value for name, value in conditions.items() if value is not None}


def _validator(response: httpx.Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value if value and value.isascii() else None   # another one could not be sent back


def _refusal(response: httpx.Response) -> PullFailed:
    status = response.status_code
    message = f"the server answered {status} {response.reason_phrase}".rstrip()
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _Busy(message, status=status, retry_after=_retry_after(response))
    return PullFailed(message, status=status, is_absent=status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE))


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds, from either form of the header (RFC 9110, 10.2.3); None if it is missing or neither."""
    text = response.headers.get("Retry-After", "")
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text).astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except ValueError:
        return None


class _Body:
    """The chunks of an answer as the file they are, within the limits; `byte_count` is what has come so far."""

    def __init__(self, response: httpx.Response, limits: Limits) -> None:
        self._response = response
        self._limits = limits
        self.byte_count = 0

    def __iter__(self) -> Iterator[bytes]:
        self._check_size(int(self._response.headers.get("Content-Length", 0)))
        deadline = time.monotonic() + self._limits.total_seconds
        for chunk in _decoded(self._response):
            self.byte_count += len(chunk)
            self._check_size(self.byte_count)
            if time.monotonic() > deadline:
                raise PullFailed(f"it did not come whole within {self._limits.total_seconds:g} seconds", status=self._response.status_code)
            yield chunk

    def _check_size(self, byte_count: int) -> None:
        if byte_count > self._limits.max_bytes:
            raise PullFailed(f"it is larger than the limit of {self._limits.max_bytes:,} bytes", status=self._response.status_code)


def _decoded(response: httpx.Response) -> Iterator[bytes]:
    """The body in chunks of a bounded size, so that a small answer which unfolds to gigabytes meets the limit first.

    Some servers compress although they are asked not to. httpx would unfold a whole network chunk at once and take a
    compressed body that breaks off for a whole one.
    """
    coding = response.headers.get("Content-Encoding", "identity").lower()
    if coding == "identity":
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


def _reason(error: httpx.HTTPError | httpx.InvalidURL, limits: Limits) -> str:
    """What went wrong on the way, in words."""
    if certificate := _cause(error, ssl.SSLCertVerificationError):
        return (
            f"the server's certificate is not trusted ({certificate.verify_message}): the publisher has to mend it, or its authority has "
            "to be added to the file that SSL_CERT_FILE names"
        )
    if _cause(error, socket.gaierror):
        return "the host name cannot be resolved: is it right, and does this machine reach the network?"
    waited = f"{limits.seconds:g} seconds"
    meanings: tuple[tuple[type[Exception], str], ...] = (
        (httpx.ConnectTimeout, f"no connection within {waited}"),
        (httpx.TimeoutException, f"the server sent nothing for {waited}"),
        (httpx.ConnectError, f"no connection: {error}"),
        (httpx.RemoteProtocolError, f"the answer broke off or made no sense: {error}"),
        (httpx.NetworkError, f"the connection was lost: {error}"),
    )
    return next((text for kind, text in meanings if isinstance(error, kind)), f"{type(error).__name__}: {error}")


Cause = TypeVar("Cause", bound=BaseException)


def _cause(error: BaseException | None, kind: type[Cause]) -> Cause | None:
    """The first exception of a kind in what led to this one."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error
