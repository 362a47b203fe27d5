"""What a document says never becomes markup, and no request reaches more than the published copy and the originals that it names."""

from __future__ import annotations

import asyncio
import re
import resource
import time
from urllib.parse import quote

import httpx
import pytest
from browsing import HOSTILE, Get
from fastapi import FastAPI


@pytest.mark.parametrize("address", [
    "/", "/quality", "/lists/projects", "/lists/quality", "/lists/documents", "/departments/440106-rd", "/documents/{hostile}",
    "/projects/{hostile}/0", "/documents/{seed}", "/documents/{seed}/grid?row=4", f"/lists/projects?words={quote(HOSTILE)}",
    f"/sql?q={quote(HOSTILE)}", "/sql?q=select+project_name+from+project", f"/nothing/{quote(HOSTILE)}", f"/lists/projects?year={quote(HOSTILE)}",
])
def test_a_script_in_a_name_stays_a_text(get: Get, keys: dict[str, int], address: str) -> None:
    answer = get(address.format(**keys))
    scripts, policy = re.findall(r"<script.*?>", answer.text), answer.headers["content-security-policy"]
    assert [tag for tag in scripts if not re.fullmatch(r'<script src="/static/[\w/-]+\.js" defer>', tag)] == []
    assert ("script-src 'self'" in policy) == bool(scripts) == address.startswith("/sql")
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_the_hostile_name_is_shown_as_it_is(get: Get) -> None:
    assert "&lt;script&gt;" in get("/lists/projects").text


@pytest.mark.parametrize("address", [
    "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/documents/..%2f..%2fetc%2fpasswd/original", "/files/..%2fapp.csv",
    "/documents/1/original", "/lists/..%2f..%2fwarehouse", "/departments/..%2f..%2fetc",
])
def test_no_path_of_a_request_reaches_a_file(get: Get, address: str) -> None:
    assert get(address).status_code in {404, 422}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::2]:8000".replace("::2", "::3")])
def test_another_host_is_refused(get: Get, host: str) -> None:
    answer = get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "预算" not in answer.text
    assert "不以这个名字" in answer.text
    assert "not known by that name" in get("/?lang=en", headers={"Host": host}).text


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000"])
def test_its_own_names_are_known(get: Get, host: str) -> None:
    assert get("/sql", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("statement", [
    "DROP VIEW project", "CREATE TABLE memory.main.t AS SELECT 1", "ATTACH '/tmp/x.duckdb'", "COPY project TO '/tmp/x.csv'",
    "SELECT * FROM read_text('/etc/passwd')", "SELECT 1; SELECT 2", "INSTALL httpfs", "SET memory_limit = '9GB'", "PRAGMA database_list; DROP TABLE x",
])
def test_sql_only_reads_the_copy(get: Get, statement: str) -> None:
    answer = get("/sql", params={"q": statement})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    for ending in ("csv", "xlsx", "parquet"):
        assert get(f"/sql.{ending}", params={"q": statement}).status_code == 400


@pytest.mark.parametrize("huge", ["range(1, 300000000)", "repeat('x', 100000000)"])
def test_one_huge_value_is_refused_and_takes_no_memory_of_the_page(get: Get, huge: str) -> None:
    def most_megabytes() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    before = most_megabytes()
    text = get("/sql", params={"q": f"SELECT {huge}", "lang": "en"}).text
    assert re.search("took more|takes more than 256 MB|more than 1 second|more than 2,000,000 characters", text)
    assert most_megabytes() - before < 200
    assert "20261128" in get("/sql", params={"q": "SELECT 20261100 + 28"}).text    # the next question is answered


def test_sql_that_runs_away_is_stopped(get: Get) -> None:
    begun = time.monotonic()
    text = get("/sql", params={"q": "SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b"}).text
    assert 'role="alert"' in text
    assert time.monotonic() - begun < 30


def test_questions_that_run_away_leave_the_pages_alone(app: FastAPI) -> None:
    runaway = "SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b"

    async def asked() -> tuple[list[httpx.Response], httpx.Response, float]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost", timeout=60) as client:
            own = [asyncio.create_task(client.get("/sql", params={"q": runaway})) for _ in range(50)]
            await asyncio.sleep(0.3)
            begun = time.monotonic()
            page = await client.get("/lists/nights")
            took = time.monotonic() - begun
            return await asyncio.gather(*own), page, took

    own, page, took = asyncio.run(asked())
    assert page.status_code == 200
    assert took < 5
    assert {answer.status_code for answer in own} == {200}
    assert all('role="alert"' in answer.text for answer in own)
    assert sum("现在提问的人太多" in answer.text for answer in own) >= 38


def test_a_long_answer_is_cut_and_told(get: Get) -> None:
    text = get("/sql", params={"q": "SELECT * FROM range(100000)"}).text
    assert "只显示前这么多行" in text
    assert text.count("<tr>") == 1001


def test_quotes_in_filters_are_values(get: Get) -> None:
    assert get("/api/v1/lists/projects", params={"department": "x' OR '1'='1"}).status_code == 404
