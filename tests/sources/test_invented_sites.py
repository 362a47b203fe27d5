"""The three invented sites of `invented_sites.py` give exactly the documents that they say, by entries of three lines."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from flows.looking import chosen_sources, look, propose, unreachable
from flows.matching import identification
from sources.answers import type_of
from sources.archive import Archive
from sources.catalogue import load_catalogue
from sources.memory import Memory
from sources.outcomes import VALIDATOR_LIES, Known, Limits, Pulled
from sources.pull import Chosen, Fetcher, NoYears, pull
from transforms.archives import members

os.environ["SITES_BASE"] = str(20000 + os.getpid() % 10000)    # several test processes, and whoever serves the sites by hand
sites = importlib.import_module("invented_sites")

CATALOGUE = """\
region: {{adcode: 990101, name: {region}}}
audiences: [{{id: finance, name: 财政局}}]
departments:
  - id: publisher
    name: {publisher}
    audience: finance
    sources:
      - address: {entry}
        kind: list
        internal: true
        serves: {serves}
"""
FAILING = """\
region: {adcode: 990101, name: 望江区}
audiences: [{id: finance, name: 财政局}]
departments:
  - id: publisher
    name: 望江区财政局
    audience: finance
    sources: [{address: a}, {address: a.pdf}, {address: 'http://x.cn/1.pdf'}, {address: 'http://x.cn/list/', kind: list}]
"""
DEPARTMENT = "  - {{id: d{number}, name: {name}, audience: finance}}\n"
OWNERS = {"s1": ("望江区", "清河市望江区教育局", "department"), "s3": ("望江区", "望江区财政局", "region"), "s5": ("临山县", "临山县财政局", "region")}
# Names that no document of the list has for a department: a school below the bureau, members of an archive.
OF_NO_DEPARTMENT = {"望江区第一中学（教育局所属单位）", "(by member)"}
BELIEVED = Limits(seconds=3, attempts=1, full_every=10**9)    # validators are believed in every night


@pytest.fixture(scope="module", autouse=True)
def _served() -> Iterator[None]:
    servers = sites.serve()
    yield
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def control(change: str) -> None:
    connection = HTTPConnection("127.0.0.1", sites.BASE)
    connection.request("GET", f"/__control__/{change}")
    assert connection.getresponse().read() == b"ok"
    connection.close()


class Nights:
    """Nights on one site; each knows what those before it found."""

    def __init__(self, site: str, folder: Path) -> None:
        self.site = site
        self.expected = sites.EXPECT[site]
        region, publisher, serves = OWNERS[site]
        self.names = sorted({one["department"] for one in self.expected["documents"]} - OF_NO_DEPARTMENT - {publisher})
        (folder / "catalogue").mkdir()
        text = CATALOGUE.format(region=region, publisher=publisher, serves=serves, entry=self.expected["entry"])
        text += "".join(DEPARTMENT.format(number=number, name=name) for number, name in enumerate(self.names))
        (folder / "catalogue" / "region.yaml").write_text(text, encoding="utf-8")
        self.catalogue, problems = load_catalogue(folder / "catalogue")
        assert problems == []
        self.archive = Archive(folder / "archive")
        self.memory = Memory(folder / "pages")
        self.known: dict[str, Known] = {}

    def night(self, limits: Limits = BELIEVED) -> list[Pulled]:
        department = self.catalogue.departments[0]
        with Fetcher(self.archive, limits, members, self.memory, identification(self.catalogue)) as fetcher:
            pulled = pull(department.sources[0], department.id, self.known, fetcher, region=department.region.adcode)
        self.known.update({
            one.address: Known(one.sha256, one.etag, one.last_modified, is_read=one.is_matched) for one in pulled if one.sha256})
        return pulled

    def name_of(self, one: Pulled) -> str:
        return {department.id: department.name for department in self.catalogue.departments}[one.department_id]


@pytest.fixture(autouse=True)
def _first_night() -> Iterator[None]:
    control("night=1")
    yield
    control("correct=0")


@pytest.fixture(params=sorted(OWNERS))
def nights(request: pytest.FixtureRequest, tmp_path: Path) -> Nights:
    return Nights(request.param, tmp_path)


def test_exactly_the_expected_documents_are_taken(nights: Nights) -> None:
    wanted = {one["url"]: one for one in nights.expected["documents"]}
    pulled = {one.address: one for one in nights.night() if "#/" not in one.address}
    taken = {address: one for address, one in pulled.items() if one.sha256}
    assert {address: (one.outcome, one.publication_title, one.fiscal_year, one.stage) for address, one in taken.items()} == {
        address: ("new", one["title"], one["fiscal_year"], one["stage"]) for address, one in wanted.items()}
    whose = {address: nights.name_of(one) for address, one in taken.items() if wanted[address]["department"] not in OF_NO_DEPARTMENT}
    assert whose == {address: wanted[address]["department"] for address in whose}
    packed = {"pdf": "pdf", "xlsx": "zip", "zip": "zip"}
    assert {address: type_of(nights.archive.read(str(one.sha256))) for address, one in taken.items()} == {
        address: packed[one["format"]] for address, one in wanted.items()}
    assert {address: taken[address].file_name for address, one in wanted.items() if "name" in one} == {
        address: one["name"] for address, one in wanted.items() if "name" in one}
    others = {address: one.outcome for address, one in pulled.items() if not one.sha256}
    by_robots = {one["url"]: "failed" for one in nights.expected["not_taken"] if one["why"] == "robots.txt"}
    assert others == by_robots | {one["url"]: one["outcome"] for one in nights.expected["outcomes"]}


def test_documents_in_an_archive_are_the_departments_that_their_paths_name(tmp_path: Path) -> None:
    nights = Nights("s5", tmp_path)
    (packed,) = (one for one in nights.expected["documents"] if one["format"] == "zip")
    found = {one.address: nights.name_of(one) for one in nights.night() if "#/" in one.address and one.is_matched}
    assert found == {f"{packed['url']}#/{path}": f"临山县{path.partition('/')[0]}" for path in packed["members"]}


def test_a_captcha_in_the_place_of_a_file_is_told_with_its_title_and_the_page_of_the_link(tmp_path: Path) -> None:
    nights = Nights("s5", tmp_path)
    (told,) = (one for one in nights.night() if one.outcome == "failed")
    assert (told.status, told.publication_title, urlsplit(told.page_address).path) == (200, "临山县信访局2024年部门预算公开", "/info/1045/3302.htm")
    assert str(told.message).endswith("what came is not the document but a captcha where a file was promised (“下载”)")


def test_counters_and_dates_of_another_night_change_nothing(nights: Nights) -> None:
    first = {one.address: (one.sha256, "unchanged" if one.sha256 else one.outcome) for one in nights.night()}
    for number in (2, 3):
        sites.LOG.clear()
        control(f"night={number}")
        assert {one.address: (one.sha256, one.outcome) for one in nights.night()} == first
        if nights.site == "s1":
            lists = [path for _, _, path, _ in sites.LOG if urlsplit(path).path.startswith("/zwgk/fdzdgknr/ysjs/index_")]
            assert len(lists) <= 2    # one article is refused by robots.txt, so the list is walked again


def test_a_document_replaced_in_place_behind_the_same_validators_is_found_in_its_turn_and_told_once(tmp_path: Path) -> None:
    nights = Nights("s1", tmp_path)
    (corrected,) = (one["url"] for one in nights.expected["documents"] if "correct=1" in one.get("note", ""))
    before = {one.address: one.sha256 for one in nights.night()}
    control("correct=1")
    every = [Limits(seconds=3, attempts=1, full_every=4, night=date(2026, 11, 2) + timedelta(days=day)) for day in range(8)]
    told = [one for limits in every for one in nights.night(limits) if one.sha256 and one.outcome != "unchanged"]
    assert [(one.address, one.outcome, one.message) for one in told] == [(corrected, "new", VALIDATOR_LIES)]
    assert "corrected in place".encode("utf-16-be").hex().upper().encode() in nights.archive.read(str(told[0].sha256))
    nights.archive.read(str(before[corrected]))    # what was replaced stays


def test_a_document_of_no_known_department_is_kept_and_read_once_the_catalogue_has_it(tmp_path: Path) -> None:
    nights = Nights("s3", tmp_path)
    name = "望江区疾病预防控制中心"
    file = tmp_path / "catalogue" / "region.yaml"
    whole = file.read_text(encoding="utf-8")
    file.write_text("".join(line for line in whole.splitlines(keepends=True) if name not in line), encoding="utf-8")
    nights.catalogue, _ = load_catalogue(file.parent)
    (kept,) = [one for one in nights.night() if not one.is_matched]
    assert (kept.publication_title, kept.outcome, kept.message) == (
        f"{name}2024年单位预算", "new", f"it names 疾控中心、{name}, which no department of the catalogue is called: kept, not read")
    file.write_text(whole, encoding="utf-8")
    nights.catalogue, _ = load_catalogue(file.parent)
    (read,) = [one for one in nights.night() if one.outcome == "new"]
    assert (read.address, nights.name_of(read), read.is_matched) == (kept.address, name, True)


LIMITS = Limits(seconds=3, attempts=1)


def test_a_proposed_entry_is_an_entry_and_says_why(tmp_path: Path) -> None:
    nights = Nights("s5", tmp_path)
    proposal = propose(nights.expected["entry"], nights.catalogue, LIMITS)
    assert proposal.text.splitlines()[-5:] == [
        "sources:", f"  - address: {nights.expected['entry']}", "    kind: list", "    internal: true", "    serves: region"]
    assert "#   临山县水利局: d" in proposal.text
    told = list(proposal.looked.lines())
    report = "关于临山县2023年财政预算执行情况和2024年财政预算草案的报告"
    assert f"leave  {report} (the government's report (财政预算执行)) {nights.expected['not_taken'][0]['url']}" in told
    wanted = {one["url"] for kind in ("documents", "outcomes") for one in nights.expected[kind]}
    assert {line.rpartition(" ")[2] for line in told if line.startswith("take")} == wanted


def test_years_and_sample_narrow_a_list(tmp_path: Path) -> None:
    source = Nights("s1", tmp_path).catalogue.departments[0].sources[0]
    assert {one.fiscal_year for one in look(source, LIMITS, Chosen(since=2024)).files} == {2024}
    earlier = look(source, LIMITS, Chosen(until=2023))
    assert {one.fiscal_year for one in earlier.files} == {2021, 2023}
    assert any("after 2023" in line for line in earlier.lines())
    assert len(look(source, LIMITS, Chosen(sample=3)).files) == 3
    with pytest.raises(NoYears, match="since 2024 until 2023"):
        Chosen(2024, 2023)


def test_sources_are_chosen_by_address_department_and_failure(tmp_path: Path) -> None:
    catalogue = Nights("s1", tmp_path).catalogue
    everything = list(catalogue.sources)
    assert chosen_sources(catalogue, ["publisher"], None) == chosen_sources(catalogue, ["/zwgk/"], None) == everything
    assert chosen_sources(catalogue, ["elsewhere"], None) == []
    host = everything[0][1].address.rpartition("/zwgk")[0]
    assert chosen_sources(catalogue, [], [f"{host}/pic/a.pdf"]) == everything
    assert chosen_sources(catalogue, [], ["http://other.example/a.pdf"]) == []


def test_a_source_has_failed_where_its_file_one_in_its_folder_or_one_on_its_host_failed(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text(FAILING, encoding="utf-8")
    catalogue, problems = load_catalogue(tmp_path)
    assert problems == []

    def chosen(*failed: str) -> list[str]:
        return [source.address for _, source in chosen_sources(catalogue, [], failed)]

    assert chosen() == []
    assert chosen("a") == chosen("a/x.pdf") == chosen("a-b", "a/b/x.pdf", "ab") == ["a"]
    assert chosen("a.pdf") == ["a.pdf"]
    assert chosen("a-b/x.pdf", "b", "http://x.cn.evil/") == []
    assert chosen("http://x.cn/files/1.pdf") == ["http://x.cn/list/"]
    assert chosen("http://x.cn/1.pdf") == ["http://x.cn/1.pdf", "http://x.cn/list/"]


def test_an_online_check_names_the_entry_that_leads_to_no_file(tmp_path: Path) -> None:
    nights = Nights("s1", tmp_path)
    assert list(unreachable(nights.catalogue, LIMITS)) == []
    file = tmp_path / "catalogue" / "region.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("/ysjs", "/moved"), encoding="utf-8")
    (told,) = unreachable(load_catalogue(file.parent)[0], LIMITS)
    assert told.startswith(f"{file}:8: {nights.expected['entry'].replace('/ysjs', '/moved')}: ")
