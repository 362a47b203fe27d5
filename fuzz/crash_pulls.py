"""Kills the pulling of many files again and again at random moments, and looks whether anything is lost, damaged or asked twice.

    python fuzz/crash_pulls.py --kills 20 --files 1000

A server on 127.0.0.1 serves files of random size; a process pulls them and is killed with SIGKILL. After each kill the archive has to
verify; in the end everything is there, and no file that was noted before a kill has been asked for again.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sources.archive import Archive

HOSTS = 4
PROJECT = Path(__file__).resolve().parent.parent
CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from sources.archive import Archive
from sources.catalogue import load_catalogue
from sources.hosts import ask_all
from sources.journal import Journal
from sources.outcomes import Limits
from sources.pull import Fetcher, pull
folder = Path(sys.argv[2])
entries = list(load_catalogue(folder / "catalogue")[0].sources)
with Fetcher(Archive(folder / "archive"), Limits(seconds=5), journal=Journal(folder / "pulled.jsonl")) as fetcher:
    pulled = ask_all(entries, lambda source, department, region: pull(source, department, {}, fetcher, region), 8, lambda _: None)
failed = [one for one in pulled if one.outcome != "new"]
sys.exit(f"{len(failed)} files failed, the first: {failed[0].message}" if failed else 0)
"""


class Office(ThreadingHTTPServer):
    """Serves a file per number and counts what is asked."""

    daemon_threads = True

    def __init__(self, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.seed = seed
        self.sent: Counter[str] = Counter()

    def handle_error(self, *_: Any) -> None:
        """A client that is killed is what this is about."""


class Answering(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Office

    def do_GET(self) -> None:
        """Answer with the file's bytes, in two pieces."""
        if self.path == "/robots.txt":
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        draw = random.Random(f"{self.server.seed} {self.path}")
        body = b"%PDF-1.4\n" + draw.randbytes(draw.randint(1_000, 60_000)) + b"\n%%EOF\n"
        self.server.sent[self.path] += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:500])
        self.wfile.write(body[500:])

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def main() -> int:
    """Run, kill, run again; 0 if nothing was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    draw, offices = random.Random(options.seed), [Office(options.seed) for _ in range(HOSTS)]
    for office in offices:
        threading.Thread(target=office.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_catalogue(folder / "catalogue", offices, options.files)
        problems, kills = _kill(folder, offices, draw, options.kills)
        problems += _look(folder, options.files)
    for problem in problems:
        print(problem)
    print(f"seed {options.seed}: {options.files} files, {kills} kills, {len(problems)} problems")
    return 1 if problems else 0


def _write_catalogue(folder: Path, offices: list[Office], files: int) -> None:
    folder.mkdir()
    sources = "\n".join(
        f"      - {{internal: true, address: 'http://127.0.0.1:{offices[number % HOSTS].server_address[1]}/{number}.pdf'}}"
        for number in range(files)
    )
    (folder / "town.yaml").write_text(
        "region: {adcode: 440106, name: 天河区}\naudiences: [{id: finance, name: 财政局}]\ndepartments:\n"
        f"  - id: npc\n    name: 人大办\n    audience: finance\n    sources:\n{sources}\n", encoding="utf-8",
    )


def _kill(folder: Path, offices: list[Office], draw: random.Random, kills: int) -> tuple[list[str], int]:
    """Let it run to its end, killed as often as wanted on the way; gives what was asked again, and the number of kills."""
    problems: list[str] = []
    done = 0
    while True:
        noted = {address.rpartition("/")[2] for address in _noted(folder)}
        before = Counter({path: count for office in offices for path, count in office.sent.items()})
        pulling = subprocess.Popen([sys.executable, "-c", CHILD, str(PROJECT), str(folder)])
        if done < kills:
            goal = len(noted) + draw.randint(1, 60)    # files after which it is killed, at a random moment of the next one
            while pulling.poll() is None and len(_noted(folder)) < goal:
                time.sleep(0.01)
            time.sleep(draw.random() * 0.02)
            pulling.kill()
        code = pulling.wait()
        after = Counter({path: count for office in offices for path, count in office.sent.items()})
        problems += [f"asked again: {path}" for path in after if path.lstrip("/") in noted and after[path] > before[path]]
        if code == 0:
            return problems, done
        if code > 0:
            return [*problems, f"the pull ended with {code}"], done
        done += 1


def _noted(folder: Path) -> list[str]:
    path = folder / "pulled.jsonl"
    return [json.loads(line)["address"] for line in path.read_bytes().split(b"\n")[:-1] if line.endswith(b"}")] if path.is_file() else []


def _look(folder: Path, files: int) -> list[str]:
    archive = Archive(folder / "archive")
    lines = {json.loads(line)["address"]: json.loads(line)["sha256"] for line in (folder / "pulled.jsonl").read_bytes().splitlines()
             if line.endswith(b"}")}
    missing = files - len(lines)
    problems = [f"{missing} files are missing"] if missing else []
    return problems + [f"{flaw.kind}: {flaw.place}" for flaw in archive.verify(set(lines.values()))]


if __name__ == "__main__":
    sys.exit(main())
