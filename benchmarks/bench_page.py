"""The page at 20 requests at once: bytes over the wire, how long answers take and how long the processor works for each, first with
questions nobody has asked yet. Times of the processor can be compared where others work on the machine, too: 20 at once on 2 cores are
answered within 200 ms where each takes 20 ms.

Usage: python benchmarks/bench_page.py [DATA [ROUNDS]]; DATA is the data folder of a night (default: data) or of a made year
(bench_warehouse.py --keep, which has no originals to draw), ROUNDS how often the 20 ask (default: 5).
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

YUSUAN = str(Path(sys.executable).parent / "yusuan")
AT_ONCE = 20
WORDS = ("lines", "projects", "indicators", "unit_costs")
RUNAWAY = "/sql?q=SELECT count(*) FROM range(10000000) AS one, range(10000000) AS other"
RUNAWAYS = 2    # as many as are worked on at once


@contextmanager
def served(data: str) -> Iterator[tuple[str, int]]:
    """The address of a page over a data folder, and the number of its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([YUSUAN, "serve", "--data", data, "--port", str(port)], stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                httpx.get(f"{address}/static/page.css")
                break
            except httpx.ConnectError:
                time.sleep(0.1)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


def addresses(client: httpx.Client) -> list[str]:
    """One of each kind of page; `{}` stands for a number that makes the question another one."""
    rows = client.get("/api/v1/lists/lines", params={"limit": 1000}).json()["rows"]
    project = client.get("/api/v1/lists/projects", params={"limit": 1}).json()["rows"][0]
    paged = next((f"/documents/{row['document_key']}/pages/{row['page']}" for row in rows if row["page"]), None)
    if paged and client.get(paged).is_error:    # a made year has no originals
        paged = None
    # Of a made year; a night's regions and departments are few, and one that is not there is refused.
    region, department = ("11{:04}", "&department={}") if client.get("/?region=110002").is_success else (_first_region(client), "")
    return [
        f"/?region={region}", *(f"/lists/{name}?p={{}}" for name in (
            "totals", "departments", "coverage", "documents", "figures", "budget_final", "lines", "indicators", "unit_costs", "projects",
        )),
        "/lists/projects?minimum=-{}", *(f"/lists/{name}?words=补助{department}" for name in WORDS), f"/quality?region={region}",
        f"/departments/{project['department_id']}", f"/projects/{project['document_key']}/{project['project_no']}",
        f"/documents/{project['document_key']}",
        *([paged, f"{paged}.png"] if paged else []), "/sql?q=SELECT * FROM department_year LIMIT 1{}",
        "/api/v1/lists/projects?offset={}", "/api/v1/lists/lines?offset={}00", "/static/page.css",
    ]


def _first_region(client: httpx.Client) -> str:
    return str(client.get("/api/v1/lists/departments", params={"limit": 1}).json()["rows"][0]["region_name"])


def main() -> None:
    """Print a line for each page."""
    data, rounds = [*sys.argv[1:], *("data", "5")[len(sys.argv) - 1:]]
    times = AT_ONCE * int(rounds)
    with served(data) as (address, server), httpx.Client(base_url=address, timeout=120) as client:
        print(f"{'page':56}{'wire KB':>8}{'new: p50':>10}{'p95':>6}{'processor ms':>14}{'known: p50':>12}{'p95':>6}{'processor ms':>14}")
        for page in addresses(client):
            with client.stream("GET", page.format(1)) as answer:
                size = sum(map(len, answer.iter_raw()))
            print(f"{page:56.56}{size / 1000:8.1f}", end="")
            for numbers, width in ((range(2, 2 + times), 10), ([2] * times, 12)):
                before = worked(server)
                half, most = timed(address, [page.format(number) for number in numbers])
                print(f"{half:{width}.0f}{most:6.0f}{(worked(server) - before) / len(numbers):14.1f}", end="", flush=True)
            print()
        alone = timed(address, ["/lists/totals?p=2"] * times)
        with running_away(address):
            beside = timed(address, ["/lists/totals?p=2"] * times)
        print(f"a list that is known, p50 and p95: {alone[0]:.0f} and {alone[1]:.0f} alone, {beside[0]:.0f} and {beside[1]:.0f} beside "
              f"{RUNAWAYS} questions that run away: {beside[1] / alone[1]:.2f} times")


@contextmanager
def running_away(address: str) -> Iterator[None]:
    """Questions that nobody gets an answer to, until they are stopped."""
    with ThreadPoolExecutor(RUNAWAYS) as pool:
        asked = [pool.submit(httpx.get, address + RUNAWAY, timeout=120) for _ in range(RUNAWAYS)]
        time.sleep(1)    # they have begun
        yield
        if any(question.done() for question in asked):
            raise SystemExit("A question that runs away was stopped before the pages had been measured: fewer ROUNDS, please.")


def worked(process: int) -> float:
    """Milliseconds for which the processor worked on a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def timed(address: str, asked: list[str]) -> tuple[float, float]:
    """The median and the 95th percentile, in milliseconds, of requests that 20 clients make at once."""
    limits = httpx.Limits(max_connections=AT_ONCE)
    with httpx.Client(base_url=address, timeout=120, limits=limits) as client, ThreadPoolExecutor(AT_ONCE) as pool:
        def one(path: str) -> float:
            begun = time.perf_counter()
            client.get(path).raise_for_status()
            return (time.perf_counter() - begun) * 1000

        times = sorted(pool.map(one, asked))
    return statistics.median(times), times[int(len(times) * 0.95)]


if __name__ == "__main__":
    main()
