"""Real Chromium loads every kind of page, breaks no rule of the page's own policy, at the widths of a desktop and a phone."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from browsing import Get
from fastapi import FastAPI

pytestmark = pytest.mark.system_program("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def browse(address: str, folder: Path, width: int) -> tuple[str, str]:
    """The document that a browser makes of an address, and what it complains of."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    done = subprocess.run([
        program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}", f"--window-size={width},900",
        "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
        "--enable-logging=stderr", "--dump-dom", address,
    ], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


@pytest.mark.parametrize(("page", "width"), [
    ("/?lang=zh", 1280), ("/lists/projects?lang=en", 390), ("/documents/{booklet}/pages/9?cells=true", 1280), ("/documents/{seed}/grid?row=28", 390),
    ("/sql?q=SELECT+project_name+FROM+project", 1280), ("/departments/440106-rd/letter", 390), ("/maintainers?lang=en", 1280),
])
def test_a_browser_shows_it_and_has_nothing_to_complain_of(
    get: Get, address: str, keys: dict[str, int], tmp_path: Path, page: str, width: int,
) -> None:
    text, complaints = browse(address + page.format(**keys), tmp_path, width)
    assert complaints == ""
    assert re.search(r"<h1>.+</h1>", text)
    assert "<script" not in text
