"""What a night costs in which nothing, then 1 %, changed, against the bare conditional requests of the same client.

    python benchmarks/bench_pull.py --sources 2000 --hosts 200

A server in a process of its own stands in for the hosts: ports on 127.0.0.1. Behind each source's list page are five documents.
Prints Markdown; requests are counted by the server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

from sources.archive import Archive
from sources.catalogue import load_catalogue
from sources.client import Web
from sources.hosts import Entry, ask_all
from sources.http import Manner
from sources.known import KnownFiles
from sources.memory import Memory
from sources.outcomes import Known, Limits, Pulled
from sources.pull import Fetcher, pull

DOCUMENTS = 5
ROW = "<li><a href='/{source}/{number}.pdf'>望江区水务局{year}年部门预算公开</a><span>{year}-02-08</span></li>"
LIMITS = Limits(full_every=10**9)    # no night of this bench is one in which everything is asked in full


class Town:
    """The hosts: every path has a version; `POST /change` with a list of paths raises theirs, `GET /count` tells what was asked."""

    def __init__(self) -> None:
        self.versions: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()

    async def serve(self, hosts: int, ready: Connection) -> None:
        """Serve on a port per host; the ports are sent to the bench."""
        servers = [await asyncio.start_server(self._talk, "127.0.0.1", 0, backlog=512) for _ in range(hosts)]
        ready.send([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.gather(*(server.serve_forever() for server in servers))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                writer.write(self._answer(lines[0].split(" ")[1], headers, body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, path: str, headers: dict[str, str], body: bytes) -> bytes:
        if path == "/change":
            self.versions.update(json.loads(body))
            return _http(200, b"")
        if path == "/count":
            asked, self.asked = self.asked, Counter()
            return _http(200, json.dumps(asked).encode())
        if path == "/robots.txt":
            return _http(404, b"")
        version = f'"{self.versions[path]}"'
        is_known = headers.get("if-none-match") == version
        self.asked["list" if path.endswith("/") else "document"] += 1
        return _http(304, b"", version) if is_known else _http(200, self._body(path), version)

    def _body(self, path: str) -> bytes:
        source = path.split("/")[1]
        if path.endswith("/"):
            rows = "".join(ROW.format(source=source, number=number, year=2020 + number) for number in range(DOCUMENTS))
            return f"<html><title>部门预决算</title><body><ul>{rows}</ul></body></html>".encode()
        return f"%PDF-1.4\n{path} {self.versions[path]} ".encode() + b"0" * 20_000 + b"\n%%EOF\n"


def _http(status: int, body: bytes, etag: str | None = None) -> bytes:
    tag = f"ETag: {etag}\r\n" if etag else ""
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{tag}\r\n".encode() + body


def _serve(hosts: int, ready: Connection) -> None:
    asyncio.run(Town().serve(hosts, ready))


class Bench:
    """The nights: what is known goes from one to the next."""

    def __init__(self, folder: Path, ports: Sequence[int], sources: int) -> None:
        self.folder = folder
        self.ports = ports
        self.addresses = [f"http://127.0.0.1:{ports[number % len(ports)]}/{number}/" for number in range(sources)]
        self.known: dict[str, Known] = {}
        self.pages: dict[str, Known] = {}
        self.web = Web(Archive(folder / "archive"), LIMITS)
        (folder / "catalogue").mkdir()
        entries = "\n".join(f"      - {{internal: true, kind: list, address: '{address}'}}" for address in self.addresses)
        (folder / "catalogue" / "town.yaml").write_text(
            "region: {adcode: 440106, name: 天河区}\naudiences: [{id: finance, name: 财政局}]\ndepartments:\n"
            f"  - id: water\n    name: 水务局\n    audience: finance\n    sources:\n{entries}\n", encoding="utf-8",
        )
        self.entries: list[Entry] = list(load_catalogue(folder / "catalogue")[0].sources)

    def night(self) -> tuple[float, list[Pulled]]:
        """Pull all sources; gives seconds and outcomes."""
        started = time.perf_counter()
        known = KnownFiles(self.known)
        with Fetcher(Archive(self.folder / "archive"), LIMITS, memory=Memory(self.folder / "pages")) as fetcher:
            pulled = ask_all(
                self.entries, lambda source, department, region: pull(source, department, known, fetcher, region), LIMITS.connections,
                lambda _: None,
            )
        seconds = time.perf_counter() - started
        self.known |= {one.address: Known(one.sha256, one.etag, one.last_modified) for one in pulled if one.sha256}
        return seconds, pulled

    def bare(self) -> float:
        """The conditional requests alone, host by host."""
        client = self.web.client(Manner(is_internal=True))
        by_host: dict[str, list[tuple[str, Known]]] = {}
        for address in self.addresses:
            by_host.setdefault(address.split("/")[2], []).append((address, Known("", '"0"')))
        for address, known in self.known.items():
            by_host[address.split("/")[2]].append((address, known))
        started = time.perf_counter()

        def ask(work: Sequence[tuple[str, Known]]) -> None:
            for address, known in work:
                client.get(address, known=known, kind="data")

        with ThreadPoolExecutor(LIMITS.connections) as pool:
            list(pool.map(ask, by_host.values()))
        return time.perf_counter() - started

    def told(self, path: str, body: object = None) -> dict[str, int]:
        """Ask the server how it was asked, or tell it what changes."""
        client = self.web.client(Manner(is_internal=True))
        answer = client.get(f"http://127.0.0.1:{self.ports[0]}{path}", kind="data", data=None if body is None else json.dumps(body))
        return dict(json.loads(answer.body or b"{}"))


def main() -> None:
    """Run the nights and print what they cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=2000)
    parser.add_argument("--hosts", type=int, default=200)
    options = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(options.hosts, theirs), daemon=True)
    server.start()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), ours.recv(), options.sources)
        rows: list[tuple[str, float, float, dict[str, int], Counter[str]]] = []
        spent = 0.0

        def note(title: str, seconds: float, pulled: Sequence[Pulled] = ()) -> None:
            nonlocal spent
            processor, spent = time.process_time() - spent, time.process_time()
            rows.append((title, seconds, processor, bench.told("/count"), Counter(one.outcome for one in pulled)))

        note("first night", *bench.night())
        note("bare conditional requests", bench.bare())
        note("nothing changed", *bench.night())
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        changed = [f"/{number}/{number % DOCUMENTS}.pdf" for number in range(0, options.sources, 20)]    # 1 % of the documents
        bench.told("/change", changed)
        note(f"1 % changed ({len(changed)})", *bench.night())
    server.terminate()
    print("| night | seconds | × bare | seconds of processor | × bare | list pages asked | documents asked | outcomes |")
    print("|---|---|---|---|---|---|---|---|")
    for title, seconds, processor, asked, outcomes in rows:
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        ratios = seconds / rows[1][1], processor / rows[1][2]
        print(f"| {title} | {seconds:.1f} | {ratios[0]:.2f} | {processor:.1f} | {ratios[1]:.2f} | "
              f"{asked.get('list', 0)} | {asked.get('document', 0)} | {told} |")
    print(f"\nLargest resident memory: {memory:.0f} MB.")


if __name__ == "__main__":
    main()
