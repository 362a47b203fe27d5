"""The same 25 publications behind the lists of different systems, each rebuilt as a small site that answers as the real one does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from sources.archive import Archive
from sources.memory import Memory
from sources.outcomes import Known, Limits, Pulled
from sources.pull import Fetcher, pull
from sources.schema import Source

ROWS, PER_PAGE = 25, 10
TITLES = [f"望江区{name}局{year}年部门{stage}公开" for name in ("水务", "林业", "审计", "体育", "统计") for year, stage in (
    (2024, "预算"), (2023, "决算"), (2023, "预算"), (2022, "决算"), (2022, "预算"))]
FALSE = "望江区水务局2024年部门预算编制培训通知"


@dataclass
class Asked:
    """One request to a site."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    body: str
    referer: str | None
    host: str

    def number(self, name: str) -> int:
        return int({**self.query, **self.form}[name])


@dataclass
class Answer:
    body: str | bytes
    status: int = 200
    kind: str = "text/html; charset=utf-8"


@dataclass
class Site:
    """A site: its lists by path; articles, files and everything else are the same for all."""

    entry: str
    lists: dict[str, Callable[[Asked], Answer | str]]
    articles: Callable[[int], str] = lambda number: f"/art/2024/art_77388_{number}.html"
    files: Callable[[int], str] = lambda number: f"/files/{number:032x}.pdf"
    yaml: str = ""
    log: list[Asked] = field(default_factory=list)
    url: str = ""

    def answer(self, asked: Asked) -> Answer:
        self.log.append(asked)
        if asked.path == "/robots.txt":
            return Answer("", 404)
        if listed := self.lists.get(asked.path):
            found = listed(asked)
            return Answer(found) if isinstance(found, str) else found
        for number, title in enumerate([*TITLES, FALSE]):
            if asked.path == self.articles(number):
                return Answer(f'<h1>{title}</h1><p>发布时间：2024-02-08</p><div id="zoom"><p><a href="{self.files(number)}">附件：{title}</a></p></div>'
                              '<div class="xglj"><a href="/files/999.pdf">2019年部门预算</a></div>')
            if asked.path == urlsplit(self.files(number)).path and asked.query == dict(parse_qsl(urlsplit(self.files(number)).query)):
                return Answer(f"%PDF-1.4 {title} %%EOF".encode(), kind="application/pdf")
        return Answer("<h1>望江区人民政府</h1><ul>" + "".join(    # the home page, also for what is not there
            f'<li><a href="/news/{n}.html">望江区教育局2024年部门预算公开</a><span>2024-02-08</span></li>' for n in range(3)) + "</ul>")

    def rows(self, page: int, row: str, size: int = PER_PAGE) -> list[str]:
        """The rows of a page (from 0) with {url}, {title}, {cut} and {date}; the false friend is on the second."""
        found = [*enumerate(TITLES)][page * size:(page + 1) * size]
        if page == 1:
            found.append((ROWS, FALSE))
        return [row.format(url=self.articles(n), title=title, cut=title[:10] + "…", date=f"2024-02-{n % 28 + 1:02d}") for n, title in found]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Site], Site]]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    servers: list[ThreadingHTTPServer] = []

    def start(site: Site) -> Site:
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                parts = urlsplit(self.path)
                text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                query, form = (dict(parse_qsl(part, keep_blank_values=True)) for part in (parts.query, text))
                asked = Asked(self.command, unquote(parts.path), query, form, text, self.headers.get("Referer"), self.headers["Host"])
                answer = site.answer(asked)
                body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer  # noqa: N815 -- as the standard library calls them

            def log_message(self, *_: Any) -> None:
                """Keeps the test's output for the test."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        site.url = f"http://127.0.0.1:{server.server_address[1]}"
        return site

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


Night = Callable[..., list[Pulled]]


@pytest.fixture
def night(source: Callable[[str], Source], archive: Archive, tmp_path: Path) -> Night:
    """Pulls a site for one night; later nights know what earlier ones found."""
    known: dict[str, Known] = {}

    def one(site: Site) -> list[Pulled]:
        entry = source(f"{{address: '{site.url}{site.entry}', kind: list{site.yaml}}}")
        limits = Limits(seconds=3, attempts=1, full_every=10**9)    # see `limits` in conftest.py
        with Fetcher(archive, limits, memory=Memory(tmp_path / "pages")) as fetcher:
            pulled = pull(entry, "npc", known, fetcher)
        known.update({one.address: Known(one.sha256, one.etag, one.last_modified) for one in pulled if one.sha256})
        return pulled

    return one


def page(rows: list[str], more: str = "") -> str:
    return f'<html><head><title>部门预决算</title></head><body><div class="nav"><a href="/">首页</a></div><ul>{"".join(rows)}</ul>{more}</body></html>'


LINE = '<li><a href="{url}" title="{title}">{cut}</a><span>{date}</span></li>'


def numbered(stem: str, ending: str, first: int, call: str) -> dict[str, Callable[[Asked], str]]:
    """Static pages that say where they are by a call."""
    def listed(number: int) -> Callable[[Asked], str]:
        return lambda _: page(SITE[0].rows(number, LINE), f"<script>//createPageHTML(99, 0, 'x', 'html')\n{call.format(current=number + first)}</script>")
    names = [f"{stem}.{ending}", *(f"{stem}_{number + first}.{ending}" for number in (1, 2))]
    return {name: listed(number) for number, name in enumerate(names)}


SITE: list[Site] = []    # the site that is being served, for its lists


def hanweb() -> Site:
    def record(rows: list[str], number: int) -> str:
        after = f'<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page={number}&webid=12&path=http://x/&columnid=55&unitid=77&webname=w&permissiontype=0"></a>]]></nextgroup>'
        return f"<datastore>{after}<recordset>{''.join(f'<record><![CDATA[{row}]]></record>' for row in rows)}</recordset></datastore>"

    def proxy(asked: Asked) -> Answer:
        if asked.query.get("columnid") != "55" or not asked.referer:
            return Answer("<datastore></datastore>")
        return Answer(record(SITE[0].rows(asked.number("page"), LINE), asked.number("page") + 1), kind="text/xml")

    entry = "/col/col55/index.html"
    return Site(entry, {
        entry: lambda _: page([], f'<div id="77"><script type="text/xml">{record(SITE[0].rows(0, LINE), 1)}</script></div>'),
        "/module/web/jpage/dataproxy.jsp": proxy,
    }, files=lambda n: f"/module/download/downfile.jsp?classid=0&showname=a.pdf&filename={n:032x}.pdf")


def hanweb_xxgk() -> Site:
    def search(asked: Asked) -> str:
        row = '<tr class="tr_main_value_odd"><td><a href="{url}">{title}</a></td><td>{date}</td></tr>'
        rows = SITE[0].rows(asked.number("currpage") - 1, row)
        other = '<tr><td><a href="/art/2024/art_111_1.html">望江区教育局2024年部门预算公开</a></td></tr>'
        return f"<table>{''.join(rows)}{other}</table>共3页" if asked.form.get("infotypeId") == "D001-A001" else ""

    return Site("/col/col77388/index.html?number=D001-A001", {
        "/col/col77388/index.html": lambda _: page([], '<div id="div1229"></div><script src="/module/xxgk/js/x.js"></script>'),
        "/module/xxgk/search.jsp": search,
    })


def ucap() -> Site:
    def search(asked: Asked) -> Answer:
        row = '{{"title": "{title}", "url": "//HOST{url}", "publishedTimeStr": "{date} 10:00:00"}}'
        rows = ",".join(SITE[0].rows(asked.number("page") - 1, row)).replace("HOST", asked.host)
        return Answer(f'{{"data": {{"total": 25, "page": 1, "rows": 10, "results": [{rows}]}}}}', kind="application/json")

    return Site("/xinshao/zfysjs/list.shtml", {
        "/xinshao/zfysjs/list.shtml": lambda _: '<meta name="channelid" content="9f3e"><title>部门预决算</title><div id="UCAP-CONTENT"></div>',
        "/searchList/9f3e": search,
    }, articles=lambda n: f"/xinshao/zfjsgkr/202411/{n:032x}.shtml")


def longxun() -> Site:
    def label(asked: Asked) -> str:
        is_right = (asked.query.get("organId"), asked.query.get("catId"), asked.query.get("siteId")) == ("7071", "6717012", "6795621")
        return "<ul class='xxgk_nav_list'>" + "".join(SITE[0].rows(asked.number("pageIndex") - 1, "<li><a href='{url}'>{cut}</a><span>{date}</span></li>")) + "</ul>" if is_right else ""

    return Site("/public/column/7071?type=4&catId=6717012&action=list", {
        "/public/column/7071": lambda _: page([], "<script>var siteId = '6795621'; pageCount:3</script>"),
        "/site/label/8888": label,
    }, articles=lambda n: f"/public/7071/{n + 12345}.html", files=lambda n: f"/group6/M00/00/{n:02d}/x.docx")


def epoint() -> Site:
    def rest(asked: Asked) -> Answer:
        wanted = json.loads(asked.body)
        if asked.method != "POST" or (wanted["categorynum"], wanted["siteGuid"], wanted["deptcode"]) != ("002003", "7eb5-f7f1", "11320"):
            return Answer('{"custom": {"data": []}}', kind="application/json")
        row = '{{"infourl": "{url}", "realtitle": "{title}", "title": "<em>{cut}</em>", "infodate": "{date}"}}'
        return Answer(f'{{"custom": {{"data": [{",".join(SITE[0].rows(int(wanted["pageIndex"]), row))}]}}}}', kind="application/json")

    return Site("/govxxgk/11320/govInfoPub.html?deptcode=11320&categorynum=002003", {
        "/govxxgk/11320/govInfoPub.html": lambda _: page([], '<script src="/js/webBuilderCommon.js"></script><div id="EWB-FRONT"></div>'),
        "/js/webBuilderCommon.js": lambda _: 'var webBuilder = {siteGuid: "7eb5-f7f1"}',
        "/EWB-FRONT/rest/lightfrontaction/getgovinfolist": rest,
    }, articles=lambda n: f"/govxxgk/11320/2024/{n:08d}-a.html")


def jpaas() -> Site:
    def unit(asked: Asked) -> Answer:
        number = json.loads(asked.query["paramJson"])["pageNo"]
        is_right = (asked.query["webId"], asked.query["pageId"], asked.query["tagId"]) == ("w1", "66", "信息列表")
        html = "".join(SITE[0].rows(number - 1, LINE)) if is_right else ""
        return Answer(json.dumps({"success": True, "data": {"html": html}}), kind="application/json")

    return Site("/col/col66/index.html", {
        "/col/col66/index.html": lambda _: page([], """<div querydata="{'webId':'w1','pageId':'66','parseType':'bulidstatic','tplSetId':'s9','tagId':'信息列表'}"></div>"""),
        "/api-gateway/jpaas-publish-server/front/page/build/unit": unit,
    }, articles=lambda n: f"/col/col66/art/2026/art_{n:032x}.html")


def truecms() -> Site:
    def message(asked: Asked) -> Answer:
        if not asked.referer or asked.query["perpage"] != "20":
            return Answer("", 404)
        rows = SITE[0].rows((asked.number("startrecord") - 1) // 20, LINE, size=20)
        return Answer(f"cb(<datastore>{''.join(f'<record><![CDATA[{row}]]></record>' for row in rows)}</datastore>)", kind="text/javascript")

    return Site("/jsj/ysjs/ysjs.html", {
        "/jsj/ysjs/ysjs.html": lambda _: page([], "<div id='initData' style='display:none'></div><script>columnId='3f2a-11aa'; url='/truecms/messageController/getMessage.do'</script>"),
        "/truecms/messageController/getMessage.do": message,
    }, articles=lambda n: f"/jsj/ysjs/content/{n:08d}.html")


def jiangsu() -> Site:
    """A platform that answers to POST only: department → template → files; its shell says nothing."""
    def department(asked: Asked) -> Answer:
        names = list(dict.fromkeys(title[3:6] for title in TITLES)) if asked.method == "POST" and asked.form["pid"] == "122" else []
        return Answer(json.dumps([{"iid": n, "name": f"望江区{name}", "pid": 122} for n, name in enumerate(names)]))

    def items(asked: Asked) -> Answer:
        key = f"{asked.form['groupid']}-{asked.form['typeid']}-{asked.form['date']}" if asked.form.get("page_num") == "1" else None
        return Answer(json.dumps({"budgetTemplates": [{"uuid": key}] if key else []}))

    def files(asked: Asked) -> Answer:
        group, kind, year = asked.form["uuid"].strip("'").split("-")
        stage = {"1": "预算", "2": "决算"}[kind]
        return Answer(json.dumps([
            {"iid": n, "t_oldname": f"{title}.pdf", "t_uploaddate": "2024-02-08"} for n, title in enumerate(TITLES)
            if n // 5 == int(group) and f"{year}年部门{stage}" in title]))

    return Site("/#/home?pid=122", {
        "/": lambda _: '<html><head><title>预决算公开</title></head><body><div id="app"></div><script src="/static/app.js"></script></body></html>',
        "/static/app.js": lambda _: 'post("/front/department/getdepartmentname.do"); post("/front/budgetfinal/itemsandpag.do")',
        "/front/department/getdepartmentname.do": department,
        "/front/budgetfinal/itemsandpag.do": items,
        "/front/budgetfinal/getTemporaryFiles.do": files,
    }, files=lambda n: f"/front/budgetfinal/download.do?iid={n}", yaml=", values: {year: '2024'}")


def declared() -> Site:
    """A list of nobody's system, declared in its entry."""
    def rows(asked: Asked) -> Answer:
        return Answer('{"d": {"list": [' + ",".join(SITE[0].rows(asked.number("p"), '{{"t": "{title}", "u": "{url}", "on": "{date}"}}')) + "]}}")

    return Site("/gk/?dept=17", {"/gk/": lambda _: page([]), "/gk/rows": rows},
                yaml=", data: {address: 'rows?d={dept}&p={page}', first: 0, items: d.list, title: t, link: u, date: on}")


def nfcms() -> Site:
    links = '<div class="page">{}</div>'
    def listed(number: int) -> Callable[[Asked], str]:
        following = f'<a href="index_{number + 2}.html">下一页</a>' if number < 2 else '<a href="javascript:;">下一页</a>'
        return lambda _: page(SITE[0].rows(number, LINE), links.format(following))
    return Site("/gk/ysjs/", {"/gk/ysjs/": listed(0), "/gk/ysjs/index_2.html": listed(1), "/gk/ysjs/index_3.html": listed(2)},
                articles=lambda n: f"/gk/ysjs/content/post_{n + 1669527}.html")


def silent() -> Site:
    """Pages that say nothing of each other: the second is tried, and what is no list of this column is not taken."""
    def listed(number: int) -> Callable[[Asked], str]:
        return lambda _: page(SITE[0].rows(number, LINE))
    return Site("/czxx/ysjs/", {f"/czxx/ysjs/{name}": listed(number) for number, name in enumerate(("", "index_1.html", "index_2.html"))},
                articles=lambda n: f"/czxx/ysjs/202402/t20240208_{n}.html")


def shell() -> Site:
    """A column page that only frames its list."""
    site = silent()
    site.lists = {name.replace("/czxx/ysjs/", "/frame/"): listed for name, listed in site.lists.items()}
    site.lists["/czxx/ysjs/"] = lambda _: page([], '<iframe src="/frame/"></iframe>')
    return site


def button(number: int) -> str:
    address = f"{'czyjs/' if number == 0 else ''}{2 - number}.htm"
    more = f"""<button onclick="location.href='{address}'">下一页</button>""" if number < 2 else ""
    return page(SITE[0].rows(number, LINE), f"<p>共3页 第{number + 1}页 {more}</p>")


def buttons() -> Site:
    """Numbers that count backwards, which only the script of a button says."""
    return Site("/gk/czyjs.htm", {
        "/gk/czyjs.htm": lambda _: button(0), "/gk/czyjs/2.htm": lambda _: button(1), "/gk/czyjs/1.htm": lambda _: button(2),
    }, articles=lambda n: f"/info/9/{n}.htm")


def called() -> Site:
    """Page numbers that a call says, and a script that makes the address of it."""
    def listed(asked: Asked) -> str:
        number = int(asked.query.get("pageNo", "0"))
        rows = SITE[0].rows(number, LINE) if number < 3 else ['<li><a href="/news/1.html">望江区教育局2024年部门预算公开</a></li>']
        return page(rows, f"""<a href="javascript:void(0)" onclick="goPage({number + 1})">下一页</a>
            <script>function goPage(n) {{ location.href = "list.php?pageNo=" + n; }}</script>""")

    return Site("/open/list.php", {"/open/list.php": listed}, articles=lambda n: f"/open/show/{n}.html")


def by_numbers() -> Site:
    """A pager of nothing but numbers."""
    def listed(number: int) -> Callable[[Asked], str]:
        numbers = "".join(f'<a href="/gk/p-{n}/">{n}</a>' for n in (3, 2, 1) if n != number + 1)
        return lambda _: page(SITE[0].rows(number, LINE), f"<div>{numbers}</div>")

    return Site("/gk/p-1/", {f"/gk/p-{number + 1}/": listed(number) for number in range(3)}, articles=lambda n: f"/gk/a/{n}.html")


def ucap_static() -> Site:
    return Site("/xs/list.shtml", numbered("/xs/list", "shtml", 1, "createPageHTML('page_div', 3, {current}, 'list', 'shtml', 25)"),
                articles=lambda n: f"/xs/2024/c/{n:032x}.shtml")


def trs() -> Site:
    return Site("/czj/czyjs/index.html", numbered("/czj/czyjs/index", "html", 0, 'createPageHTML(3, {current}, "index", "html");'),
                articles=lambda n: f"/czj/czyjs/202402/t20240208_{n}.html", files=lambda n: f"/czj/czyjs/202402/P0{n:019d}.xls")


SYSTEMS = [hanweb, hanweb_xxgk, ucap, longxun, epoint, jpaas, truecms, declared, nfcms, silent, shell, ucap_static, trs, buttons, called, by_numbers]


@pytest.mark.parametrize("make", SYSTEMS, ids=lambda make: make.__name__)
def test_every_publication_of_a_list_is_taken_and_nothing_else(make: Callable[[], Site], serve: Callable[[Site], Site], night: Night) -> None:
    site = serve(make())
    SITE[:] = [site]
    pulled = night(site)
    assert {one.address: one.publication_title for one in pulled if one.outcome == "new"} == {
        site.url + site.files(number): title for number, title in enumerate(TITLES)}
    assert [one.message for one in pulled if one.outcome != "new"] == []
    assert {(one.fiscal_year, one.stage) for one in pulled} == {(2024, "budget"), (2023, "final"), (2023, "budget"), (2022, "final"), (2022, "budget")}

    site.log.clear()
    assert {one.outcome for one in night(site)} == {"unchanged"}
    articles = [asked.path for asked in site.log if asked.path in {site.articles(number) for number in range(ROWS)}]
    assert len(articles) <= 5    # those whose turn it is; the list itself is not walked


def test_a_list_that_says_it_has_more_pages_than_are_found_is_told(serve: Callable[[Site], Site], night: Night) -> None:
    site = serve(Site("/gk/", {"/gk/": lambda _: page(SITE[0].rows(0, LINE), "<p>第1页 共3页 <a class='more'>下一页</a></p>")}))
    SITE[:] = [site]
    for outcome in ("new", "unchanged"):
        pulled = night(site)
        assert [one.outcome for one in pulled if one.outcome != "failed"] == [outcome] * PER_PAGE
        ((address, message),) = [(one.address, str(one.message)) for one in pulled if one.outcome == "failed"]
        assert address == f"{site.url}/gk/"
        assert "the list says “第1页 共3页”" in message


@pytest.mark.parametrize("link", [
    '<a href="/upload/down.do?f={n}">{title}.pdf</a>',
    """<a href="javascript:;" onclick="fetchFile('/upload/download.do?f={n}')">附件下载</a>""",
    """<a href="javascript:fetchFile('/upload/download.do?f={n}', 'x')">附件下载</a>""",
])
def test_a_file_of_an_article_whose_address_has_no_ending_is_taken(serve: Callable[[Site], Site], night: Night, link: str) -> None:
    def article(asked: Asked) -> str:
        number = int(asked.path.removeprefix("/a/").removesuffix(".html"))
        return f"<h1>{TITLES[number]}</h1><div id='zoom'>{link.format(n=number, title=TITLES[number])}</div>"

    def file(asked: Asked) -> Answer:
        return Answer(f"%PDF-1.4 {asked.query['f']} %%EOF".encode())

    lists: dict[str, Callable[[Asked], Answer | str]] = {f"/a/{number}.html": article for number in range(PER_PAGE)}
    lists |= {"/gk/": lambda _: page(SITE[0].rows(0, LINE)), "/upload/down.do": file, "/upload/download.do": file}
    site = serve(Site("/gk/", lists, articles=lambda n: f"/a/{n}.html"))
    SITE[:] = [site]
    assert [one.publication_title for one in night(site) if one.outcome == "new"] == TITLES[:PER_PAGE]


def test_a_row_that_leads_to_a_file_at_once_is_taken_whatever_its_address(serve: Callable[[Site], Site], night: Night) -> None:
    lists: dict[str, Callable[[Asked], Answer | str]] = {"/get": lambda asked: Answer(f"%PDF-1.4 {asked.query['id']} %%EOF".encode())}
    lists["/gk/"] = lambda _: page([LINE.format(url="/get?id=7", title=TITLES[0], cut=TITLES[0], date="2024-02-08")])
    site = serve(Site("/gk/", lists))
    for outcome in ("new", "unchanged"):
        assert [(one.address, one.outcome) for one in night(site)] == [(f"{site.url}/get?id=7", outcome)]


def test_a_platform_that_answers_to_post_only_gives_its_files(serve: Callable[[Site], Site], night: Night) -> None:
    site = serve(jiangsu())
    SITE[:] = [site]
    pulled = night(site)
    assert {one.address: (one.publication_title, one.outcome) for one in pulled} == {
        site.url + site.files(number): (f"{title}.pdf", "new") for number, title in enumerate(TITLES) if "2024" in title}


def test_a_list_that_is_empty_for_an_hour_takes_nothing_down(serve: Callable[[Site], Site], night: Night) -> None:
    site = serve(trs())
    SITE[:] = [site]
    before = {one.address for one in night(site)}
    full = dict(site.lists)
    site.lists = {"/czj/czyjs/index.html": lambda _: page([])}
    assert {one.address: one.outcome for one in night(site)} == dict.fromkeys(before, "unchanged")
    site.lists = full
    assert {one.address: one.outcome for one in night(site)} == dict.fromkeys(before, "unchanged")


def test_a_list_whose_links_change_order_is_unchanged(serve: Callable[[Site], Site], source: Callable[[str], Source], archive: Archive, tmp_path: Path) -> None:
    site = serve(trs())
    SITE[:] = [site]
    entry = source(f"{{address: '{site.url}{site.entry}', kind: list}}")
    with Fetcher(archive, Limits(seconds=3, attempts=1, full_every=10**9), memory=Memory(tmp_path / "pages")) as fetcher:
        before = pull(entry, "npc", {}, fetcher)
        known = {one.address: Known(str(one.sha256), one.etag, one.last_modified) for one in before}
        site.lists[site.entry] = lambda _: page(site.rows(0, LINE)[::-1], '<script>createPageHTML(3, 0, "index", "html");</script>')
        site.log.clear()
        assert {one.address: one.outcome for one in pull(entry, "npc", known, fetcher)} == dict.fromkeys(known, "unchanged")
    pages = [asked.path for asked in site.log if asked.path.endswith(".html")]
    assert pages == [site.entry]


def test_an_article_that_fails_is_asked_again_though_its_list_is_the_same(serve: Callable[[Site], Site], night: Night) -> None:
    site = serve(trs())
    SITE[:] = [site]
    broken = site.articles(20)
    site.lists[broken] = lambda _: Answer("busy", 403)
    assert [(one.address, one.outcome) for one in night(site) if one.outcome != "new"] == [(site.url + broken, "failed")]
    del site.lists[broken]
    assert [one.address for one in night(site) if one.outcome == "new"] == [site.url + site.files(20)]


def test_only_a_new_row_is_asked_for_when_a_list_grows(serve: Callable[[Site], Site], night: Night) -> None:
    site = serve(trs())
    SITE[:] = [site]
    night(site)
    grown = page([*site.rows(0, LINE), '<li><a href="/czj/czyjs/202403/t1.html">望江区水务局2025年部门预算公开</a><span>2025-02-01</span></li>'],
                 '<script>createPageHTML(3, 0, "index", "html");</script>')
    site.lists["/czj/czyjs/index.html"] = lambda _: grown
    site.lists["/czj/czyjs/202403/t1.html"] = lambda _: '<div class="TRS_Editor"><a href="./P01.xls">附件</a></div>'
    site.lists["/czj/czyjs/202403/P01.xls"] = lambda _: Answer(b"xls")
    assert [one.address for one in night(site) if one.outcome == "new"] == [f"{site.url}/czj/czyjs/202403/P01.xls"]


BODIES = ["望江区水务局", "望江区林业局", "望江区审计局"]


def shanghai() -> Site:
    """Group → body → files, each level a page; the year stands in the platform's address, files have names without endings."""
    def level(*rows: tuple[str, str], more: str = "") -> Callable[[Asked], str]:
        items = "".join(f'<li><a href="{href}" title="{title}">{title[:6]}…</a></li>' for href, title in rows)
        return lambda _: page([], f'<h1>市级部门预算公开</h1><div class="top"><div class="rt-yus trout-region-list"><ul>{items}</ul></div></div>'
                                  f'<ul><li><a href="/jrbm/index.html">其他栏目</a></li></ul>{more}')

    root = "/bmys-24-001"
    files = {"/cmsres/1.pdf": "part", "/cmsres/2.pdf": "whole", "/cmsres/3.pdf": "home", "/cmsres/4.pdf": "park"}
    return Site(f"{root}/index.html", {
        f"{root}/index.html": level((f"{root}/g1/index.html", "政府部门"), (f"{root}/g2/index.html", "其他"), ("http://else.example/", "浦江区")),
        f"{root}/g1/index.html": level((f"{root}/swj/index.html", BODIES[0]), more=f'<a href="{root}/g1/index_1.html">下一页</a>'),
        f"{root}/g1/index_1.html": level((f"{root}/lyj/index.html", BODIES[1])),
        f"{root}/g2/index.html": level((f"{root}/jt/index.html", "望江区城投集团")),
        f"{root}/swj/index.html": level(("/cmsres/1.pdf", "附件1"), ("/cmsres/2.pdf", "望江区水务局2024年部门预算")),
        f"{root}/lyj/index.html": level(("/cmsres/3.pdf", "望江区苗圃2024年度单位预算")),
        f"{root}/jt/index.html": level(("/cmsres/4.pdf", "2024年单位预算")),
        **{path: (lambda _, said=said: Answer(f"%PDF-1.4 {said} %%EOF".encode(), kind="application/pdf")) for path, said in files.items()},
    }, yaml=", serves: region")


def by_region() -> Site:
    """A platform of no known system: region → department → year by codes in the query, articles behind the years."""
    def listed(*rows: tuple[str, str]) -> str:
        return page([f'<li><a href="{href}">{title}</a></li>' for href, title in rows], '<li><a href="/main?gklb=9">公开指南</a></li>')

    def main(asked: Asked) -> str:
        wanted = asked.query
        if "year" in wanted:
            numbers = [n for n, title in enumerate(TITLES) if n // 5 == int(wanted["dept"]) and f"{wanted['year']}年" in title]
            return page([f'<li><a href="{SITE[0].articles(n)}">{"部门决算" if "决算" in TITLES[n] else "部门预算"}</a></li>' for n in numbers])
        if "dept" in wanted:
            return listed(*((f"/main?XZQH=3302&dept={wanted['dept']}&year={year}", f"{year}年") for year in (2024, 2023, 2022)))
        return listed(*((f"/main?XZQH=3302&dept={n}", name) for n, name in enumerate(BODIES))) if "XZQH" in wanted else page([])

    return Site("/main?XZQH=3302", {"/main": main}, yaml=", serves: region, values: {steps: body year}")


def identified(published: str, _: str | None, __: int | None) -> str | None:
    return f"dept-{BODIES.index(published)}" if published in BODIES else None


@pytest.fixture
def district(source: Callable[[str], Source], archive: Archive, tmp_path: Path) -> Night:
    """Pulls a platform whose departments the catalogue has, but for the state's companies."""
    known: dict[str, Known] = {}

    def one(site: Site) -> list[Pulled]:
        entry = source(f"{{address: '{site.url}{site.entry}', kind: list{site.yaml}}}")
        limits = Limits(seconds=3, attempts=1, full_every=10**9)
        with Fetcher(archive, limits, memory=Memory(tmp_path / "pages"), identify=identified) as fetcher:
            pulled = pull(entry, "finance", known, fetcher, "330203")
        known.update({one.address: Known(one.sha256, one.etag, one.last_modified) for one in pulled if one.sha256})
        return pulled

    return one


def test_a_platform_of_three_levels_gives_each_department_its_files(serve: Callable[[Site], Site], district: Night) -> None:
    site = serve(shanghai())
    SITE[:] = [site]
    for outcome in ("new", "unchanged"):    # the second night goes by what the first one remembers
        told = {one.address.removeprefix(site.url): one for one in district(site)}
        assert {path: (one.outcome, one.department_id, one.is_matched, one.fiscal_year, one.stage) for path, one in told.items()} == {
            "/cmsres/1.pdf": (outcome, "dept-0", True, 2024, "budget"),
            "/cmsres/2.pdf": (outcome, "dept-0", True, 2024, "budget"),
            "/cmsres/3.pdf": (outcome, "dept-1", True, 2024, "budget"),    # a unit's, on its department's page
            "/cmsres/4.pdf": (outcome, "finance", False, 2024, "budget"),
        }
    assert {asked.path for asked in site.log}.isdisjoint({"/jrbm/index.html"})
    assert told["/cmsres/4.pdf"].message is None

    grown = site.lists["/bmys-24-001/lyj/index.html"](site.log[0])    # of a department on the second page of its unchanged group
    site.lists["/bmys-24-001/lyj/index.html"] = lambda _: str(grown).replace("3.pdf", "5.pdf")
    site.lists["/cmsres/5.pdf"] = lambda _: Answer(b"%PDF-1.4 later %%EOF", kind="application/pdf")
    assert [(one.address, one.department_id) for one in district(site) if one.outcome == "new"] == [(f"{site.url}/cmsres/5.pdf", "dept-1")]


def test_a_body_that_the_catalogue_does_not_have_is_proposed_with_its_name(serve: Callable[[Site], Site], district: Night) -> None:
    site = serve(shanghai())
    SITE[:] = [site]
    (unknown,) = [one for one in district(site) if not one.is_matched]
    assert "it names 望江区城投集团, which no department of the catalogue is called" in str(unknown.message)


def test_an_entry_says_the_levels_of_a_platform_that_is_not_known(serve: Callable[[Site], Site], district: Night) -> None:
    site = serve(by_region())
    SITE[:] = [site]
    pulled = district(site)
    wanted = {n: TITLES[n] for n in range(15) if n // 5 < 3}
    assert {one.address.removeprefix(site.url): (one.outcome, one.department_id, one.fiscal_year, one.stage) for one in pulled} == {
        site.files(n): ("new", f"dept-{n // 5}", int(title[6:10]), "final" if "决算" in title else "budget") for n, title in wanted.items()}
    assert not any("gklb" in asked.query and "year" in asked.query for asked in site.log)
    assert {one.outcome for one in district(site)} == {"unchanged"}


def test_a_home_page_is_neither_an_article_nor_the_next_page_of_a_list(serve: Callable[[Site], Site], night: Night) -> None:
    """Below the list's own folder, with links of other departments' publications that the list does not have."""
    site = serve(silent())
    SITE[:] = [site]
    home = Answer("<h1>望江区人民政府</h1><ul>" + "".join(
        f'<li><a href="/czxx/ysjs/202401/t{n}.html">望江区{name}局2024年部门预算公开</a><span>2024-01-08</span></li>' for n, name in enumerate("教民司")) + "</ul>")
    site.lists |= {"/": lambda _: home, "/czxx/ysjs/index_3.html": lambda _: home, site.articles(3): lambda _: home}
    pulled = night(site)
    assert {one.address for one in pulled if one.outcome == "new"} == {site.url + site.files(n) for n in range(ROWS) if n != 3}
    (failed,) = [one for one in pulled if one.outcome != "new"]
    assert (failed.address, failed.outcome) == (site.url + site.articles(3), "failed")
    assert "not the article but the home page" in str(failed.message)
    assert [asked.path for asked in site.log].count("/") == 1


NOTICE = '<h1>{title}</h1><p>发布时间：2024-03-08</p><div id="zoom"><p>{text}</p>{file}</div>'
BOOKLET, CORRECTED = "望江区水务局2024年部门预算公开", "关于望江区水务局2024年部门预算的更正说明"


@pytest.mark.parametrize(("title", "text", "file", "taken"), [
    (CORRECTED, "因录入错误，公开的部门收支总表合计有误。", "", ["/n.html"]),
    (BOOKLET, "因录入错误，现更正如下，以此为准。", '<a href="/b.pdf">附件</a>', ["/b.pdf", "/n.html"]),
    (BOOKLET, "现将我局部门预算公开如下。", '<a href="/b.pdf">附件</a>', ["/b.pdf"]),
    (BOOKLET, "请见附件。", "", []),
])
def test_a_notice_that_something_was_corrected_is_a_document(
    serve: Callable[[Site], Site], night: Night, title: str, text: str, file: str, taken: list[str],
) -> None:
    article = NOTICE.format(title=title, text=text, file=file)
    site = Site("/list/", {
        "/list/": lambda _: page([f'<li><a href="/n.html">{title}</a><span>2024-03-08</span></li>']),
        "/n.html": lambda _: article, "/b.pdf": lambda _: Answer(b"%PDF-1.4 x %%EOF", kind="application/pdf"),
    })
    found = night(serve(site))
    assert sorted(one.address.removeprefix(site.url) for one in found if one.outcome == "new") == taken
    assert {(one.fiscal_year, one.stage) for one in found if one.outcome == "new"} <= {(2024, "budget")}
