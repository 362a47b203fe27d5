"""Thirty nights over sites whose documents change, and what each audience hears of them: `make nights` writes docs/alerts.md.

    python fuzz/thirty_nights.py [--nights N] [--data FOLDER] [--output FILE]

Everything is real but the clock and the sites: pages and files come over HTTP through a server on this machine, every night pulls, reads,
validates, loads, checks, publishes and delivers with the rooms' own functions, into one warehouse. The story (`STORY`) says what the
departments do on which day, and what has to be told of it. Exits 1 where something is told twice, or not at all.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile

os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")

import duckdb
from stamina.instrumentation import set_on_retry_hooks

from alerts.deliver import Delivery
from expectations.frames import build_frames
from expectations.suite import validate
from flows.lock import alone
from flows.nightly import Night, due_originals, is_to_read, pulled_rows
from flows.progress import Stages
from flows.rebuilding import rebuild
from flows.rereading import Batch, load_compared
from flows.runs import CHINA, conclude_run, pull_limits, recorded_run, take_releases
from flows.telling import tell as tell_all
from flows.watchdog import watch
from flows.weekly import weekly
from flows.workers import Original, read_original
from issues.decisions import Acknowledged, AnyDecision, Assigned, Muted, append, read
from issues.listing import Choice, known
from issues.quarantine import released
from settings import Settings
from sources.archive import Archive
from sources.catalogue import catalogue_rows, load_catalogue
from sources.hosts import once_per_site
from sources.journal import Journal
from sources.memory import Memory
from sources.pull import Fetcher, Known, KnownFiles, pull
from transforms import archives
from transforms.amounts import is_amount
from warehouse import query
from warehouse.frames import DOCUMENTS
from warehouse.store import Warehouse

PROJECT = Path(__file__).resolve().parents[1]
FIRST_DAY = date(2024, 2, 20)
NIGHTS = 30
HOST = "http://www.yunshan.example"

CATALOGUE = f"""\
# Invented: GB/T 2260 assigns no code that begins with 99.
region: {{adcode: "990100", name: 云山市}}
audiences:
  - {{id: yunshan-finance, name: 云山市财政局预算科, severity: warning}}
  - {{id: yunshan-audit, name: 云山市财政局监督科, severity: info}}
departments:
  - id: transport
    name: 云山市交通运输局
    audience: yunshan-finance
    sources: [{{address: "{HOST}/jtj/2024ys.html", internal: true, fiscal_year: 2024, stage: budget}}]
  - id: health
    name: 云山市卫生健康局
    audience: yunshan-finance
    sources: [{{address: "{HOST}/wjj/2024ys.html", internal: true, fiscal_year: 2024, stage: budget}}]
  - id: water
    name: 云山市水务局
    audience: yunshan-finance
    sources: [{{address: "{HOST}/swj/ysgk/", kind: list, internal: true}}]
    expected: [{{fiscal_year: 2024, stage: budget, by: 2024-03-05}}]
  - id: archives
    name: 云山市档案馆
    audience: yunshan-audit
    sources: [{{address: "{HOST}/dag/ysgk/", kind: list, internal: true}}]
  - id: sports
    name: 云山市体育局
    audience: yunshan-audit
    sources: [{{address: "{HOST}/tyj/2024ys.pdf", internal: true, fiscal_year: 2024, stage: budget}}]
  - id: culture
    name: 云山市文化广电旅游局
    audience: yunshan-audit
    sources: [{{address: "{HOST}/wgj/2024ys.xlsx", internal: true, fiscal_year: 2024, stage: budget}}]
"""

Rows = Sequence[tuple[str, str]]    # names and amounts in 万元

TRANSPORT: Rows = (("农村公路养护", "320.00"), ("水上交通安全巡航", "56.40"), ("公交站台改造", "128.60"))
HEALTH: Rows = (("基层医疗机构设备购置", "120.50"), ("疫苗冷链维护", "36.00"), ("健康教育宣传", "12.00"))
WATER: Rows = (("河道清淤", "210.00"), ("水库除险加固", "480.00"))
ARCHIVES: Rows = (("历史档案数字化", "45.00"), ("库房恒温恒湿改造", "66.00"))
SPORTS: Rows = (("全民健身活动", "80.00"), ("体育场馆免费开放补助", "150.00"))
CULTURE: Rows = (("公共图书馆购书", "40.00"), ("文物保护单位修缮", "95.00"))


def total_of(projects: Rows) -> str:
    """The sum of the amounts that are printed as numbers, as it would be printed."""
    return f"{sum((Decimal(amount) for _, amount in projects if is_amount(amount)), Decimal()):.2f}"


def page(department: str, projects: Rows, total: str | None = None, without_goal: Sequence[str] = (), year: int = 2024) -> bytes:
    """A 项目支出绩效目标表 as an HTML page; amounts in 万元, the total that of the projects unless it is said."""
    total = total or total_of(projects)
    rows = [
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for cells in (
            ("项目名称（资金使用单位）", "总计", "财政拨款", "财政专户拨款", "其他资金", "绩效目标", "绩效指标"),
            ("合计", total, total, "", "", "", ""),
            *((name, amount, amount, "", "", "" if name in without_goal else f"做好{name}工作，保障年度任务按期完成。",
               f"产出指标：{name}完成率，年度指标值：≥95%。 效益指标：群众满意度，年度指标值：≥90%。") for name, amount in projects),
        )
    ]
    return (
        f"<html><head><meta charset='utf-8'><title>{department}{year}年部门预算</title></head><body>"
        f"<h1>{department}{year}年部门预算项目支出绩效目标表</h1><p>部门名称：{department}</p><p>单位：万元</p>"
        f"<table border='1'>{''.join(rows)}</table></body></html>"
    ).encode()


def paper(department: str, projects: Rows, total: str | None = None) -> bytes:
    """The same as a PDF with rulings."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("cell", fontName="STSong-Light", fontSize=9, leading=11, wordWrap="CJK")
    title = ParagraphStyle("title", fontName="STSong-Light", fontSize=14, leading=20)
    total = total or total_of(projects)
    cells = [
        ["项目名称（资金使用单位）", "总计", "财政拨款", "财政专户拨款", "其他资金", "绩效目标", "绩效指标"],
        ["合计", total, total, "", "", "", ""],
        *([name, amount, amount, "", "", f"做好{name}工作，保障年度任务按期完成。",
           f"产出指标：{name}完成率，年度指标值：≥95%。 效益指标：群众满意度，年度指标值：≥90%。"] for name, amount in projects),
    ]
    file = BytesIO()
    table = Table([[Paragraph(cell, style) for cell in row] for row in cells], colWidths=[130, 60, 60, 60, 60, 180, 200])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
    SimpleDocTemplate(file, pagesize=landscape(A4), invariant=1).build([
        Paragraph(f"{department}2024年部门预算项目支出绩效目标表", title), Paragraph(f"部门名称：{department}", style),
        Paragraph("单位：万元", style), table,
    ])
    return file.getvalue()


def workbook(department: str, projects: Rows, total: str | None = None, without_goal: Sequence[str] = ()) -> bytes:
    """The same as a workbook."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    total = total or total_of(projects)
    for row in (
        (f"{department}2024年部门预算项目支出绩效目标表",), (f"部门名称：{department}",), ("单位：万元",),
        ("项目名称（资金使用单位）", "总计", "财政拨款", "财政专户拨款", "其他资金", "绩效目标", "绩效指标"), ("合计", total, total),
        *((name, amount, amount, "", "", "" if name in without_goal else f"做好{name}工作，保障年度任务按期完成。",
           f"产出指标：{name}完成率，年度指标值：≥95%。 效益指标：群众满意度，年度指标值：≥90%。") for name, amount in projects),
    ):
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def broken_workbook() -> bytes:
    """A workbook of which the sheet is noise."""
    file = BytesIO()
    with ZipFile(file, "w") as package:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            package.writestr(name, bytes(range(256)))
    return file.getvalue()


def list_page(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """A 栏目页: title, address and date of each row."""
    items = "".join(f"<li><a href='{link}'>{title}</a><span>{day}</span></li>" for title, link, day in rows)
    head = "<html><head><meta charset='utf-8'><title>预算公开</title></head>"
    return f"{head}<body><div class='list'><ul>{items}</ul></div></body></html>".encode()


@dataclass
class Town:
    """The sites, by path: a body, or the status of an error; the channel, which may refuse; what it was told, by audience."""

    files: dict[str, bytes | int] = field(default_factory=dict)
    refuses: bool = False
    told: list[tuple[str, str, str, list[tuple[str, bytes]]]] = field(default_factory=list)
    address: str = ""

    def put(self, path: str, body: bytes | int) -> None:
        """Publish a file, or let its address fail."""
        self.files[path] = body


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    town: Town

    def do_GET(self) -> None:
        """A file, as of a proxy's."""
        body = self.town.files.get(unquote(urlsplit(self.path).path), 404)
        content = body if isinstance(body, bytes) else b""
        kinds = {".pdf": "application/pdf", ".xlsx": "application/octet-stream"}
        self.send_response(200 if isinstance(body, bytes) else body)
        self.send_header("Content-Type", kinds.get(Path(urlsplit(self.path).path).suffix, "text/html; charset=utf-8"))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        """The channel."""
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.town.refuses:
            self.town.told.append((self.path.strip("/"), message["title"], message["message"], [
                (one["filename"], b64decode(one["base64"])) for one in message["attachments"]]))
        self.send_response(503 if self.town.refuses else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Keeps the output for the story."""


@contextmanager
def town() -> Iterator[Town]:
    """Sites and channel on this machine; requests for `HOST` come here as to a proxy."""
    made = Town()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answering", (_Answering,), {"town": made}))
    made.address = f"127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    before = {name: os.environ.get(name) for name in ("http_proxy", "no_proxy")}
    os.environ.update(http_proxy=f"http://{made.address}", no_proxy="127.0.0.1")
    try:
        yield made
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        server.shutdown()
        server.server_close()


class Crash(Exception):
    """The power went between the load and the first message."""


@dataclass
class Nights:
    """A warehouse with its nights; `now` is the time at which the next one begins."""

    town: Town
    settings: Settings
    now: datetime

    def night(self, *, crashes: bool = False) -> list[Delivery]:
        """One run, from the sites to the channel.

        Args:
            crashes: it ends after the load, before anything is told.
        """
        settings = self.settings
        catalogue, problems = load_catalogue(settings.catalogue)
        assert not problems, problems
        with alone(settings.data), Stages() as stages, Warehouse.open(settings.warehouse_file) as warehouse:
            with recorded_run(warehouse, settings, stages, self.now) as run:
                with warehouse.transaction():
                    take_releases(warehouse, run, settings)
                night = Night(settings, catalogue, (), warehouse, run)
                with stages.stage("Pull"):
                    pulled = self._pulled(night)
                again, _ = due_originals(night, pulled)
                new = [Original(one.file_name, one.sha256) for one in pulled if is_to_read(one) and one.sha256]
                known = [Original(one.file_name or one.address, one.sha256) for one in again]
                reads = [read_original(one, 64, settings.archive_folder) for one in (*new, *known)]
                validation = validate(build_frames(reads), DOCUMENTS, released(warehouse.connection))
                with warehouse.transaction():
                    batch = Batch(validation.to_load, again, asdict(catalogue_rows(catalogue)), pulled_rows(pulled))
                    load_compared(warehouse, run, batch)
                    conclude_run(warehouse, run, settings)
            Journal(settings.journal).clear()
            if crashes:
                raise Crash
            warehouse.publish(settings.published)
            return tell_all(warehouse, run, settings)

    def _pulled(self, night: Night) -> list[Any]:
        settings = self.settings
        files = KnownFiles({
            address: Known(*file) for address, file in night.warehouse.known_files(night.run.reader.fingerprint).items()
        })
        fetcher = Fetcher(
            Archive(settings.archive_folder), replace(pull_limits(settings), night=night.run.as_of_date), archives.members,
            Memory(settings.pages),
        )
        with fetcher:
            found = [one for department, source in night.catalogue.sources for one in pull(source, department.id, files, fetcher)]
        return once_per_site([replace(one, pulled_at=self.now) for one in found])


def good(name: str, projects: Rows, **changes: Any) -> bytes:
    """A department's page without an error, or with those that are said."""
    return page(name, projects, **changes)


TRANSPORT_NAME, HEALTH_NAME, WATER_NAME = "云山市交通运输局", "云山市卫生健康局", "云山市水务局"
ARCHIVES_NAME, SPORTS_NAME, CULTURE_NAME = "云山市档案馆", "云山市体育局", "云山市文化广电旅游局"
WATER_FILE, ARCHIVES_FILE, ARCHIVES_MOVED = "/swj/ysgk/202403/t20240313_1.html", "/dag/ysgk/2024ys.html", "/dag/ysgk/202403/2024bmys.html"
TIES = "total-ties-to-projects"
FINANCE, AUDIT, MAINTAINERS = "yunshan-finance", "yunshan-audit", "maintainers"


@dataclass(frozen=True)
class Day:
    """What happens before a night, and what each audience has to hear in it (parts of its message, in their order); None means nothing.

    `runs`: how often the night is run; `crashes`: it ends between load and send.
    """

    says: str
    happens: Callable[[Nights], None] = lambda _: None
    hears: dict[str, tuple[str, ...]] = field(default_factory=dict)
    runs: int = 1
    crashes: bool = False
    is_week_end: bool = False


def puts(**files: bytes | int) -> Callable[[Nights], None]:
    """Publish files; names as in `PATHS`."""
    def happens(nights: Nights) -> None:
        for name, body in files.items():
            nights.town.put(PATHS[name], body)
    return happens


PATHS = {
    "transport": "/jtj/2024ys.html", "health": "/wjj/2024ys.html", "sports": "/tyj/2024ys.pdf", "culture": "/wgj/2024ys.xlsx",
    "water_list": "/swj/ysgk/", "water": WATER_FILE, "archives_list": "/dag/ysgk/", "archives": ARCHIVES_FILE,
    "archives_moved": ARCHIVES_MOVED,
}
EMPTY_LIST = list_page([("云山市水务局办事指南", "/swj/bszn.html", "2023-05-06")])
ARCHIVES_LIST = list_page([("云山市档案馆2024年部门预算", ARCHIVES_FILE, "2024-02-19")])
ARCHIVES_LIST_MOVED = list_page([("云山市档案馆2024年部门预算公开", ARCHIVES_MOVED, "2024-02-19")])
WATER_LIST = list_page([("云山市水务局2024年部门预算", WATER_FILE, "2024-03-13")])
WRONG_ARCHIVES = page(ARCHIVES_NAME, ARCHIVES, total="121.00")
REPLACED = (("基层医疗机构设备购置", "820.50"), *HEALTH[1:])


def decides(decision: Callable[[str], AnyDecision], department: str, rule: str) -> Callable[[Nights], None]:
    """Somebody decides about the one problem of a department and rule that stands."""
    def happens(nights: Nights) -> None:
        with query.connect(nights.settings.published) as copy:
            decided = read(nights.settings.inbox)[0]
            [chosen] = known(copy, decided, Choice(department=department, rule=rule)).rows
            [(fingerprint,)] = copy.connection.execute(
                f"SELECT fingerprint FROM quality_issue WHERE starts_with(fingerprint, '{chosen[0]}')").fetchall()
        append(nights.settings.inbox, decision(str(fingerprint)).model_copy(update={"at": nights.now - timedelta(hours=9)}))
    return happens


def refuses(value: bool) -> Callable[[Nights], None]:
    """The channel takes no message, or takes them again."""
    def happens(nights: Nights) -> None:
        nights.town.refuses = value
    return happens


STORY: dict[int, Day] = {
    1: Day("四个部门首次公布：卫生健康局合计多 10 万元，其余无误", puts(
        transport=page(TRANSPORT_NAME, TRANSPORT), health=page(HEALTH_NAME, HEALTH, total="178.50"), sports=paper(SPORTS_NAME, SPORTS),
        archives_list=ARCHIVES_LIST, archives=page(ARCHIVES_NAME, ARCHIVES), water_list=EMPTY_LIST, culture=workbook(CULTURE_NAME, CULTURE),
    ), {FINANCE: ("新发现", HEALTH_NAME, "合计")}),
    2: Day("没有变化"),
    3: Day("卫生健康局更正合计", puts(health=page(HEALTH_NAME, HEALTH)), {FINANCE: ("已更正", HEALTH_NAME)}),
    4: Day("文化广电旅游局重新公布，一个项目没有绩效目标，一个项目金额写“待定”", puts(
        culture=workbook(CULTURE_NAME, (*CULTURE, ("非遗展演", "待定")), total="135.00", without_goal=["公共图书馆购书"]),
    ), {AUDIT: ("新发现", CULTURE_NAME, "非遗展演")}),
    5: Day("体育局公布的文件合计有误（PDF）", puts(sports=paper(SPORTS_NAME, SPORTS, total="203.00")), {AUDIT: (SPORTS_NAME, "合计")}),
    6: Day("卫生健康局在同一地址把 120.50 万元换成 820.50 万元，没有说明", puts(health=page(HEALTH_NAME, REPLACED)), {
        FINANCE: (HEALTH_NAME, "基层医疗机构设备购置 1,205,000.00 → 8,205,000.00")}),
    7: Day("档案馆重新公布，合计有误", puts(archives=WRONG_ARCHIVES), {AUDIT: (ARCHIVES_NAME, "合计")}),
    8: Day("档案馆把同一文件改名移到新地址", puts(
        archives_list=ARCHIVES_LIST_MOVED, archives_moved=WRONG_ARCHIVES, archives=404)),
    9: Day("没有变化"),
    10: Day("交通运输局合计有误；夜间运行在入库之后、发送之前断电", puts(
        transport=page(TRANSPORT_NAME, TRANSPORT, total="510.00")), crashes=True),
    11: Day("没有变化；前一夜没有发出的提醒今夜发出；文化广电旅游局的问题满 7 天", hears={
        FINANCE: (TRANSPORT_NAME, "合计"), AUDIT: ("逾期", CULTURE_NAME, "2024ys.xlsx", "第8行", "非遗展演")}),
    12: Day("卫生健康局网站故障；体育局的问题满 7 天", puts(health=503), {
        FINANCE: ("未能取得", HEALTH_NAME), AUDIT: ("逾期", SPORTS_NAME, "2024ys.pdf", "第1页")}),
    13: Day("网站仍然故障"),
    14: Day("网站故障第三夜；档案馆的问题满 7 天", hears={
        FINANCE: (HEALTH_NAME, "连续 3 夜无法取得：网站返回错误 503"), AUDIT: ("逾期", ARCHIVES_NAME)}),
    15: Day("网站恢复；水务局到了公开期限的最后一天", puts(health=page(HEALTH_NAME, REPLACED)), {FINANCE: ("已更正", HEALTH_NAME)}),
    16: Day("水务局过了期限没有公布；体育局撤下文件", puts(sports=404), {FINANCE: ("逾期", WATER_NAME)}),
    17: Day("体育局的文件仍不在；交通运输局的问题满 7 天", hears={
        AUDIT: (SPORTS_NAME, "撤下"), FINANCE: ("逾期", TRANSPORT_NAME)}),
    18: Day("文化广电旅游局上传了损坏的文件", puts(culture=broken_workbook()), {AUDIT: (CULTURE_NAME, "无法读取")}),
    19: Day("文化广电旅游局换回完好的文件，各项都已改正", puts(culture=workbook(CULTURE_NAME, CULTURE)), {AUDIT: ("已更正", CULTURE_NAME)}),
    20: Day("夜间运行没有启动", runs=0),
    21: Day("当夜人工运行两次，交通运输局的地址在第一次与第二次都打不开", puts(transport=404), runs=2),
    22: Day("交通运输局的文件恢复", puts(transport=page(TRANSPORT_NAME, TRANSPORT, total="510.00"))),
    23: Day("交通运输局再次公布，差额更大", puts(transport=page(TRANSPORT_NAME, TRANSPORT, total="520.00")), {
        FINANCE: ("加重", TRANSPORT_NAME)}),
    24: Day("水务局迟到公布（列表日期 3 月 13 日）", puts(water_list=WATER_LIST, water=page(WATER_NAME, WATER)), {
        FINANCE: (WATER_NAME, "晚 8 天", "已更正", "到期未公开")}),
    25: Day("交通运输局的问题有人认领；通知渠道整夜不通；体育局恢复文件，合计已改正", lambda nights: (
        decides(lambda known: Acknowledged(person="王某", fingerprint=known, event_note="已电话联系"), "transport", TIES)(nights),
        decides(lambda known: Assigned(person="王某", fingerprint=known, assignee="李某"), "transport", TIES)(nights),
        refuses(True)(nights), puts(sports=paper(SPORTS_NAME, SPORTS))(nights))),
    26: Day("渠道恢复，前一夜的提醒今夜送到", refuses(False), {AUDIT: ("已更正", SPORTS_NAME)}),
    27: Day("卫生健康局的合计再次有误", puts(health=page(HEALTH_NAME, REPLACED, total="878.50")), {FINANCE: (HEALTH_NAME, "再次出现")}),
    28: Day("卫生健康局的问题暂缓提醒", decides(
        lambda known: Muted(person="王某", fingerprint=known, muted_until=date(2024, 3, 20)), "health", TIES)),
    29: Day("没有变化"),
    30: Day("暂缓的期限已到，问题仍在；周报", hears={
        FINANCE: (HEALTH_NAME, "暂缓", "近四周未解决", "最久未解决"), AUDIT: ("近四周未解决",)}, is_week_end=True),
}


@dataclass(frozen=True)
class Told:
    """A message as it came: the night in which it did, to whom."""

    night: int
    audience: str
    title: str
    text: str
    files: list[tuple[str, bytes]]


def tell(folder: Path, story: Mapping[int, Day] = STORY) -> tuple[list[Told], list[str]]:
    """Play a story, its days by number.

    Returns:
        The messages in their order, and what is wrong with them.
    """
    told: list[Told] = []
    wrong: list[str] = []
    with town() as sites:
        (folder / "catalogue").mkdir(parents=True)
        (folder / "catalogue" / "yunshan.yaml").write_text(CATALOGUE, encoding="utf-8")
        addresses = {name: [f"json://{sites.address}/{name}"] for name in (FINANCE, AUDIT, MAINTAINERS)}
        settings = Settings(
            catalogue=folder / "catalogue", data=folder / "data", alerts=addresses, http_delay=0, http_attempts=1,
        )
        set_on_retry_hooks([])
        nights = Nights(sites, settings, datetime.now(UTC))
        for number, day in story.items():
            nights.now = datetime.combine(FIRST_DAY + timedelta(days=number - 1), time(2, 0, 9), CHINA).astimezone(UTC)
            day.happens(nights)
            for _ in range(day.runs):
                with suppress(Crash):
                    nights.night(crashes=day.crashes)
                nights.now += timedelta(hours=1)
            if day.is_week_end:
                for _ in range(2):    # it is told once
                    weekly(settings)
            watched = watch(settings, 26, datetime.combine(FIRST_DAY + timedelta(days=number - 1), time(8), CHINA))
            if bool(watched.problems) != (day.runs == 0 or day.crashes):
                wrong.append(f"night {number}: the watchdog says {watched}")
            came = [Told(number, *one) for one in sites.told]
            sites.told.clear()
            told += came
            wrong += _missing(number, day, came)
    return told, [*wrong, *_repeated(told)]


def _missing(number: int, day: Day, came: Sequence[Told]) -> Iterator[str]:
    """What was to be heard and was not, and messages where there was nothing to tell."""
    for audience in (FINANCE, AUDIT):
        text = "\n".join(one.text for one in came if one.audience == audience and "夜间核对没有正常完成" not in one.title)
        expected = day.hears.get(audience)
        if expected is None and text:
            yield f"night {number}: {audience} was told: {text}"
        elif expected and not re.search(".*".join(map(re.escape, expected)), text, re.DOTALL):
            yield f"night {number}: {audience} has not heard {expected} but: {text or 'nothing'}"


def _repeated(told: Sequence[Told]) -> Iterator[str]:
    """Lines of detail that one audience heard twice."""
    heard: dict[tuple[str, str], int] = {}
    for one in told:
        section = ""
        for line in one.text.splitlines():
            section = line if line.startswith("【") else section
            if line.startswith("  - "):
                key = (one.audience, re.sub(r"\d+ 项.*", "", section) + line)
                if key in heard:
                    yield f"night {one.night}: {one.audience} heard in night {heard[key]} already: {line.strip()}"
                heard[key] = one.night


def shown(one: Told) -> str:
    """A message for docs/alerts.md: without its number, which is another one each time."""
    return re.sub(r"编号 \w+", "编号 ········", f"{one.title}\n\n{one.text.strip()}")


def written(told: Sequence[Told]) -> str:
    """The page of all nights and messages."""
    lines = [
        "# What each audience hears",
        "",
        "Thirty nights over six departments whose documents change, played by `make nights`, which writes this page: real pages and files",
        "over HTTP, real nights, one warehouse; only the clock and the sites are made. 云山市 is invented. `yunshan-finance` hears of",
        "warnings and what is graver, `yunshan-audit` of everything, `maintainers` of what this program doubts or cannot fetch. The",
        "messages stand here as a channel of plain text gets them; a mail has the same words as tables, and the list of findings attached",
        "(xlsx, with a picture of the row where the original is a PDF).",
        "",
        "The run fails where something is told twice, or has to be told and is not. A night that says nothing had nothing to say.",
        "",
        "| night | day | what happened | who heard |",
        "|---|---|---|---|",
    ]
    for number, day in STORY.items():
        heard = ", ".join(dict.fromkeys(one.audience for one in told if one.night == number)) or "nobody"
        lines.append(f"| {number} | {FIRST_DAY + timedelta(days=number - 1)} | {day.says} | {heard} |")
    for number, day in STORY.items():
        of_night = [one for one in told if one.night == number]
        if of_night:
            lines += ["", f"## Night {number}: {day.says}"]
        for one in of_night:
            attached = f", with {Path(one.files[0][0]).suffix.lstrip('.')} attached" if one.files else ""
            lines += ["", f"To `{one.audience}`{attached}:", "", "```text", shown(one), "```"]
    return "\n".join(lines) + "\n"


def all_rows(warehouse: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables of a file that nobody writes."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
        return {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in names}


def _rebuilt(settings: Settings) -> Iterator[str]:
    """In what the warehouse differs that is made again from the archive alone."""
    before = all_rows(settings.warehouse_file)
    yield from rebuild(settings).lost
    for name, rows in all_rows(settings.warehouse_file).items():
        if rows != before[name]:
            yield f"the rebuilt warehouse has other rows in {name}"


def main() -> int:
    """Play all nights, write what was told, and make the warehouse again from the archive alone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=NIGHTS, help="only the first ones")
    parser.add_argument("--data", type=Path, help="folder that keeps catalogue and warehouse")
    parser.add_argument("--output", type=Path, help="the page to write; default: nothing is written")
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder:
        story = {number: day for number, day in STORY.items() if number <= chosen.nights}
        place = chosen.data or Path(folder) / "nights"
        told, wrong = tell(place, story)
        wrong += _rebuilt(Settings().at(data=place / "data"))
    for problem in wrong:
        print(f"WRONG {problem}", file=sys.stderr)
    print(f"{len(told)} messages in {chosen.nights} nights; {len(wrong)} things are wrong")
    if chosen.output and not wrong:
        chosen.output.write_text(written(told), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
