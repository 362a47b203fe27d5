"""The page at 20 requests at once: bytes over the wire and how long answers take, first with questions nobody has asked yet.

Usage: python benchmarks/bench_page.py [DATA]; DATA is the data folder of a night (default: data).
"""

from __future__ import annotations

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
AT_ONCE, ROUNDS = 20, 10


@contextmanager
def served(data: str) -> Iterator[str]:
    """The address of a page over a data folder."""
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
        yield address
    finally:
        process.terminate()
        process.wait()


def addresses(client: httpx.Client) -> list[str]:
    """One of each kind of page; `{}` stands for a number that makes the question another one."""
    rows = client.get("/api/v1/lists/lines", params={"limit": 1000}).json()["rows"]
    project = client.get("/api/v1/lists/projects", params={"limit": 1}).json()["rows"][0]
    paged = next((f"/documents/{row['document_key']}/pages/{row['page']}" for row in rows if row["page"]), None)
    return [
        "/?year={}", "/lists/totals?year={}", "/lists/projects?maximum=9{:09}", "/lists/projects?words=代表&maximum=9{:09}",
        "/lists/indicators?words={}", "/quality?year={}", f"/departments/{project['department_id']}",
        f"/projects/{project['document_key']}/{project['project_no']}", f"/documents/{project['document_key']}",
        *([paged, f"{paged}.png"] if paged else []), "/sql?q=SELECT * FROM department_year LIMIT 1{}",
        "/api/v1/lists/projects?maximum=9{:09}", "/static/page.css",
    ]


def main() -> None:
    """Print a line for each page."""
    with served(sys.argv[1] if len(sys.argv) > 1 else "data") as address, httpx.Client(base_url=address, timeout=120) as client:
        print(f"{'page':64}{'wire KB':>8}{'new: p50':>10}{'p95 ms':>8}{'known: p50':>12}{'p95 ms':>8}")
        for page in addresses(client):
            with client.stream("GET", page.format(1)) as answer:
                size = sum(map(len, answer.iter_raw()))
            figures = [timed(address, [page.format(number) for number in numbers]) for numbers in (range(2000, 2200), [2000] * 200)]
            (new, new_95), (known, known_95) = figures
            print(f"{page:64.64}{size / 1000:8.1f}{new:10.0f}{new_95:8.0f}{known:12.0f}{known_95:8.0f}", flush=True)


def timed(address: str, asked: list[str]) -> tuple[float, float]:
    """The median and the 95th percentile, in milliseconds, of requests that 20 clients make at once."""
    limits = httpx.Limits(max_connections=AT_ONCE)
    with httpx.Client(base_url=address, timeout=120, limits=limits) as client, ThreadPoolExecutor(AT_ONCE) as pool:
        def one(path: str) -> float:
            begun = time.perf_counter()
            client.get(path).raise_for_status()
            return (time.perf_counter() - begun) * 1000

        times = sorted(pool.map(one, asked[:AT_ONCE * ROUNDS]))
    return statistics.median(times), times[int(len(times) * 0.95)]


if __name__ == "__main__":
    main()
