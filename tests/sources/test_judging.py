"""What a server sends instead of a document, parts of one, or the same one again: told for what it is, and never kept as a version."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
import stamina
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.archive import Archive
from sources.hosts import once_per_site
from sources.naming import by_server, name_of
from sources.outcomes import RESTORED, VALIDATOR_LIES, Known, Limits, Pulled
from sources.pull import Fetcher, pull
from sources.schema import Source
from tests.sources.test_pull_http import ETAG, LAST_MODIFIED, Answering, Route, Site, files_in, in_turn, reset, sends, site

__all__ = ["site"]

PDF = b"%PDF-1.4\n" + b"1 0 obj <</Type/Catalog>> endobj\n" * 40 + b"trailer <</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
ROWS = "".join(f"<tr><td>{name}</td><td>{amount}.00</td><td>{amount}.00</td></tr>" for name, amount in (
    ("合计", 421), ("人员经费", 300), ("公用经费", 100), ("项目支出", 21)))
PAGE = (
    "<html><head><title>2024年部门预算</title></head><body><div id='nav'>首页</div>"
    f"<div class='content'><h1>2024年部门预算</h1>{{}}<table>{ROWS}</table></div></body></html>"
)
CHALLENGE = b"<html><head><script>var $_ts=window['$_ts'];$_ts.cd='qEh';</script><script src='/4QbVtADbnLVIc/d.FxJzG50F.js'></script></head></html>"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>" * 30)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _no_pauses_between_attempts() -> Iterator[None]:
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture
def ask(site: Site, source: Callable[[str], Source], archive: Archive, limits: Limits) -> Callable[..., Pulled]:
    """Pulls a path of the site that answers by a route, as one night of its own."""

    def ask(route: Route, known: Known | None = None, path: str = "/预算.pdf", limits: Limits = limits) -> Pulled:
        site.routes[httpx.URL(site.url(path)).raw_path.decode()] = route
        url = site.url(path)
        with Fetcher(archive, limits) as fetcher:
            (pulled,) = pull(source(f"{{address: '{url}'}}"), "npc", {url: known} if known else {}, fetcher)
        return pulled

    return ask


Ask = Callable[..., Pulled]


@pytest.mark.parametrize(("path", "body", "what"), [
    ("/预算.pdf", "<html><body><form>请输入验证码<input name=codeValue></form></body></html>", "a captcha where a file was promised"),
    ("/预算.xlsx", "<html><script>alert('非法下载');history.go(-1)</script></html>", "a refusal where a file was promised"),
    ("/预算.docx", "<html><title>统一身份认证</title><body><input type=password></body></html>", "a login page where a file was promised"),
    ("/预算.ofd", "<!DOCTYPE html><html><body><h1>望江区人民政府</h1>欢迎</body></html>", "a page where a file was promised"),
    ("/预算.xls", "<table><tr><td>您访问的页面不存在</td></tr></table>", "an error page where a file was promised"),
    ("/download.jsp?showname=预算.pdf", "<html><body>404</body></html>", "a page where a file was promised"),
    ("/预算.pdf", '{"code": 500, "msg": "系统异常"}', "JSON"),
    ("/getfile?id=7", '{"code": 500, "msg": "稍后再试"}', "JSON"),
    ("/预算.pdf", "illegal download", "a refusal"),
    ("/a.html", "<html><body>目录id已隐藏</body></html>", "an error page"),
    ("/a.html", "<html><head><title>x</title></head><body><div id='app'></div></body></html>", "an empty page"),
    ("/a.html", "<html><body>403 Forbidden</body></html>", "a refusal"),
])
def test_an_answer_of_200_that_is_not_the_document_is_no_version(ask: Ask, archive: Archive, path: str, body: str, what: str) -> None:
    pulled = ask(sends(200, body.encode()), path=path)
    assert (pulled.outcome, pulled.status, pulled.sha256) == ("failed", 200, None)
    assert f"what came is not the document but {what}" in str(pulled.message)
    assert files_in(archive) == []


def test_a_page_in_the_place_of_an_earlier_file_is_no_version_whatever_its_link_promised(ask: Ask, archive: Archive) -> None:
    known = Known(archive.keep(PDF))
    assert ask(sends(200, PAGE.format("").encode()), known, "/download.do?id=7").outcome == "failed"
    assert ask(sends(200), known, "/download.do?id=7").outcome == "failed"
    assert ask(sends(200, "附件正在转换，请稍后再试".encode()), known, "/download.do?id=7").outcome == "failed"
    assert len(files_in(archive)) == 1


@pytest.mark.parametrize(("path", "body"), [
    ("/a.html", PAGE.format("").encode()),
    ("/预算.xls", PAGE.format("").encode()),
    ("/预算.xls", b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><table></table></body></html>'),
    ("/a.html", "<html><body><p>请登录系统查看附件。</p>{}</body></html>".format("部门预算说明。" * 200).encode()),
    ("/预算.pdf", PDF), ("/预算.pdf", PDF + b"\0" * 2000), ("/预算.xlsx", zipped()), ("/预算.docx", PDF), ("/预算.txt", "预算".encode()),
    ("/预算.doc", rb"{\rtf1\ansi " + b"\\u39044?" * 9 + b"}"),
])
def test_a_document_is_a_document(ask: Ask, path: str, body: bytes) -> None:
    assert ask(sends(200, body), path=path).outcome == "new"


@pytest.mark.parametrize("text", ["本局今日召开会议。" * 5, "本局今日召开会议。" * 100])
def test_news_in_the_place_of_tables_is_no_version(ask: Ask, archive: Archive, text: str) -> None:
    known = Known(archive.keep(PAGE.format("").encode()))
    pulled = ask(sends(200, f"<html><body><h1>年度会议</h1><div class='content'>{text}</div></body></html>".encode()), known, "/a.html")
    assert (pulled.outcome, pulled.sha256) == ("failed", None)
    assert "a page without tables (“年度会议”)" in str(pulled.message)


def test_the_home_page_to_which_a_site_leads_on_is_no_document(ask: Ask, site: Site) -> None:
    site.routes["/"] = sends(200, PAGE.format("").encode())
    pulled = ask(sends(302, Location="/"), path="/a/2024.html")
    assert pulled.outcome == "failed"
    assert "home page" in str(pulled.message)


@pytest.mark.parametrize(("path", "body", "reason"), [
    ("/预算.pdf", PDF[:-20], "the PDF has no end"),
    ("/预算.xlsx", zipped()[:-40], "the ZIP, Word or Excel file has no end"),
    ("/a.html", PAGE.format("").encode()[:PAGE.format("").encode().find(b"</tr>") + 5], "the page ends within its table"),
    ("/a.html", PAGE.format("").encode()[:PAGE.format("").encode().find(b"</td>") + 3], "the page ends within a tag"),
    ("/a.html", "<html><body><p>{}".format("部门预算说明。" * 200).encode(), "the page has no end"),
    ("/a.html", "<html><body><div id='zoom'><div><p>{}</p></div>".format("部门预算说明。" * 200).encode(), "the page ends within its article"),
])
def test_what_is_cut_short_is_asked_again_and_never_kept(ask: Ask, site: Site, archive: Archive, path: str, body: bytes, reason: str) -> None:
    pulled = ask(sends(200, body), path=path)
    assert (pulled.outcome, site.asked.total()) == ("failed", 3)
    assert f"it is not whole: {reason}" in str(pulled.message)
    assert files_in(archive) == []
    whole = PDF if body.startswith(b"%PDF") else zipped() if body.startswith(b"PK") else PAGE.format("").encode()
    assert ask(in_turn(sends(200, body), sends(200, whole)), path=path).outcome == "new"


HOME = "<html><head><title>望江区人民政府</title></head><body>{}<ul>" + "".join(
    f"<li><a href='/n/{number}.html'>望江区{name}局2024年部门预算公开</a></li>" for number, name in enumerate("水林审体统教")) + "</ul>{}</body></html>"
UNCLOSED = PAGE.format("").replace("</body></html>", "")


def without_length(body: bytes) -> Route:
    def answer(request: Answering) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(body)
        request.close_connection = True

    return answer


@pytest.mark.parametrize(("body", "is_length_told", "outcome"), [
    (UNCLOSED, True, "new"),
    (UNCLOSED, False, "new"),                                                         # its article is closed
    (f"<html><body><table>{ROWS}</table>", True, "new"),
    (f"<html><body><table>{ROWS}</table>", False, "failed"),                          # more tables may have followed
    (f"<html><body><div class=content><div id=zoom><table>{ROWS}</table></div>", False, "new"),
    (f"<html><body><div class=content><table>{ROWS}</table>", True, "failed"),
    (f"<html><body><div id=zoom><script>'</div>'</script><table>{ROWS}</table>", True, "failed"),
])
def test_a_page_that_is_never_closed_is_whole_where_its_article_or_its_length_says_so(
    ask: Ask, body: str, is_length_told: bool, outcome: str,
) -> None:
    pulled = ask(sends(200, body.encode()) if is_length_told else without_length(body.encode()), path="/a.html")
    assert (pulled.outcome, bool(pulled.message)) == (outcome, outcome == "failed"), pulled.message


def test_the_home_page_in_place_of_a_document_is_no_version(ask: Ask, site: Site, archive: Archive) -> None:
    site.routes["/"] = sends(200, HOME.format("今天是2026年3月1日 星期日", "<p>浏览次数：7</p>").encode())
    sent = sends(200, HOME.format("今天是2026年3月2日 星期一", "<p>浏览次数：8</p>").encode())
    known = Known(archive.keep(PAGE.format("").encode()))
    pulled = ask(sent, known, "/a/2024.html")
    assert (pulled.outcome, pulled.status) == ("failed", 200)
    assert "not the document but the home page of the site" in str(pulled.message)
    assert len(files_in(archive)) == 1


@pytest.mark.parametrize("page", [
    PAGE.format(""),
    HOME.format("", f"<div class='content'><h1>望江区水务局2024年部门预算公开</h1><table>{ROWS}</table></div>"),    # of a site that shows all news everywhere
    HOME.format("<h1>望江区水务局2024年部门预算公开</h1>", "<p>根据上级要求，现将望江区水务局二〇二四年部门预算予以公开，全年收入四百二十一万元。</p>"),
])
def test_a_page_that_says_more_than_the_home_page_is_a_document(ask: Ask, site: Site, page: str) -> None:
    site.routes["/"] = sends(200, HOME.format("", "").encode())
    assert ask(sends(200, page.encode()), path="/a/2024.html").outcome == "new"


@pytest.mark.parametrize("route", [
    sends(412, CHALLENGE), sends(521), sends(468), sends(200, CHALLENGE), sends(202, CHALLENGE), sends(403, CHALLENGE), sends(503, CHALLENGE),
    sends(200, b"<html><script>document.cookie='__jsl_clearance='+x;location.reload()</script></html>"),
], ids=["412", "521", "468", "200", "202", "403", "503", "jsl"])
def test_a_challenge_is_blocked_after_one_attempt(ask: Ask, site: Site, archive: Archive, route: Route) -> None:
    pulled = ask(route, Known(archive.keep(PDF)))
    assert (pulled.outcome, pulled.sha256, site.asked.total()) == ("blocked", None, 1)
    assert "lets only browsers in" in str(pulled.message)


def test_a_site_that_lets_only_browsers_in_is_told_once_and_soon_left_alone(
    site: Site, source: Callable[[str], Source], archive: Archive,
) -> None:
    entries = []
    for number in range(12):
        site.routes[f"/{number}.pdf"] = sends(412, CHALLENGE)
        entries.append(source(f"{{address: '{site.url(f'/{number}.pdf')}'}}"))
    with Fetcher(archive, Limits(seconds=1, attempts=1)) as fetcher:
        told = once_per_site([one for entry in entries for one in pull(entry, "npc", {}, fetcher)])
    assert site.asked.total() == len(told) == 5    # those that were asked
    assert {one.outcome for one in told} == {"blocked"}
    assert [one.message for one in told if "7 more of its addresses were not asked" in str(one.message)] == [told[0].message]


@pytest.mark.parametrize(("before", "after"), [
    ("<p>浏览次数：121</p>", "<p>浏览次数：130</p>"),
    ("<p>今天是2026年3月1日 星期日</p>", "<p>今天是2026年3月2日 星期一</p>"),
    ("<script>var token='a8f'</script>", "<script>var token='b77'</script>"),
    ("<span id='nattach123'>14</span>", "<span id='nattach123'>15</span>"),
    ("<input type=hidden value=1>", "<input type=hidden value=2>"),
])
def test_a_page_with_another_counter_is_unchanged_and_not_kept_again(ask: Ask, archive: Archive, before: str, after: str) -> None:
    known = Known(archive.keep(PAGE.format(before).encode()))
    pulled = ask(sends(200, PAGE.format(after).encode()), known, "/a.html")
    assert (pulled.outcome, pulled.sha256) == ("unchanged", known.sha256)
    assert len(files_in(archive)) == 1


@pytest.mark.parametrize("change", [("421.00", "422.00"), ("人员经费", "人员支出"), ("<h1>2024年部门预算", "<h1>2024年部门预算（更正）")])
def test_a_page_with_another_figure_is_new(ask: Ask, archive: Archive, change: tuple[str, str]) -> None:
    page = PAGE.format("<p>浏览次数：121</p>")
    known = Known(archive.keep(page.encode()))
    assert ask(sends(200, page.replace(*change).encode()), known, "/a.html").outcome == "new"


def lies(request: Answering) -> None:
    """A file replaced in place whose validators stayed."""
    if request.headers["If-None-Match"] == ETAG:
        request.answer(304, ETag=ETAG)
    else:
        request.answer(200, PDF + b"%corrected\n%%EOF\n", ETag=ETAG, Last_Modified=LAST_MODIFIED)


def test_a_change_that_validators_hid_is_found_in_its_turn_and_told(ask: Ask, archive: Archive) -> None:
    known = Known(archive.keep(PDF), ETAG, LAST_MODIFIED)
    assert ask(lies, known, limits=Limits(seconds=1, full_every=10**9)).outcome == "unchanged"
    pulled = ask(lies, known, limits=Limits(seconds=1, full_every=1))
    assert (pulled.outcome, pulled.message) == ("new", VALIDATOR_LIES)


def test_an_original_that_has_rotted_is_found_in_its_turn_and_fetched_again(ask: Ask, archive: Archive) -> None:
    known = Known(archive.keep(PDF), ETAG, byte_count=len(PDF))
    archive.path(known.sha256).write_bytes(PDF[::-1])
    route = in_turn(sends(304, ETag=ETAG), sends(200, PDF, ETag=ETAG))
    assert ask(route, known, limits=Limits(seconds=1, full_every=10**9)).message is None
    pulled = ask(route, known, limits=Limits(seconds=1, full_every=1))
    assert (pulled.outcome, pulled.message) == ("unchanged", RESTORED)
    assert archive.read(known.sha256) == PDF


@settings(max_examples=20)
@given(every=st.integers(1, 40), start=st.dates(max_value=date(9000, 1, 1)), address=st.text(max_size=40))
def test_every_address_has_its_turn_once_in_so_many_nights(every: int, start: date, address: str) -> None:
    nights = [Limits(full_every=every, night=start + timedelta(days=day)) for day in range(every)]
    assert sum(limits.is_turn(address) for limits in nights) == 1


def test_the_turns_are_spread_evenly() -> None:
    turns = [sum(Limits(full_every=30, night=date(2026, 1, day)).is_turn(f"http://x.cn/{number}.pdf") for number in range(3000)) for day in range(1, 31)]
    assert 60 < min(turns) <= max(turns) < 150


def ranged(*, is_same: bool = True) -> Route:
    """Breaks off once, and sends the rest to those who ask for it."""

    def answer(request: Answering) -> None:
        if (wanted := request.headers["Range"]) and is_same:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            assert request.headers["If-Range"] == ETAG
            request.answer(206, PDF[start:], ETag=ETAG, Content_Range=f"bytes {start}-{len(PDF) - 1}/{len(PDF)}")
            return
        is_first = request.server.asked[request.path] == 1
        request.answer(200, PDF[:500] if is_first else PDF, ETag=ETAG, Accept_Ranges="bytes", Content_Length=str(len(PDF)))

    return answer


@pytest.mark.parametrize("is_same", [True, False], ids=["resumed", "asked anew"])
def test_a_download_that_breaks_off_goes_on_where_it_stopped(ask: Ask, archive: Archive, is_same: bool) -> None:
    pulled = ask(ranged(is_same=is_same))
    assert pulled.sha256 is not None
    assert archive.read(pulled.sha256) == PDF


def test_robots_txt_is_heeded(ask: Ask, site: Site) -> None:
    site.routes["/robots.txt"] = sends(200, b"User-agent: *\nDisallow: /private/\n")
    forbidden, allowed = ask(sends(200, PDF), path="/private/a.pdf"), ask(sends(200, PDF), path="/public/a.pdf")
    assert (forbidden.outcome, allowed.outcome) == ("failed", "new")
    assert "robots.txt asks not to fetch it" in str(forbidden.message)
    assert site.asked["/private/a.pdf"] == 0
    site.routes["/robots.txt"] = sends(503)
    assert "robots.txt cannot be had" in str(ask(sends(200, PDF), path="/public/a.pdf").message)
    site.routes["/robots.txt"] = sends(200, b"<html>404</html>")
    assert ask(sends(200, PDF), path="/public/b.pdf").outcome == "new"


@pytest.mark.parametrize("host", [
    "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "10.0.0.8", "100.64.0.1", "169.254.169.254", "[::1]",
    "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::10.0.0.8]", "[2002:7f00:1::1]", "[fe80::1]", "[fd00::1]",
])
def test_private_addresses_are_refused_unless_declared(
    site: Site, source: Callable[[str], Source], archive: Archive, host: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    address = f"http://{host}:{site.server_address[1]}/a.pdf"
    with Fetcher(archive, Limits(seconds=1, connect_seconds=1, attempts=1)) as fetcher:
        (pulled,) = pull(source(f"{{fiscal_year: 2024, address: '{address}'}}"), "npc", {}, fetcher)
    assert pulled.outcome == "failed"
    assert "internal: true" in str(pulled.message)
    assert site.asked.total() == 0


def test_a_host_that_fails_again_and_again_is_left_alone(site: Site, source: Callable[[str], Source], archive: Archive) -> None:
    with Fetcher(archive, Limits(seconds=1, attempts=1, breaker=3)) as fetcher:
        told = []
        for number in range(5):
            site.routes[f"/{number}.pdf"] = reset
            told += pull(source(f"{{address: '{site.url(f'/{number}.pdf')}'}}"), "npc", {}, fetcher)
    assert site.asked.total() == 3
    assert "failed 3 times in a row" in str(told[-1].message)


def test_a_host_that_has_sent_a_night_s_bytes_is_asked_no_more(site: Site, source: Callable[[str], Source], archive: Archive) -> None:
    with Fetcher(archive, Limits(seconds=1, host_bytes=2 * len(PDF))) as fetcher:
        outcomes = []
        for number in range(4):
            site.routes[f"/{number}.pdf"] = sends(200, PDF)
            outcomes += pull(source(f"{{address: '{site.url(f'/{number}.pdf')}'}}"), "npc", {}, fetcher)
    assert [one.outcome for one in outcomes] == ["new", "new", "failed", "failed"]
    assert site.asked.total() == 3


def test_requests_to_a_host_keep_their_distance_and_come_one_at_a_time(
    site: Site, folder: Path, source: Callable[[str], Source], archive: Archive,
) -> None:
    at: list[float] = []
    busy = threading.Lock()

    def timed(request: Answering) -> None:
        assert busy.acquire(blocking=False)
        at.append(time.monotonic())
        time.sleep(0.02)
        busy.release()
        request.answer(200, PDF)

    for number in range(4):
        site.routes[f"/{number}.pdf"] = timed
    with Fetcher(archive, Limits(seconds=2, delay=0.2)) as fetcher:
        entries = [source(f"{{address: '{site.url(f'/{number}.pdf')}'}}") for number in range(4)]
        threads = [threading.Thread(target=pull, args=(entry, "npc", {}, fetcher)) for entry in entries]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(at) == 4
    assert min(later - earlier for earlier, later in pairwise(at)) >= 0.15


def test_a_site_gets_back_its_cookies_and_nobody_else_s(site: Site, ask: Ask) -> None:
    def guarded(request: Answering) -> None:
        if "CT6T=1" in (request.headers["Cookie"] or ""):
            request.answer(200, PDF)
        else:
            request.answer(302, Location=request.path, Set_Cookie="CT6T=1; path=/")

    assert ask(guarded).outcome == "new"
    assert site.asked.total() == 2


def test_headers_that_drip_meet_their_own_deadline(ask: Ask) -> None:
    def drips(request: Answering) -> None:
        for _ in range(100):
            request.wfile.write(b"HTTP/1.1 102 Processing\r\n\r\n")
            time.sleep(0.05)

    pulled = ask(drips, limits=Limits(seconds=1, attempts=1, headers_seconds=0.5))
    assert "no whole headers within 0.5 seconds" in str(pulled.message)


@pytest.mark.parametrize(("value", "name"), [
    ("attachment; filename*=UTF-8''2024%E5%B9%B4%E9%A2%84%E7%AE%97.pdf", "2024年预算.pdf"),
    ("attachment; filename*=GB18030''%D4%A4%CB%E3.xls; filename=x.xls", "预算.xls"),
    ('attachment; filename="2024年预算.pdf"', "2024年预算.pdf"),
    ("attachment; filename=" + "预算.xls".encode("gbk").decode("latin-1"), "预算.xls"),
    ('attachment; filename="%E9%A2%84%E7%AE%97.pdf"', "预算.pdf"),
    ('attachment; filename="../../etc/passwd.pdf"', "passwd.pdf"),
    ("attachment; filename*=UTF-8''..%2F..%2Fa%00b.pdf", "ab.pdf"),
    ('attachment; filename="C:\\\\Users\\\\x\\\\预算.doc"', "预算.doc"),
    ("inline", "x.net"),
])
def test_the_name_that_a_server_gives(value: str, name: str) -> None:
    assert name_of("https://x.net/module/download/downfile.jsp?classid=0", by_server({"content-disposition": value})) == name


@pytest.mark.parametrize(("url", "link", "name"), [
    ("https://x.cn/downfile.jsp?classid=0&showname=2024%E5%B9%B4%E9%A2%84%E7%AE%97.pdf&filename=abc.pdf", None, "2024年预算.pdf"),
    ("https://x.cn/downfile.jsp?classid=0&showname=%D4%A4%CB%E3.xls", None, "预算.xls"),
    ("https://x.cn/P02024.pdf", "附件1：2024年部门预算", "附件1：2024年部门预算.pdf"),
    ("https://x.cn/P02024.pdf", "附件1：2024年部门预算.pdf", "附件1：2024年部门预算.pdf"),
    ("https://x.cn/a/%E9%A2%84%E7%AE%97.pdf", None, "预算.pdf"),
    ("https://x.cn/file-download?fileUrl=/cms_files/x/abc.xls", None, "abc.xls"),
])
def test_the_name_that_an_address_and_its_link_give(url: str, link: str | None, name: str) -> None:
    assert name_of(url, None, link) == name
