"""Every page answers, in both languages, with its figures, why they are incomplete, and the way back to the original."""

from __future__ import annotations

import asyncio
import csv
import gzip
import hashlib
import io
import json
import re
import shutil
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import docx
import httpx
import pypdfium2 as pdfium
import pytest
from batches import EXPERTS, Batch, Night, Project
from browsing import HOSTILE, Get, getter
from fastapi import FastAPI

from issues.decisions import Muted
from portal import letters, words
from portal.app import AT_ONCE, BARS, Portal, create_app
from portal.asking import REMEMBERED_ROWS, Answers, statement
from portal.lists import LISTS, Filters
from portal.originals import AROUND, WAITING, Limits, Originals
from portal.words import messages
from transforms.grid import UnreadableDocument
from warehouse import query
from warehouse.errors import BadQuery
from warehouse.query import Result
from warehouse.store import Warehouse
from warehouse.tables import FIELDS, VIEWS

DOCS, STATIC = Path(__file__).parents[2] / "docs", Path(words.__file__).with_name("static")
VOID = {"meta", "link", "input", "br", "img", "rect", "image", "line"}
ADDRESSES = ["/", "/search?words=人大", "/quality", "/maintainers", "/sql", "/departments/440106-rd", "/departments/440106-rd/tables", "/departments/440106-rd/letter", *(f"/lists/{name}" for name in LISTS)]


class Outline(HTMLParser):
    """Checks that elements are closed in their order; counts tables and captions."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name == "href"]
        assert "style" not in dict(attrs)
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_answers_in_both_languages(get: Get, address: str, language: str) -> None:
    answer = get(address, params={"lang": language})
    assert answer.status_code == 200, answer.text
    assert ('<html lang="zh-CN">' if language == "zh" else '<html lang="en">') in answer.text
    Outline(answer.text)


@pytest.mark.parametrize("department", ["%00", "440106-rd%00", "none", "%F0%9F%92%B0", "..%2F..", "%27"])
@pytest.mark.parametrize("page", ["", "/tables", "/letter", "/letter.docx"])
def test_a_department_that_nobody_knows_is_told(get: Get, department: str, page: str) -> None:
    answer = get(f"/departments/{department}{page}")
    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_values_are_written_for_people() -> None:
    """Amounts that a rule compared in thousands, times as in China; the answer to somebody's own question as it is."""
    at = datetime(2026, 1, 11, 18, 30)    # noqa: DTZ001 -- as the warehouse has it, in UTC
    assert words.shown("-40621821.64", "actual", "zh") == "-40,621,821.64"
    assert [str(words.shown(text, "expected", "zh")) for text in ("2023", "2010301", "待批复", "1.5")] == ["2023", "2010301", "待批复", "1.5"]
    assert words.shown(at, "first_seen_at", "en") == words.shown(at.replace(tzinfo=UTC), "happened_at", "zh") == "2026-01-12 02:30"
    assert words.shown(at, "", "zh") == "2026-01-11 18:30"


def test_the_language_is_remembered_and_chinese_is_first(get: Get) -> None:
    assert "总览" in get("/").text
    assert get("/", params={"lang": "en"}).cookies["lang"] == "en"
    assert "Overview" in get("/", headers={"Cookie": "lang=en"}).text
    assert "总览" in get("/", headers={"Cookie": "lang=fr"}).text


def test_beside_a_sum_stands_why_it_is_not_complete(get: Get) -> None:
    text = get("/").text
    assert "370,000.00" in text
    assert "不完整" in text
    assert "隔离" in text
    assert "（1 个部门）" in text
    assert "{" not in text


@pytest.mark.parametrize("address", ["/", "/departments/440106-rd"])
def test_years_are_drawn_and_said_to_be_incomplete(get: Get, address: str) -> None:
    drawn = get(address).text.partition('aria-label="图： 历年金额"')[2].partition("</figure>")[0]
    assert re.findall(r'<span class="named">(\d{4} 预算 · 项目之和 · 不完整)</span>', drawn) == [f"{year} 预算 · 项目之和 · 不完整" for year in (2022, 2023, 2024)]
    assert ">370,000.00<" in drawn


def test_the_overview_adds_up_no_choice_of_departments(get: Get) -> None:
    text = get("/?department=440106-rd").text
    assert 'class="card"' not in text
    assert "选定部门时不加总" in text
    assert "370,000.00" in text    # of the department itself


def test_of_a_region_the_overview_shows_the_sums_of_that_region(get: Get) -> None:
    assert 'class="card"' in get("/?region=440106").text
    [name] = {row["region_name"] for row in get("/api/v1/lists/totals?region=440106").json()["rows"]}
    assert 'class="card"' in get("/", params={"region": name}).text
    assert get("/api/v1/lists/projects", params={"region": name}).json()["count"] == 4
    assert get("/api/v1/lists/figures", params={"region": name}).status_code == 200


@pytest.mark.parametrize(("chosen", "chinese", "english"), [
    ({"region": "天河"}, "没有“天河”这个地区：请写行政区划代码或地区全称。 现有： 天河区", "no region 天河"),
    ({"region": "990101"}, "没有“990101”这个地区", "no region 990101"),
    ({"department": "天河区人大"}, "没有“天河区人大”这个部门", "no department 天河区人大"), ({"year": "1999"}, "没有 1999 年度。 现有： 2022, 2023, 2024", "nothing of the year 1999"),
])
@pytest.mark.parametrize("address", ["/lists/projects", "/", "/api/v1/lists/projects", "/files/projects.csv", "/quality"])
def test_a_choice_of_what_is_not_there_is_told_and_not_answered_with_nothing(
    get: Get, address: str, chosen: dict[str, str], chinese: str, english: str,
) -> None:
    answer = get(address, params=chosen)
    assert answer.status_code == 404
    assert chinese in answer.text
    assert english in get(address, params={**chosen, "lang": "en"}).text


def test_a_rule_that_is_not_there_is_told_and_one_that_found_nothing_is_not(get: Get) -> None:
    assert get("/quality?rule=missing-goals").status_code == 404
    assert "missing-goal" in get("/quality?rule=missing-goals").text
    assert get("/quality?rule=total-ties-to-projects").status_code == 200


def test_what_has_few_values_names_them(get: Get) -> None:
    for address in ("/quality?severity=fatal", "/lists/coverage?status=late", "/lists/lines?table=summary", "/lists/projects?funding=gold"):
        assert get(address).status_code == 422


def test_projects_are_chosen_by_where_their_money_is_from(get: Get) -> None:
    assert get("/api/v1/lists/projects?funding=fiscal_appropriation").json()["count"] == 4
    assert get("/api/v1/lists/projects?funding=superior_transfer").json()["count"] == 0
    assert '<option value="fiscal_appropriation" selected>财政拨款</option>' in get("/lists/projects?funding=fiscal_appropriation").text


def test_rows_are_counted_by_what_they_can_be_chosen_by(get: Get) -> None:
    text = get("/lists/projects?words=人大").text
    Outline(text)
    counts = {count: link for link, count in re.findall(r'class="pill" href="([^"]+)">2022 <span class="count">(\d+)', text)}
    assert len(counts) == 1
    [(count, link)] = counts.items()
    assert get("/api/v1/lists/projects" + link.replace("&amp;", "&")).json()["count"] == int(count)
    assert 'class="facets"' not in get("/lists/projects?words=无此词").text
    spans = re.findall(r'class="pill" href="([^"]*minimum=[^"]*)">([^<]+) <span class="count">(\d+)', get("/lists/projects").text)
    assert {named for _, named, _ in spans} == {"≤ 100,000", "100,000–1,000,000"}
    for link, _, count in spans:
        assert get("/api/v1/lists/projects" + link.replace("&amp;", "&")).json()["count"] == int(count)


def test_one_field_searches_departments_projects_and_indicators(get: Get) -> None:
    names = [row["department_name"] for row in get("/api/v1/lists/departments").json()["rows"]]
    for sought in ("人大", names[0][2:5]):
        text = get("/search", params={"words": f" {sought} "}).text
        counts = [get(f"/api/v1/lists/{name}", params={"words": sought}).json()["count"] for name in ("projects", "indicators")]
        shown = [int(count) for count in re.findall(r'<h2>\S+ <span class="count">(\d+)</span>', text)]
        assert shown == [sum(sought in name for name in names), *counts]
    assert "没有数据" not in get("/search").text
    assert get("/search?words=无此词").text.count("没有数据") == 3


def test_of_targets_it_is_told_how_many_are_numbers(get: Get) -> None:
    targets = get("/api/v1/lists/indicators?year=2023").json()["rows"]
    [told] = get("/api/v1/lists/quantitative_share?year=2023").json()["rows"]
    numbers = sum(target["kind"] == "quantitative" for target in targets)
    assert (told["indicator_count"], told["quantitative_count"]) == (len(targets), numbers)
    assert told["quantitative_rate"] == f"{100 * numbers / len(targets):.1f}"
    assert "定量指标占比" in get("/").text


def test_evidence_shows_what_is_around_a_place(app: FastAPI, booklet: bytes) -> None:
    originals, sha256 = app.state.originals, hashlib.sha256(booklet).hexdigest()
    shown = originals.evidence(sha256, 9, (379.9, 369.25, 462.0, 382.75))
    assert (shown.top, shown.bottom) == (369.25 - AROUND, 382.75 + AROUND)
    assert originals.evidence(sha256, 9, (0, 10, 10, 20)).top == 0
    assert originals.evidence(sha256, 999, (0, 0, 1, 1)) is None
    assert originals.evidence("0" * 64, 1, (0, 0, 1, 1)) is None


@pytest.mark.parametrize("name", [name for name, listing in LISTS.items() if listing.counted])
def test_what_is_counted_of_a_list_is_all_of_it(app: FastAPI, name: str) -> None:
    listed = LISTS[name].asked(Filters(), "zh")
    with app.state.copies.current() as asked:
        count = len(asked.answer(listed.rows()).rows)
        assert {sum(value["row_count"] for value in values) for facet, values in asked.facets(listed, count).items() if facet not in {"funding", "amount"}} == {count}


def test_of_very_many_regions_one_is_written_and_not_chosen(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    assert '<select name="region">' in get("/").text
    monkeypatch.setattr("portal.asking.MOST_CHOICES", 0)
    assert '<input type="search" name="region"' in get("/").text


def test_every_link_of_the_pages_leads_somewhere(get: Get, keys: dict[str, int]) -> None:
    seen: set[str] = set()
    for address in [*ADDRESSES, *(f"/documents/{key}" for key in keys.values())]:
        seen.update(link for link in Outline(get(address).text).links if link.startswith("/"))
    broken = [link for link in sorted(seen) if "/original" not in link and "/grid" not in link and get(link).status_code != 200]
    assert broken == []


def test_a_list_is_filtered_by_its_address_and_empty_fields_choose_all(get: Get) -> None:
    rows = get("/api/v1/lists/projects", params={"year": "2023", "stage": "", "words": "专家 授课"}).json()
    assert [row["project_name"] for row in rows["rows"]] == [EXPERTS.name]
    assert get("/lists/projects?year=2023&stage=&words=").status_code == 200
    assert get("/lists/projects?year=now").status_code == 422
    assert get("/lists/nothing").status_code == 404


def test_whoever_writes_sql_is_told_the_views_in_his_language(get: Get) -> None:
    chinese, english = get("/sql").text, get("/sql?lang=en").text
    for view in VIEWS:
        assert f"<code>{view}</code>" in chinese
    assert FIELDS["department_id"].zh in chinese
    assert FIELDS["department_id"].en in english
    assert FIELDS["department_id"].zh not in english


def test_a_data_package_can_be_had(get: Get) -> None:
    """Again by the same connection; what is chosen alone; a department that is not known is told."""
    for _ in range(2):
        answer = get("/api/v1/package.zip", params={"view": ["project", "quality"], "year": 2023})
        packed = ZipFile(io.BytesIO(answer.content))
        assert packed.namelist() == ["datapackage.json", "project.csv", "quality.csv"]
        assert {row["fiscal_year"] for row in csv.DictReader(io.StringIO(packed.read("project.csv").decode()))} == {"2023"}
    assert get("/api/v1/package.zip", params={"view": "project"}, headers={"If-None-Match": answer.headers["etag"]}).status_code == 200
    assert get("/api/v1/package.zip", params={"department": "nobody"}).status_code == 404
    assert get("/api/v1/package.zip", params={"view": "nothing"}).status_code == 422


def test_an_answer_is_drawn_and_can_be_had_in_every_form(get: Get) -> None:
    asked = {"q": "SELECT project_name, fiscal_year, amount_yuan FROM project ORDER BY amount_yuan"}
    plain, text = get("/sql", params=asked).text, get("/sql", params={**asked, "chart": "amount_yuan"}).text
    Outline(text)
    assert "<figure" not in plain
    assert re.findall(r'class="pill"[^>]*>(\w+)<', plain) == ["fiscal_year", "amount_yuan"]
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', text)]
    assert len(widths) == 4
    assert widths == sorted(widths)
    assert widths[-1] == 1000
    assert "chart=amount_yuan" in re.search(r'<p class="downloads">.*?</p>', text)[0]    # type: ignore[index]
    assert "<figure" not in get("/sql", params={**asked, "chart": "project_name"}).text
    assert str(BARS) in messages()["about bars"]["en"]
    assert get("/sql.parquet", params=asked).content.startswith(b"PAR1")


def test_the_editor_is_light(get: Get) -> None:
    """Over the wire, with all that the page loads."""
    text = get("/sql").text
    loaded = [get(address).content for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', text)]
    assert len(loaded) > 5
    assert sum(len(gzip.compress(content)) for content in [text.encode(), *loaded]) < 150_000


def test_what_is_vendored_is_what_was_published(get: Get) -> None:
    """By the hashes that docs/dependencies.md names."""
    named = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    for path in sorted((STATIC / "codemirror").iterdir()):
        assert f"`{path.name}` {hashlib.sha256(path.read_bytes()).hexdigest()}" in named


def test_a_list_can_be_had_as_a_file(get: Get) -> None:
    rows = list(csv.DictReader(io.StringIO(get("/files/projects.csv?year=2023").content.decode("utf-8-sig"))))
    assert {row["amount_yuan"] for row in rows} == {"40000.00", "330000.00"}
    assert get("/files/projects.xlsx").content.startswith(b"PK")
    assert get("/files/projects.exe").status_code in {404, 422}


def test_the_api_pages_counts_and_tells_what_has_not_changed(get: Get) -> None:
    first = get("/api/v1/lists/projects?limit=1")
    assert first.json()["count"] == 4
    assert len(first.json()["rows"]) == 1
    assert first.json()["rows"] != get("/api/v1/lists/projects?limit=1&offset=1").json()["rows"]
    assert get("/api/v1/lists/projects?limit=1", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert get("/api/v1/lists/projects?limit=100000").status_code == 422
    described = get("/api/v1/openapi.json").json()
    for name, asks in get("/api/v1/lists").json().items():
        parameters = described["paths"][f"/api/v1/lists/{name}"]["get"]["parameters"]
        assert {parameter["name"] for parameter in parameters} == {*asks, "limit", "offset", "lang"}
        assert all(parameter["description"] for parameter in parameters)


def test_a_number_leads_to_its_place_on_the_page_of_the_original(get: Get, keys: dict[str, int]) -> None:
    [row] = get("/api/v1/lists/projects?year=2022").json()["rows"]
    project = get(f"/projects/{row['document_key']}/{row['project_no']}").text
    [link] = re.findall(r'href="(/documents/\d+/pages/9\?at=\w+)#at"', project)[:1]
    text = get(link).text
    drawing = ET.fromstring(re.search(r"<svg viewBox.*?</svg>", text, re.DOTALL)[0])    # type: ignore[index]
    [meant] = [rect for rect in drawing.iter("rect") if rect.get("class") == "meant"]    # several over each other would hide what is there
    assert text.count('id="at"') == 1
    assert (meant.get("x"), meant.get("y"), meant.get("width")) == ("379.9", "369.25", "82.10000000000002")
    picture = get(f"/documents/{keys['booklet']}/pages/9.png")
    assert picture.content.startswith(b"\x89PNG")
    assert get(f"/documents/{keys['booklet']}/pages/9.png", headers={"If-None-Match": picture.headers["etag"]}).status_code == 304
    assert "已入库" in get(link, params={"cells": "true"}).text
    assert get(f"/documents/{keys['booklet']}/pages/999").status_code == 404


def test_a_format_without_pages_is_shown_as_its_grid(get: Get, keys: dict[str, int]) -> None:
    text = get(f"/documents/{keys['seed']}/grid?row=28").text
    assert re.search(r'<tr class="meant" id="row"><th scope="row">28</th>', text)
    Outline(text)


def test_a_document_without_pages_has_none_to_show(get: Get, keys: dict[str, int]) -> None:
    for place in ("pages/1", "pages/1?cells=true", "pages/1.png"):
        answer = get(f"/documents/{keys['seed']}/{place}")
        assert answer.status_code == 404
        assert "没有这一页" in answer.text


def test_the_original_can_be_had_as_it_is(get: Get, keys: dict[str, int], booklet: bytes) -> None:
    answer = get(f"/documents/{keys['booklet']}/original")
    assert answer.content == booklet
    assert answer.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize("place", ["original", "grid", "pages/1", "pages/1.png"])
def test_an_original_that_the_archive_has_not_is_told(get: Get, keys: dict[str, int], place: str) -> None:
    answer = get(f"/documents/{keys['hostile']}/{place}")
    assert answer.status_code == 404
    assert "原件库中没有" in answer.text


def test_without_a_copy_there_is_a_friendly_page(tmp_path: Path) -> None:
    answer = getter(create_app(Portal(tmp_path / "none.duckdb", lambda _: b"")))("/")
    assert answer.status_code == 503
    assert "yusuan nightly" in answer.text


def test_a_new_copy_is_there_without_a_restart_and_a_request_ends_on_the_old_one(tmp_path: Path, published: Path) -> None:
    target = tmp_path / "yusuan.duckdb"
    shutil.copyfile(published, target)
    app = create_app(Portal(target, lambda _: b""))
    get = getter(app)
    with app.state.copies.current() as old:
        with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
            Night(warehouse)(Batch().add("published/other.txt", [Project("另一个项目", "5.00")]))
            warehouse.publish(target)
        assert get("/api/v1/lists/projects").json()["count"] == 1
        assert old.rows("projects", department=None, region=None, year=None, stage=None, words=None, minimum=None, maximum=None).rows[3:]
    app.state.close()


def test_many_ask_at_once(app: object) -> None:
    async def asked() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost") as client:    # type: ignore[arg-type]
            return await asyncio.gather(*(client.get("/lists/projects", params={"maximum": number}) for number in range(20)))

    assert {answer.status_code for answer in asyncio.run(asked())} == {200}


def test_who_asks_what_is_being_worked_out_waits_for_that_answer() -> None:
    answers, begun, may_end, worked = Answers(), threading.Event(), threading.Event(), []

    def ask() -> Result:
        worked.append(1)
        begun.set()
        may_end.wait(10)
        return Result(["number"], [(1,)])

    with ThreadPoolExecutor(5) as many:
        first = many.submit(answers.get, "question", ask)
        assert begun.wait(10)
        others = [many.submit(answers.get, "question", ask) for _ in range(4)]
        may_end.set()
    assert [asked.result().rows for asked in [first, *others]] == [[(1,)]] * 5
    assert worked == [1]


def test_an_answer_that_failed_or_is_long_is_not_kept() -> None:
    answers, worked = Answers(), []

    def fail() -> Result:
        worked.append(1)
        raise BadQuery("too long")

    for _ in range(2):
        with pytest.raises(BadQuery):
            answers.get("question", fail)
    long = Result(["number"], [(number,) for number in range(REMEMBERED_ROWS + 1)])
    for _ in range(2):
        assert answers.get("another", lambda: worked.append(1) or long) is long    # type: ignore[func-returns-value]
    assert len(worked) == 4


def test_a_connection_is_lent_again_but_not_after_it_broke_off(app: FastAPI) -> None:
    with app.state.copies.current() as first, app.state.copies.current() as beside:
        assert first.copy.connection is not beside.copy.connection
    with app.state.copies.current() as again:
        assert again.copy.connection in {first.copy.connection, beside.copy.connection}
    with pytest.raises(BadQuery), app.state.copies.current() as broken:
        query.rows(broken.copy, "FROM nothing")
    with app.state.copies.current() as one, app.state.copies.current() as two:
        assert broken.copy.connection not in {one.copy.connection, two.copy.connection}


def test_of_several_tables_with_the_same_row_the_one_that_is_meant_is_marked(get: Get, keys: dict[str, int]) -> None:
    address = f"/documents/{keys['booklet']}/grid?row=1"
    assert "有几张表都有这一行" in get(address).text
    one = get(f"{address}&table=1").text
    assert one.count('<tr class="meant"') == 1
    assert "有几张表都有这一行" not in one


def test_a_version_says_what_it_changed(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        night = Night(warehouse)
        night(Batch().add("published/seed.txt", [Project("河道养护", "5.00")]))
        night(Batch(pulled_at="2026-01-11 18:00:00+00:00").add("published/seed.txt", [Project("河道养护", "7.00")]))
        warehouse.publish(tmp_path / "yusuan.duckdb")
    app = create_app(Portal(tmp_path / "yusuan.duckdb", lambda _: b""))
    get = getter(app)
    [document] = get("/api/v1/lists/documents").json()["rows"]
    text = get(f"/documents/{document['document_key']}").text
    assert "与上一版本相比的变化" in text
    assert "2.00" in text
    app.state.close()


def test_amounts_of_one_year_that_differ_are_all_given(tmp_path: Path) -> None:
    batch = Batch().add("published/a.txt")
    batch.budget_table(0, "expenditure_summary", [(None, "合计", "支出", "5.00"), (None, "合计", "支出", "7.00")])
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        Night(warehouse)(batch)
        warehouse.publish(tmp_path / "yusuan.duckdb")
    app = create_app(Portal(tmp_path / "yusuan.duckdb", lambda _: b""))
    text = getter(app)("/departments/440106-rd/tables?table=expenditure_summary").text
    assert re.search(r"5\.00 / 7\.00", text)
    assert "12.00" not in text
    app.state.close()


# What tells the rows of each list apart; of `lines`, all that is shown of a row.
GRAINS = {
    "totals": "fiscal_year stage department_id", "sums": "fiscal_year stage", "regions": "fiscal_year stage region_code", "year_on_year": "fiscal_year stage", "quantitative_share": "fiscal_year stage", "duties": "fiscal_year stage region_code", "departments": "department_id", "coverage": "fiscal_year stage department_id",
    "projects": "document_key project_no", "indicators": "document_key project_no indicator_no",
    "unit_costs": "document_key project_no indicator_no", "figures": "fiscal_year stage department_id figure",
    "three_public": "fiscal_year stage department_id",
    "lines": "document_key table_no line_no",
    "budget_final": "fiscal_year department_id figure", "documents": "document_key", "quality": "fingerprint document_key finding_key",
    "to_confirm": "rule word read_as", "doubted": "finding_key word read_as doubt", "nights": "run_id",
}


@pytest.mark.parametrize("name", LISTS)
def test_no_two_rows_of_a_list_have_one_place_so_that_paging_neither_repeats_nor_drops(name: str) -> None:
    given = dict.fromkeys([*Filters.model_fields, "lang"])
    order = statement(name, **given).rpartition("ORDER BY")[2]
    assert set(GRAINS[name].split()) <= set(re.findall(r"\w+", order))


@pytest.fixture(scope="session")
def twins(tmp_path_factory: pytest.TempPathFactory, seed: Path) -> Iterator[Get]:
    """The page over a document of a format without pages that has two projects of one name, of which the second has a problem."""
    folder = tmp_path_factory.mktemp("twins")
    batch = Batch().add("published/seed.txt", [EXPERTS, EXPERTS], sha256=hashlib.sha256(seed.read_bytes()).hexdigest())
    batch.find(0, "missing-goal", "critical", EXPERTS.name, subject_no=1, message_zh="第二个项目有误")
    batch.find(0, "table-missing", "warning", "表", subject="table", subject_no=0, message_zh="这张表有误", row=7)
    batch.find(0, "assumed-reading", "info", "项目支出绩效目标表", subject="table", subject_no=0, row=None, words=json.dumps([
        {"word": "支出事项，名称", "read_as": "项目名称", "evidence": "words +5.8", "doubt": None, "cell_count": None},
    ]))
    batch.find(0, "unread-cells", "info", "项目支出绩效目标表", subject="table", subject_no=0, row=7, words=json.dumps([
        {"word": HOSTILE, "read_as": None, "evidence": None, "doubt": "unread", "cell_count": 3},
    ]))
    batch.budget_table(0, "expenditure_summary", [(None, "合计", "支出", "5.00")])
    batch.frames["line"][0]["page"] = None
    with Warehouse.open(folder / "warehouse.duckdb") as warehouse:
        Night(warehouse)(batch)
        warehouse.publish(folder / "yusuan.duckdb")
    app = create_app(Portal(folder / "yusuan.duckdb", lambda _: seed.read_bytes()))
    yield getter(app)
    app.state.close()


def _document_key(get: Get) -> int:
    [document] = get("/api/v1/lists/documents").json()["rows"]
    return int(document["document_key"])


def test_a_problem_of_a_project_does_not_show_at_its_namesake(twins: Get) -> None:
    key = _document_key(twins)
    assert "第二个项目有误" not in twins(f"/projects/{key}/0").text
    assert "第二个项目有误" in twins(f"/projects/{key}/1").text


@pytest.mark.parametrize("address", ["/documents/{}", "/quality", "/lists/quality", "/documents/{}/grid"])
def test_the_place_of_a_problem_names_its_table(twins: Get, address: str) -> None:
    key = _document_key(twins)
    text = twins(address.format(key)).text
    assert address.endswith("grid") or "/grid?row=7&amp;table=0#row" in text
    assert "/grid?row=7#row" not in text


def test_a_line_of_a_booklet_names_its_table(twins: Get) -> None:
    text = twins("/departments/440106-rd/tables").text
    assert re.search(r'/grid\?row=\d+&amp;table=\d+#row', text)
    assert re.search(r'/grid\?row=\d+&amp;table=\d+#row', twins("/lists/lines").text)


@pytest.mark.parametrize("address", ["/projects/{}/0", "/lists/indicators"])
def test_the_place_of_a_target_names_no_table_that_may_be_another_one(twins: Get, address: str) -> None:
    rows = re.findall(r"≥20.*?</tr>", twins(address.format(_document_key(twins))).text, re.DOTALL)
    assert rows
    assert not [row for row in rows if "table=" in row]


@pytest.mark.parametrize("words", ["专家　人次", "人次  专家", "\t专家 20\n"])
def test_each_of_the_words_may_stand_anywhere_whatever_space_is_between_them(twins: Get, words: str) -> None:
    assert twins("/api/v1/lists/indicators", params={"words": words}).json()["count"] == 2
    assert twins("/api/v1/lists/indicators", params={"words": f"{words} 无此词"}).json()["count"] == 0


@pytest.mark.parametrize("name", ["lines", "unit_costs", "projects"])
def test_every_list_splits_words_in_the_same_way(name: str) -> None:
    asked = LISTS[name].asked(Filters(words="专家　人次"), "zh").rows()
    assert "'专家'" in asked
    assert "'人次'" in asked


@pytest.mark.parametrize("words", ["$department", "x -- shown:", "' OR '1'='1", "-- if $words"])
@pytest.mark.parametrize("name", ["projects", "indicators", "unit_costs", "lines", "doubted", "to_confirm"])
def test_a_word_is_only_a_word_whatever_it_says(get: Get, name: str, words: str) -> None:
    assert get(f"/api/v1/lists/{name}", params={"words": words}).json()["count"] == 0


@pytest.mark.parametrize("words", ["%", "_", "'", '"', "\\", "💰", "預算", "人", "x" * 200, "   ", "\u3000", "--", "a\u0301", "ＡＢ", "１２"])
def test_odd_signs_are_looked_for_like_any_other(get: Get, words: str) -> None:
    """What is none of the texts' signs is found nowhere: a sign of SQL stands for itself, spaces alone ask for nothing."""
    text = get("/search", params={"words": words})
    assert text.status_code == 200
    Outline(text.text)
    rows = [[row["project_name"], row["goal"], *(target["indicator_name"] + target["target_text"] for target in get(
        "/api/v1/lists/indicators").json()["rows"] if (target["document_key"], target["project_no"]) == (row["document_key"], row["project_no"]))]
        for row in get("/api/v1/lists/projects").json()["rows"]]
    found = get("/api/v1/lists/projects", params={"words": words}).json()["count"]
    assert found == sum(any(words.strip() in (said or "") for said in row) for row in rows)


def test_words_are_found_in_large_letters_and_small(get: Get) -> None:
    assert {get("/api/v1/lists/projects", params={"words": word}).json()["count"] for word in ("<SCRIPT>", "<script>")} == {1}


@pytest.mark.parametrize("near", [0, 4])
@pytest.mark.parametrize("name", [name for name, listing in LISTS.items() if listing.counted])
@pytest.mark.parametrize("region", [None, "440106"])
def test_a_list_that_goes_document_by_document_has_the_rows_of_the_whole(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, name: str, region: str | None, near: int,
) -> None:
    """However its rows are parted into pages."""
    monkeypatch.setattr("portal.asking.NEAR", near)
    listed = LISTS[name].asked(Filters(region=region), "zh")
    with app.state.copies.current() as asked:
        whole = asked.answer(listed.rows())
        assert len({row[0] for row in whole.rows}) > 1    # documents
        for size in (1, 2, 3):
            pages = [asked.page(listed, size, offset) for offset in range(0, len(whole.rows) + size, size)]
            assert [row for page, _ in pages for row in page.rows] == whole.rows
            assert {count for _, count in pages} == {len(whole.rows)}
            assert {tuple(page.columns) for page, _ in pages} == {tuple(whole.columns)}


def test_maintainers_see_words_to_confirm_with_their_place_and_the_line_that_confirms_them(twins: Get) -> None:
    key = _document_key(twins)
    text = twins("/maintainers").text
    Outline(text)
    assert "<script" not in text
    assert f'href="/documents/{key}/grid?row=7&amp;table=0#row"' in text
    assert f'href="/documents/{key}/grid?table=0#row"' in text
    assert re.search(r"headers\.yaml</code> · roles:</p>\s*<pre>project_name: \[.*<ins>&#34;支出事项，名称&#34;</ins>\]</pre>", text)
    assert 'id="row"' in twins(f"/documents/{key}/grid?table=0").text
    [place] = twins("/api/v1/lists/doubted", params={"word": "支出事项，名称"}).json()["rows"]
    assert (place["document_key"], place["read_as"]) == (key, "项目名称")
    [told] = [row for row in twins("/api/v1/lists/to_confirm").json()["rows"] if row["rule"] == "unread-cells"]
    assert (told["table_count"], told["doubted_cell_count"], told["department_count"]) == (1, 3, 1)


def test_a_letter_asks_a_department_to_see_to_its_problems_and_not_to_the_doubts_of_this_program(get: Get, twins: Get) -> None:
    text = twins("/departments/440106-rd/letter").text
    Outline(text)
    assert "第二个项目有误" in text
    assert "这张表有误" in text
    assert "项目支出绩效目标表有误" not in text    # what this program assumed and did not read
    assert "（严重 1、警告 1）" in text
    assert "可能读错原文" in text
    assert "第二个项目有误" not in twins("/departments/440106-rd/letter?severity=warning").text
    assert "没有尚未解决的问题" in twins("/departments/440106-rd/letter?severity=info").text
    assert twins("/departments/440106/letter").status_code == 404    # a part of an identifier is nobody
    assert twins("/departments/440106-rd/letter?region=440106").status_code == 422
    answer = get("/departments/440106-rd/letter.docx")
    assert answer.headers["content-disposition"].startswith("attachment;")
    word = docx.Document(io.BytesIO(answer.content))
    [annex] = word.tables
    assert [cell.text for cell in annex.rows[0].cells][:4] == ["序号", "严重程度", "年度", "问题"]
    assert [row.cells[3].text for row in annex.rows[1:]] == [HOSTILE]
    assert HOSTILE in annex.rows[1].cells[4].text


def test_a_letter_counts_muted_problems_and_does_not_tell_them(tmp_path: Path) -> None:
    batch = Batch().add("published/seed.txt", [EXPERTS])
    batch.find(0, "missing-goal", "critical", "甲", message_zh="今后再说").find(0, "table-missing", "warning", "乙", message_zh="现在就说")
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        night = Night(warehouse)
        night(batch)
        assert night.run
        until = {"missing-goal": date(9999, 1, 1), "table-missing": night.run.as_of_date + timedelta(days=1)}
        night.decisions = [
            Muted(person="王某", fingerprint=fingerprint, muted_until=until[rule])
            for fingerprint, rule in warehouse.connection.execute("SELECT fingerprint, rule FROM quality_issue").fetchall()
        ]
        night(Batch().pull("published/seed.txt", "unchanged"))
        warehouse.publish(tmp_path / "yusuan.duckdb")
    app = create_app(Portal(tmp_path / "yusuan.duckdb", lambda _: b""))
    get = getter(app)
    text = get("/departments/440106-rd/letter").text
    assert "今后再说" not in text
    assert "现在就说" in text    # its day has come
    assert "有 1 个问题尚未解决（警告 1）" in text
    assert "另有 1 个问题尚未解决" in text
    only_muted = get("/departments/440106-rd/letter?severity=critical").text
    assert "没有尚未解决的问题" not in only_muted
    assert "另有 1 个问题尚未解决" in only_muted
    app.state.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_letter_can_be_had_as_a_pdf(get: Get, language: str) -> None:
    answer = get("/departments/440106-rd/letter.pdf", params={"lang": language})
    assert answer.headers["content-disposition"].endswith(".pdf")
    text = _text_of(answer.content)
    assert HOSTILE in text.replace("\n", "")
    assert messages()["letter annex"][language] in text
    assert letters.UNKNOWN_SIGN not in text


def test_a_pdf_of_a_letter_holds_long_texts_and_says_which_signs_it_has_not() -> None:
    """A row longer than a page, markup that is none, many problems, no problem at all."""
    problem = dict.fromkeys(("fiscal_year", "stage", "file_name", "page", "row", "remedy"))
    long = "很长的一行<b>&amp;</b>\t" * 400
    problems = [{**problem, "severity": "critical", "is_muted": False, "message": f"第{number}个\x00\n问题", "published_text": text}
                for number, text in enumerate([long, "𠮷野家💰", *["短"] * 300])]
    made = io.BytesIO()
    letters.write_pdf(letters.compose("部门", problems, None, "zh"), made, "zh")
    text = _text_of(made.getvalue())
    assert text.count("很") == 400
    assert "<b>&amp;</b>" in text
    assert "〓野家〓" in text
    assert "字体没有的字" in text
    assert "302" in text
    made = io.BytesIO()
    letters.write_pdf(letters.compose("部门", [], None, "zh"), made, "zh")
    assert "没有尚未解决的问题" in _text_of(made.getvalue())


def _text_of(pdf: bytes) -> str:
    pages = pdfium.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in pages).replace("\r", "")


def test_what_word_cannot_hold_is_left_out_of_a_letter() -> None:
    problem = dict.fromkeys(("fiscal_year", "stage", "published_text", "file_name", "page", "row", "remedy"))
    letter = letters.compose("部门", [{**problem, "severity": "critical", "is_muted": False, "message": "a\x00\ud800b"}], None, "zh")
    made = io.BytesIO()
    letters.write_word(letter, made)
    assert docx.Document(made).tables[0].rows[1].cells[3].text == "ab"


def test_a_row_that_several_tables_have_is_told_outside_of_the_table(get: Get, keys: dict[str, int]) -> None:
    text = get(f"/documents/{keys['booklet']}/grid?row=1").text
    Outline(text)
    assert text.count("有几张表都有这一行") == 1


@pytest.mark.parametrize(("address", "known"), [
    ("/", "region, year"), ("/quality", "region, year"), ("/lists/projects", "region, year"), ("/files/projects.csv", "region, year"),
    ("/api/v1/lists/projects", "region, year"), ("/api/v1/lists", "lang"), ("/sql", "q, chart, lang"), ("/sql.csv", "q, lang"),
    ("/departments/440106-rd", "lang"), ("/departments/440106-rd/tables", "table, lang"), ("/documents/{seed}", "lang"),
    ("/documents/{seed}/original", "lang"), ("/documents/{seed}/grid", "row, table, lang"), ("/projects/{seed}/0", "lang"),
    ("/documents/{booklet}/pages/9", "at, cells, lang"), ("/documents/{booklet}/pages/9.png", "lang"),
])
def test_what_is_not_known_is_refused_and_not_ignored(get: Get, keys: dict[str, int], address: str, known: str) -> None:
    asked = {"q": "SELECT 1"} if address.startswith("/sql") else {}
    answer = get(address.format(**keys), params={**asked, "yaer": "2023", "lang": "en"})
    assert answer.status_code == 422
    assert "yaer" in answer.text
    assert known in answer.text
    assert get(address.format(**keys), params={**asked, "yaer": " "}).status_code == 200


@pytest.mark.parametrize(("question", "chinese", "english"), [
    ("DROP TABLE fact_project", "只能查询", "can only be read"), ("SELECT 1; SELECT 2", "一次一条", "One statement"), (";", "没有 SQL", "no SQL"),
    ("FROM read_text('/etc/passwd')", "不能读取", "no other file"), ("FROM nothing", "DuckDB", "nothing does not exist"),
])
def test_why_a_question_cannot_be_asked_is_said_in_the_language_of_the_page(get: Get, question: str, chinese: str, english: str) -> None:
    told = re.search(r'role="alert">(.*?)</p>', get("/sql", params={"q": question, "lang": "zh"}).text)
    assert told
    assert chinese in told[1]
    assert english in get("/sql", params={"q": question, "lang": "en"}).text
    assert chinese in get("/sql.csv", params={"q": question}).text


def test_a_head_is_that_of_the_page(get: Get) -> None:
    head, page = get("/lists/projects", method="HEAD"), get("/lists/projects")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == page.headers["content-length"]


def test_budget_beside_final_accounts_cannot_be_of_one_stage(get: Get) -> None:
    assert get("/api/v1/lists/budget_final?stage=final").status_code == 422
    assert 'name="stage"' not in get("/lists/budget_final").text
    assert get("/api/v1/lists/projects?severity=critical").status_code == 422


@pytest.mark.parametrize("address", [
    "/lists/projects?year=now", "/lists/projects?p=0", "/lists/projects?stage=none", f"/lists/projects?words={'x' * 201}", "/sql.csv",
    f"/search?words={'x' * 2000}", "/search?words=%00", "/search?word=1", "/lists/nothing", "/nowhere", "/lists/projects?nothing=1", "/lists/projects?year=2023&year=2024",
])
def test_what_is_wrong_is_said_in_chinese(get: Get, address: str) -> None:
    answer = get(address)
    assert answer.status_code in {404, 422}
    told = re.search(r"<h1>.*?</p>", answer.text, re.DOTALL)
    assert told
    assert not re.search(r"[A-Za-z]+ [A-Za-z]+ ", told[0].replace("p class", ""))


def test_only_so_many_wait_for_a_picture() -> None:
    begun, ended = threading.Semaphore(0), threading.Event()

    def read(_: str) -> bytes:
        begun.release()
        ended.wait(10)
        raise FileNotFoundError

    originals = Originals(read, Limits())
    with ThreadPoolExecutor(WAITING + 1) as many:
        asking = [many.submit(originals.tables, "0") for _ in range(WAITING + 1)]
        assert all(begun.acquire(timeout=10) for _ in asking)
        with pytest.raises(UnreadableDocument, match="Too many"):
            originals.tables("1")
        ended.set()
    assert {type(asked.exception()) for asked in asking} == {FileNotFoundError}
    with pytest.raises(FileNotFoundError):
        originals.tables("1")
    originals.close()


def test_a_new_version_of_the_page_gives_new_answers(
    get: Get, keys: dict[str, int], published: Path, booklet: bytes, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.app.program_version", lambda: "another one")
    app = create_app(Portal(published, lambda _: booklet))
    newer = getter(app)
    for address in ("/", "/api/v1/lists/projects", f"/documents/{keys['booklet']}/pages/9.png"):
        tag = {"If-None-Match": get(address).headers["etag"]}
        assert get(address, headers=tag).status_code == 304
        assert newer(address, headers=tag).status_code == 200
    app.state.close()


def test_a_long_file_is_sent_in_parts(app: FastAPI) -> None:
    sizes: list[int] = []

    async def receive() -> dict[str, object]:
        await asyncio.sleep(30)
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sizes.append(len(message.get("body", b"")))

    question = urlencode({"q": "SELECT repeat('x', 1000) AS texts FROM range(2000)"}).encode()
    asyncio.run(app(
        {"type": "http", "method": "GET", "path": "/sql.csv", "query_string": question, "headers": [(b"host", b"localhost")]}, receive, send,
    ))
    assert sum(sizes) > 2_000_000
    assert max(sizes) <= AT_ONCE


def test_programs_are_told_what_they_may_ask_and_what_they_are_answered(get: Get) -> None:
    """Names of lists, and errors with their bodies; an address that knows other methods says which."""
    described = get("/api/v1/openapi.json").json()["paths"]
    assert {f"/api/v1/lists/{name}" for name in get("/api/v1/lists").json()} < set(described)
    assert described["/api/v1/lists/projects"]["get"]["responses"].keys() == {"200", "304", "400", "401", "404", "422", "503"}
    for address in ("/api/v1/lists/none", "/api/v1/lists/projects?year=x"):
        assert list(get(address).json()) == ["error"]
    refused = get("/api/v1/lists", method="POST")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET")


def test_a_rule_is_called_by_its_title_and_chosen_by_its_identifier(published: Path) -> None:
    """In the words of whoever reads; what programs get is the identifier."""
    titles = {"missing-goal": {"zh": "缺少绩效目标", "en": "Goal missing"}}
    app = create_app(Portal(published, lambda _: b"", titles=titles))
    try:
        get = getter(app)
        assert "缺少绩效目标" in get("/quality").text.partition("<table")[2]
        assert '<option value="missing-goal">Goal missing</option>' in get("/quality?lang=en").text
        assert get("/api/v1/lists/quality").json()["rows"][0]["rule"] == "missing-goal"
    finally:
        app.state.close()
