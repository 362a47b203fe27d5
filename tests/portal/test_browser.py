"""Real Chromium loads every kind of page, at the widths of a desktop and a phone, in both languages.

It breaks no rule of the page's own policy, asks no other host, needs no scrolling sideways, and axe finds nothing in the way of a person
who cannot see well or has no mouse (WCAG 2.2 A and AA, and axe's best practices).
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
pytestmark = pytest.mark.system_program(*PROGRAMS)
PAGES = (
    "/", "/lists/projects", "/lists/quality", "/lists/coverage", "/lists/documents", "/lists/nights", "/departments/440106-rd",
    "/projects/{booklet}/0", "/documents/{booklet}", "/documents/{booklet}/pages/9?cells=true", "/documents/{seed}/grid?row=28",
    "/sql?q=SELECT+project_name+FROM+project", "/departments/none", "/departments/440106-rd/letter", "/maintainers",
)
ON_A_PHONE = ("/", "/lists/projects", "/documents/{booklet}/pages/9?cells=true", "/documents/{seed}/grid?row=28", "/sql?q=SELECT+1",
              "/departments/440106-rd/letter", "/maintainers")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=program, args=["--no-sandbox"]) as chromium:
        yield chromium


@pytest.mark.parametrize(
    ("page", "width", "language"), [*((page, 1280, "zh") for page in PAGES), *((page, 390, "en") for page in ON_A_PHONE)])
def test_everybody_can_read_it_in_a_browser(
    browser: Browser, address: str, keys: dict[str, int], page: str, width: int, language: str,
) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    with browser.new_context(viewport={"width": width, "height": 900}) as context, context.new_page() as shown:
        shown.on("console", lambda message: complaints.append(message.text))
        shown.on("request", lambda request: asked.append(request.url))
        shown.goto(address + page.format(**keys) + ("&" if "?" in page else "?") + f"lang={language}")
        assert shown.locator("h1").inner_text()
        assert shown.locator("script").count() == 0
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        assert [url for url in asked if not url.startswith(address)] == []
        found = Axe().run(shown, options={"runOnly": RULES, "resultTypes": ["violations"]})
    assert [(problem["id"], [node["html"] for node in problem["nodes"]]) for problem in found.response["violations"]] == []
    assert [text for text in complaints if page != "/departments/none" or "404" not in text] == []
