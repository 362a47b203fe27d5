"""Connections: to whom, how many, through what; every peer is a real server on this machine."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import stamina

from flows.nightly import unchecked
from sources.archive import Archive
from sources.catalogue import load_catalogue
from sources.http import is_private
from sources.outcomes import Known, Limits, Pulled
from sources.pull import Fetcher, pull
from sources.schema import Source
from tests.sources.test_pull_http import ETAG, Answering, Site, self_signed, sends, site

__all__ = ["site"]

PDF = b"%PDF-1.4\n1 0 obj <</Type/Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
LIMITS = Limits(seconds=1, attempts=1, full_every=10**9)
Ask = Callable[..., Pulled]


@pytest.fixture(autouse=True)
def _no_pauses_between_attempts() -> Iterator[None]:
    with stamina.set_testing(True, attempts=1, cap=True):
        yield


@pytest.fixture
def ask(source: Callable[[str], Source], archive: Archive) -> Iterator[Ask]:
    """Pulls an address with what else its entry says, all in one night."""
    with Fetcher(archive, LIMITS) as fetcher:
        def ask(address: str, said: str = "fiscal_year: 2024", known: Known | None = None) -> Pulled:
            (pulled,) = pull(source(f"{{{said}, address: '{address}'}}"), "npc", {address: known} if known else {}, fetcher)
            return pulled

        yield ask


class Keeping(Answering):
    """Keeps its connections, and counts them."""

    def setup(self) -> None:
        super().setup()
        self.server.asked["connections"] += 1

    def do_GET(self) -> None:  # noqa: N802 -- as the standard library calls it
        super().do_GET()
        self.close_connection = False


def keeping(site: Site) -> Site:
    site.RequestHandlerClass = Keeping
    site.routes["/robots.txt"] = sends(404, Connection="keep-alive")
    return site


def test_what_has_not_changed_is_asked_on_one_connection(site: Site, ask: Ask, archive: Archive) -> None:
    known = Known(archive.keep(PDF), ETAG)
    for number in range(5):
        keeping(site).routes[f"/{number}.pdf"] = sends(304, ETag=ETAG, Connection="keep-alive")
        assert ask(site.url(f"/{number}.pdf"), "internal: true", known).outcome == "unchanged"
    assert site.asked["connections"] == 1


def test_a_connection_of_an_internal_source_is_not_used_for_another(site: Site, ask: Ask) -> None:
    keeping(site).routes["/a.pdf"] = sends(200, PDF, Connection="keep-alive")
    address = site.url("/a.pdf").replace("127.0.0.1", "localhost")
    assert ask(address, "internal: true").outcome == "new"
    assert "127.0.0.1 is an address of a private network" in str(ask(address).message)
    assert site.asked["/a.pdf"] == 1


def test_more_connections_than_may_be_are_closed_again(source: Callable[[str], Source], archive: Archive) -> None:
    servers = [keeping(Site()) for _ in range(3)]
    for server in servers:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        server.routes["/a.pdf"] = sends(200, PDF, Connection="keep-alive")
    with Fetcher(archive, Limits(seconds=1, attempts=1, connections=2)) as fetcher:
        for server in [*servers, *servers[1:], servers[0]]:
            (pulled,) = pull(source(f"{{address: '{server.url('/a.pdf')}'}}"), "npc", {}, fetcher)
            assert pulled.outcome == "new"
    assert [server.asked["connections"] for server in servers] == [2, 1, 1]
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("address", "expected"), [
    ("8.8.8.8", False), ("2001:4860:4860::8888", False), ("64:ff9b::8.8.8.8", False), ("::ffff:8.8.8.8", False), ("2002:808:808::1", False),
    ("64:ff9b::127.0.0.1", True), ("::", True), ("::10.0.0.1", True), ("224.0.0.1", True), ("ff02::1", True), ("fe80::1%eth0", True),
])
def test_which_addresses_are_private(address: str, expected: bool) -> None:
    assert is_private(address) == expected


def test_the_address_that_is_connected_to_is_checked_whatever_its_name_meant_before(
    site: Site, ask: Ask, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name server that rebinds: public to whoever asks first, this machine to whoever connects then."""
    said = ["93.184.215.14"]

    def resolve(host: str, port: Any, *_: Any, real: Callable[..., Any] = socket.getaddrinfo, **__: Any) -> Any:
        address = said.pop() if host == "rebinding.example" and said else "127.0.0.1"
        return real(address, port, type=socket.SOCK_STREAM)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setenv("NO_PROXY", "*")
    assert socket.getaddrinfo("rebinding.example", 80)[0][4][0] == "93.184.215.14"
    pulled = ask(site.url("/a.pdf").replace("127.0.0.1", "rebinding.example"))
    assert "127.0.0.1 is an address of a private network" in str(pulled.message)
    assert site.asked.total() == 0


# --- proxies


class Proxying(Answering):
    """A proxy that knows some hosts, and fetches nothing for real."""

    def do_GET(self) -> None:  # noqa: N802 -- as the standard library calls it
        self.server.asked[self.path] += 1
        self.close_connection = True
        self.server.routes.get(self.path, sends(404))(self)


@pytest.fixture
def proxy(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    site.RequestHandlerClass = Proxying
    monkeypatch.setenv("http_proxy", site.url(""))
    for name in ("NO_PROXY", "no_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    return site


def test_a_proxy_that_the_environment_names_is_used(proxy: Site, ask: Ask) -> None:
    proxy.routes["http://www.wangjiang.example/a.pdf"] = sends(200, PDF)
    assert ask("http://www.wangjiang.example/a.pdf").outcome == "new"
    assert dict(proxy.asked) == {"http://www.wangjiang.example/robots.txt": 1, "http://www.wangjiang.example/a.pdf": 1}


@pytest.mark.parametrize("host", ["127.0.0.2", "10.0.0.8", "localhost", "[::1]", "169.254.169.254"])
def test_a_redirect_to_a_private_address_is_refused_at_its_hop(proxy: Site, ask: Ask, host: str) -> None:
    proxy.routes["http://www.wangjiang.example/a.pdf"] = sends(302, Location=f"http://{host}/secret")
    proxy.routes[f"http://{host}/secret"] = sends(200, PDF)
    pulled = ask("http://www.wangjiang.example/a.pdf")
    assert pulled.outcome == "failed"
    assert "is an address of a private network" in str(pulled.message)
    assert not [asked for asked in proxy.asked if asked.startswith(f"http://{host}")]


# --- TLS


def old(folder: Path) -> ssl.SSLContext:
    """A server's context of long ago."""
    context = self_signed(folder)
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1")
@pytest.mark.parametrize(("make", "reason"), [(self_signed, "the server's certificate is not trusted"), (old, "no encrypted connection")])
def test_broken_encryption_is_an_error_with_a_hint_and_taken_by_the_source_that_says_so(
    site: Site, ask: Ask, tmp_path: Path, make: Callable[[Path], ssl.SSLContext], reason: str,
) -> None:
    site.socket = make(tmp_path).wrap_socket(site.socket, server_side=True)
    site.scheme = "https"
    site.routes["/a.pdf"] = sends(200, PDF)
    for said, outcome in (("internal: true", "failed"), ("internal: true, weak_tls: true", "new"), ("internal: true", "failed")):
        pulled = ask(site.url("/a.pdf"), said)
        assert (pulled.outcome, reason in str(pulled.message), "weak_tls: true" in str(pulled.message)) == (
            outcome, outcome == "failed", outcome == "failed")


def test_who_takes_weak_encryption_is_told_every_night(source: Callable[[str], Source], folder: Path) -> None:
    source("{address: 'https://old.example/a.pdf', weak_tls: true}\n      - {address: 'https://new.example/a.pdf'}")
    catalogue, _ = load_catalogue(folder)
    for _ in range(2):
        (told,) = unchecked(catalogue)
        assert told.startswith(f"{folder / 'tianhe.yaml'}:8: weak_tls: the certificate of https://old.example/a.pdf is not checked")
