"""Pulling over HTTP, from a real server that misbehaves in the ways real ones do."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import stamina
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sources.archive import Archive
from sources.catalogue import load_catalogue
from sources.outcomes import RESTORED, Known, Limits, Pulled
from sources.pull import Fetcher, pull
from sources.schema import Source

BOOKLET = "2023年部门预算".encode() * 1000
ETAG = '"v1"'
LAST_MODIFIED = "Wed, 01 Mar 2023 08:00:00 GMT"

Route = Callable[["Answering"], None]


class Answering(BaseHTTPRequestHandler):
    """One request to the site; routes call it."""

    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        if self.path == "/robots.txt" and self.path not in self.server.routes:
            self.answer(404)
            return
        self.server.asked[self.path] += 1
        self.server.headers_of[self.path] = dict(self.headers)
        self.close_connection = True
        self.server.routes[self.path](self)

    def answer(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content_Length": str(len(body)), "Connection": "close"} | headers).items():   # untold, a client may ask on it again
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keeps the test's output for the test."""


class Site(ThreadingHTTPServer):
    """A department's site: answers each path by its route and counts what is asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.routes: dict[str, Route] = {}
        self.asked: Counter[str] = Counter()
        self.headers_of: dict[str, dict[str, str]] = {}
        self.scheme = "http"

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what several tests are about."""

    def url(self, path: str) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}{path}"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    site = Site()
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    site.shutdown()
    thread.join()
    site.server_close()


@pytest.fixture(autouse=True)
def _no_pauses_between_attempts() -> Iterator[None]:
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture
def ask(site: Site, source: Callable[[str], Source], fetcher: Fetcher) -> Callable[..., Pulled]:
    """Pulls a path of the site that answers by a route."""

    def ask(route: Route, known: Known | None = None, path: str = "/预算.pdf") -> Pulled:
        quoted = httpx.URL(site.url(path)).raw_path.decode()
        site.routes[quoted] = route
        url = site.url(path)
        (pulled,) = pull(source(f"{{address: '{url}', fiscal_year: 2023}}"), "npc", {url: known} if known else {}, fetcher)
        return pulled

    return ask


Ask = Callable[..., Pulled]


def in_turn(*routes: Route) -> Route:
    """Answers by each route once, then by the last for ever."""
    waiting = list(routes)

    def answer(request: Answering) -> None:
        route = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        route(request)

    return answer


def published(request: Answering) -> None:
    """A well-behaved server: conditional requests are answered by 304."""
    if request.headers["If-None-Match"] == ETAG or request.headers["If-Modified-Since"] == LAST_MODIFIED:
        request.answer(304, ETag=ETAG)
    else:
        request.answer(200, BOOKLET, ETag=ETAG, Last_Modified=LAST_MODIFIED)


def reset(request: Answering) -> None:
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.connection.close()


def sends(status: int, body: bytes = b"", **headers: str) -> Route:
    return lambda request: request.answer(status, body, **headers)


def endless(request: Answering) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"x" * 65536)


def dripping(request: Answering) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    for _ in range(1000):
        request.wfile.write(b"x")
        time.sleep(0.02)


def drips(head: bytes, rest: bytes) -> Route:
    """Sends something, and more of the same for 20 seconds."""
    def answer(request: Answering) -> None:
        request.wfile.write(head)
        for _ in range(400):
            request.wfile.write(rest)
            time.sleep(0.05)

    return answer


def files_in(archive: Archive) -> list[Path]:
    return [path for path in archive.folder.rglob("*") if path.is_file()]


def test_a_new_file_is_archived_with_its_validators(ask: Ask, site: Site, archive: Archive) -> None:
    pulled = ask(published)
    assert (pulled.outcome, pulled.status, pulled.byte_count, pulled.message) == ("new", 200, len(BOOKLET), None)
    assert (pulled.etag, pulled.last_modified) == (ETAG, LAST_MODIFIED)
    assert (pulled.address, pulled.file_name, pulled.fiscal_year) == (site.url("/预算.pdf"), "预算.pdf", 2023)
    assert pulled.sha256 is not None
    assert archive.read(pulled.sha256) == BOOKLET


@pytest.mark.parametrize("validators", [{"etag": ETAG}, {"last_modified": LAST_MODIFIED}], ids=["ETag", "Last-Modified"])
def test_what_has_not_changed_costs_one_conditional_request(ask: Ask, site: Site, archive: Archive, validators: dict[str, str]) -> None:
    known = Known(archive.keep(BOOKLET), **validators)
    pulled = ask(published, known)
    assert (pulled.outcome, pulled.status, pulled.sha256, pulled.byte_count) == ("unchanged", 304, known.sha256, None)
    assert pulled.etag == ETAG
    assert pulled.last_modified == known.last_modified
    assert site.asked.total() == 1


def test_the_same_bytes_from_a_server_without_validators_are_unchanged(ask: Ask, archive: Archive) -> None:
    pulled = ask(sends(200, BOOKLET), Known(archive.keep(BOOKLET)))
    assert (pulled.outcome, pulled.status) == ("unchanged", 200)


def test_a_replaced_file_is_new(ask: Ask, archive: Archive) -> None:
    pulled = ask(published, Known(archive.keep(b"last year's"), '"v0"', "Tue, 01 Mar 2022 08:00:00 GMT"))
    assert (pulled.outcome, pulled.status, pulled.etag) == ("new", 200, ETAG)


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"cut")], ids=["lost", "cut"])
def test_a_known_file_whose_original_is_lost_or_cut_is_fetched_without_conditions(
    ask: Ask, archive: Archive, harm: Callable[[Path], object]
) -> None:
    sha256 = archive.keep(BOOKLET)
    harm(archive.path(sha256))
    pulled = ask(published, Known(sha256, ETAG, LAST_MODIFIED, byte_count=len(BOOKLET)))
    assert (pulled.outcome, pulled.status, pulled.sha256, pulled.message) == ("unchanged", 200, sha256, RESTORED)
    assert archive.read(sha256) == BOOKLET


def test_a_validator_that_could_not_be_sent_back_is_not_kept(ask: Ask) -> None:
    assert ask(sends(200, BOOKLET, ETag='"\xe9"')).etag is None


@pytest.mark.parametrize("status", [404, 410])
def test_a_file_that_is_not_there_is_gone_if_it_was_known_and_failed_if_not(ask: Ask, site: Site, archive: Archive, status: int) -> None:
    gone, failed = ask(sends(status), Known(archive.keep(BOOKLET))), ask(sends(status))
    assert (gone.outcome, gone.status, gone.sha256) == ("gone", status, None)
    assert (failed.outcome, failed.status) == ("failed", status)
    assert site.asked.total() == 2


@pytest.mark.parametrize(("first", "status"), [
    (sends(500), 500), (sends(503), 503), (sends(429), 429), (reset, None),
    (sends(200, b"half", Content_Length="4000"), None), (lambda _: time.sleep(1.5), None),
], ids=["500", "503", "429", "reset", "truncated", "silent"])
def test_a_passing_failure_is_tried_again(ask: Ask, site: Site, archive: Archive, first: Route, status: int | None) -> None:
    pulled = ask(in_turn(first, published))
    assert (pulled.outcome, pulled.status, site.asked.total()) == ("new", 200, 2)
    assert len(files_in(archive)) == 1


class Failure(NamedTuple):
    """What is asked, answered and said when there is no whole file."""

    attempts: int
    status: int | None
    reason: str


BROKEN = "the answer broke off or made no sense"
LATE = "it did not come whole within 4 seconds"
TOO_LARGE = Failure(1, 200, "it is larger than the limit of 1,000,000 bytes")


@pytest.mark.parametrize(("route", "failure"), [
    pytest.param(sends(503), Failure(3, 503, "the server answered 503 Service Unavailable"), id="503"),
    pytest.param(sends(503, Retry_After="3600"), Failure(1, 503, "the server answered 503 Service Unavailable"), id="503 for an hour"),
    pytest.param(sends(403), Failure(1, 403, "the server answered 403 Forbidden"), id="403"),
    pytest.param(sends(204), Failure(1, 204, "the server answered 204 No Content"), id="204"),
    pytest.param(sends(304), Failure(1, 304, "the server answered 304 Not Modified"), id="304 unasked"),
    pytest.param(reset, Failure(3, None, "the connection was lost: [Errno 104] Connection reset by peer"), id="reset"),
    pytest.param(
        lambda request: request.wfile.write(b"220 FTP\r\n\r\n"), Failure(3, None, f"{BROKEN}: illegal status line"), id="not HTTP"
    ),
    pytest.param(lambda _: time.sleep(1.5), Failure(3, None, "the server sent nothing for 1 seconds"), id="silent"),
    pytest.param(dripping, Failure(1, 200, LATE), id="dripping"),
    pytest.param(drips(b"HTTP/1.1 200 OK\r\n\r\n", b"x"), Failure(1, 200, LATE), id="dripping without a length"),
    pytest.param(drips(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), Failure(1, None, LATE), id="headers for ever"),
    pytest.param(drips(b"", b"HTTP/1.1 102 Processing\r\n\r\n"), Failure(1, None, LATE), id="1xx for ever"),
    pytest.param(in_turn(lambda _: time.sleep(0.5), dripping), Failure(2, 200, LATE), id="dripping after a failed attempt"),
    pytest.param(
        sends(200, b"half", Content_Length="4000"),
        Failure(3, None, f"{BROKEN}: peer closed connection without sending complete message body (received 4 bytes, expected 4000)"),
        id="truncated",
    ),
    pytest.param(sends(200, Content_Length="1000001"), TOO_LARGE, id="large"),
    pytest.param(endless, TOO_LARGE, id="endless"),
    pytest.param(sends(200, gzip.compress(bytes(20_000_000)), Content_Encoding="gzip"), TOO_LARGE, id="gzip bomb"),
    pytest.param(
        sends(200, gzip.compress(BOOKLET)[:-20], Content_Encoding="gzip"), Failure(3, None, f"{BROKEN}: its gzip coding breaks off"),
        id="gzip truncated",
    ),
    pytest.param(
        sends(200, BOOKLET, Content_Encoding="gzip"), Failure(3, None, f"{BROKEN}: its gzip coding is damaged"), id="gzip damaged"
    ),
    pytest.param(
        sends(200, BOOKLET, Content_Encoding="br"),
        Failure(1, 200, "the server sent it in the coding 'br', which it was asked not to use"), id="other coding",
    ),
    pytest.param(
        sends(302, Location="/%E9%A2%84%E7%AE%97.pdf"), Failure(11, None, "it is redirected more than 10 times"), id="redirect loop"
    ),
    pytest.param(
        sends(302, Location="ftp://127.0.0.1/a"), Failure(1, None, "UnsupportedProtocol: Request URL has an unsupported protocol 'ftp://'"),
        id="redirect to another protocol",
    ),
    pytest.param(
        sends(302, Location=f"http://{'a' * 64}.gov.cn/"), Failure(1, None, "Unicode"), id="redirect to a host with a name too long"
    ),
    pytest.param(
        sends(503, Retry_After="Fri, 31 Dec 99999 23:59:59 GMT"), Failure(3, 503, "the server answered 503"), id="503 until the year 99999",
    ),
    pytest.param(
        sends(503, Retry_After="Fri, 31 Dec 9999 23:59:59 -2359"), Failure(3, 503, "the server answered 503"), id="503 to the end of time",
    ),
])
def test_no_whole_file_is_a_failed_outcome_with_its_reason_and_nothing_is_archived(
    ask: Ask, site: Site, archive: Archive, route: Route, failure: Failure
) -> None:
    pulled = ask(route)
    assert (pulled.outcome, pulled.status, pulled.sha256) == ("failed", failure.status, None)
    assert str(pulled.message).startswith(f"tianhe.yaml:8: {site.url('/预算.pdf')}: {failure.reason}")
    assert site.asked.total() == failure.attempts
    assert files_in(archive) == []


@pytest.mark.parametrize("retry_after", ["1", None], ids=["seconds", "date"])
def test_the_pause_that_a_server_asks_for_is_kept(ask: Ask, site: Site, retry_after: str | None) -> None:
    stamina.set_testing(False)
    asked_for = retry_after or format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    started = time.monotonic()
    pulled = ask(in_turn(sends(429, Retry_After=asked_for), published))
    assert (pulled.outcome, site.asked.total()) == ("new", 2)
    assert time.monotonic() - started >= 0.9


def test_a_compressed_answer_is_archived_as_the_file_it_is(ask: Ask, site: Site, archive: Archive) -> None:
    pulled = ask(sends(200, gzip.compress(BOOKLET), Content_Encoding="gzip"))
    assert pulled.sha256 is not None
    assert archive.read(pulled.sha256) == BOOKLET
    assert pulled.byte_count == len(BOOKLET)
    assert site.headers_of["/%E9%A2%84%E7%AE%97.pdf"]["Accept-Encoding"] == "identity"


def test_a_moved_file_is_found_and_keeps_its_address(ask: Ask, site: Site) -> None:
    site.routes["/new.pdf"] = published
    pulled = ask(sends(302, b"moved", Location="/new.pdf"))
    assert (pulled.outcome, pulled.address, pulled.etag) == ("new", site.url("/预算.pdf"), ETAG)


def test_an_empty_file_is_a_file(ask: Ask) -> None:
    pulled = ask(sends(200))
    assert (pulled.outcome, pulled.byte_count) == ("new", 0)


def failed(source: Source, fetcher: Fetcher) -> str:
    (pulled,) = pull(source, "npc", {}, fetcher)
    assert (pulled.outcome, pulled.status) == ("failed", None)
    return str(pulled.message)


def test_a_server_that_refuses_is_a_failed_outcome(source: Callable[[str], Source], fetcher: Fetcher) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert "no connection: [Errno 111] Connection refused" in failed(source(f"{{address: 'http://127.0.0.1:{port}/a.pdf'}}"), fetcher)


def test_a_host_that_does_not_exist_is_a_failed_outcome(source: Callable[[str], Source], fetcher: Fetcher) -> None:
    assert "the host name cannot be resolved" in failed(source("{address: 'http://yusuan.invalid/a.pdf'}"), fetcher)


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
    )
    certificate = builder.sign(key, hashes.SHA256())
    (folder / "site.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "site.pem")
    return context


def test_a_certificate_that_nobody_vouches_for_is_a_failed_outcome_and_not_tried_again(ask: Ask, site: Site, tmp_path: Path) -> None:
    site.socket = self_signed(tmp_path).wrap_socket(site.socket, server_side=True)
    site.scheme = "https"
    pulled = ask(published)
    assert pulled.outcome == "failed"
    assert "the server's certificate is not trusted (self-signed certificate)" in str(pulled.message)
    assert "SSL_CERT_FILE" in str(pulled.message)


@pytest.mark.parametrize("route", [drips(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), drips(b"HTTP/1.1 200 OK\r\n\r\n", b"x")], ids=["headers", "body"])
def test_an_encrypted_answer_has_a_deadline_too(
    site: Site, tmp_path: Path, archive: Archive, source: Callable[[str], Source], monkeypatch: pytest.MonkeyPatch, route: Route,
) -> None:
    site.socket = self_signed(tmp_path).wrap_socket(site.socket, server_side=True)
    site.scheme = "https"
    site.routes["/a.pdf"] = route
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "site.pem"))
    with Fetcher(archive, Limits(seconds=1, total_seconds=2)) as fetcher:
        (pulled,) = pull(source(f"{{address: '{site.url('/a.pdf')}'}}"), "npc", {}, fetcher)
    assert pulled.outcome == "failed"
    assert str(pulled.message).endswith("it did not come whole within 2 seconds")
    assert files_in(archive) == []


@pytest.mark.parametrize("status", [b"200 OK", b"404 Not Found"])
def test_a_robots_txt_that_drips_is_within_the_deadline_of_its_document(
    site: Site, archive: Archive, source: Callable[[str], Source], status: bytes,
) -> None:
    site.routes["/robots.txt"] = drips(b"HTTP/1.1 " + status + b"\r\nContent-Length: 1000\r\n\r\n", b"#")
    site.routes["/a.pdf"] = published
    began = time.monotonic()
    with Fetcher(archive, Limits(seconds=1, total_seconds=1)) as fetcher:
        (pulled,) = pull(source(f"{{address: '{site.url('/a.pdf')}'}}"), "npc", {}, fetcher)
    assert time.monotonic() - began < 4
    assert (pulled.outcome, site.asked["/a.pdf"]) == ("failed", 0)
    assert str(pulled.message).endswith("the site's robots.txt did not come whole within 1 seconds")


def test_many_threads_share_one_fetcher(site: Site, folder: Path, archive: Archive, source: Callable[[str], Source]) -> None:
    source("\n      - ".join(f"{{address: '{site.url(f'/{number}.pdf')}'}}" for number in range(40)))
    sources = load_catalogue(folder)[0].departments[0].sources
    for number in range(40):
        site.routes[f"/{number}.pdf"] = sends(200, BOOKLET + str(number % 10).encode())
    with Fetcher(archive, Limits(connections=4)) as fetcher, ThreadPoolExecutor(8) as pool:
        pulled = [one for many in pool.map(lambda source: pull(source, "npc", {}, fetcher), sources) for one in many]
    assert {one.outcome for one in pulled} == {"new"}
    assert len(files_in(archive)) == 10
