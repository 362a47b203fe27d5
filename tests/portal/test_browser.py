"""Real Chromium loads every kind of page, at the widths of a desktop and a phone, in both languages.

It breaks no rule of the page's own policy, asks no other host, needs no scrolling sideways, and axe finds nothing in the way of a person
who cannot see well or has no mouse (WCAG 2.2 A and AA, and axe's best practices).
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from batches import MEETINGS, Batch, Night
from browsing import CHEAP, PASSWORD
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from issues.decisions import read
from portal.accounts import Accounts
from portal.app import Portal, create_app
from portal.auditing import Audit
from portal.visitors import Door
from portal.words import said
from warehouse.store import Warehouse

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
pytestmark = pytest.mark.system_program(*PROGRAMS)
PAGES = (
    "/", "/search?words=人大", "/lists/projects", "/lists/quality", "/lists/coverage", "/lists/documents", "/lists/nights", "/departments/440106-rd",
    "/projects/{booklet}/0", "/documents/{booklet}", "/documents/{booklet}/pages/9?cells=true", "/documents/{seed}/grid?row=28",
    "/sql?q=SELECT+project_name,+amount_yuan+FROM+project&chart=amount_yuan", "/departments/none", "/departments/440106-rd/letter", "/maintainers",
)
ON_A_PHONE = ("/", "/lists/projects", "/documents/{booklet}/pages/9?cells=true", "/documents/{seed}/grid?row=28", "/sql?q=SELECT+1",
              "/departments/440106-rd/letter", "/maintainers")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of a page on a server of its own."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=program, args=["--no-sandbox"]) as chromium:
        yield chromium


def barriers(shown: Page) -> list[tuple[str, list[str]]]:
    """What axe finds in anybody's way on a page."""
    found = Axe().run(shown, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [(problem["id"], [node["html"] for node in problem["nodes"]]) for problem in found.response["violations"]]


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
        assert (shown.locator("script").count() > 0) == page.startswith("/sql")
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        assert [url for url in asked if not url.startswith(address)] == []
        assert barriers(shown) == []
    assert [text for text in complaints if page != "/departments/none" or "404" not in text] == []


def test_the_editor_of_sql_completes_what_is_there_and_asks(browser: Browser, address: str) -> None:
    """Columns of the views that are named, those of a view behind its other name, names in Chinese; Tab leaves it, Ctrl-Enter asks."""
    complaints: list[str] = []
    with browser.new_context() as context, context.new_page() as shown:
        shown.on("console", lambda message: complaints.append(message.text))
        shown.goto(f"{address}/sql")
        editor, hints = shown.locator(".CodeMirror"), shown.locator(".CodeMirror-hint")
        shown.get_by_text("SQL 语句").click()    # its label
        for typed, wanted in (("SELECT * FROM proj", "project"), ("SELECT 1 FROM project WHERE amount_y", "amount_yuan"),
                              ("SELECT * FROM budget_line AS b WHERE b.table_k", "table_kind"), ("SELECT * FROM 项目支", "项目支出")):
            shown.keyboard.press("Control+a")
            shown.keyboard.type(typed)
            assert wanted in hints.all_inner_texts()
        shown.keyboard.press("Enter")
        assert editor.inner_text().split("\n")[-1].strip("\u200b") == "SELECT * FROM 项目支出"
        shown.keyboard.press("Tab")
        assert shown.evaluate("document.activeElement.tagName") == "BUTTON"
        shown.keyboard.press("Shift+Tab")
        shown.keyboard.press("Control+Enter")
        shown.wait_for_url("**/sql?q=*")
        assert shown.locator("main table tbody tr").count() == 4
    assert complaints == []


def test_somebody_logs_in_decides_and_the_next_night_takes_it(browser: Browser, tmp_path: Path) -> None:
    """On a desktop in Chinese and on a phone in English: log in, acknowledge with a reason, see it wait; after a night the state is another."""
    Accounts(tmp_path / "accounts.json", CHEAP).add("王某", PASSWORD, "admin")
    door = Door(Accounts(tmp_path / "accounts.json", CHEAP), Audit(tmp_path / "audit.jsonl"))
    app = create_app(Portal(tmp_path / "yusuan.duckdb", lambda _: b"", inbox=tmp_path / "decisions.jsonl", door=door))
    complaints: list[str] = []
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse, served(app) as address:
        night = Night(warehouse)
        night(Batch().add("a", [MEETINGS]).find(0, "missing-goal", "critical", "人大会议经费").find(0, "missing-amount", "warning", "人大会议经费"))
        warehouse.publish(tmp_path / "yusuan.duckdb")
        for width, language, rule, logs_in, acknowledge in (
            (1280, "zh", "missing-goal", "登录", "知悉"), (390, "en", "missing-amount", "Log in", "Acknowledge"),
        ):
            with browser.new_context(viewport={"width": width, "height": 900}) as context, context.new_page() as shown:
                shown.on("console", lambda message: complaints.append(message.text))

                def look(shown: Page = shown, width: int = width) -> None:
                    assert barriers(shown) == []
                    assert shown.evaluate("document.documentElement.scrollWidth") <= width

                shown.goto(f"{address}/quality?lang={language}")
                shown.get_by_role("link", name=rule).last.click()
                problem = shown.url
                shown.get_by_role("link", name=logs_in).first.click()
                look()
                shown.locator("[name=name]").fill("王某")
                shown.locator("[name=password]").fill(PASSWORD)
                shown.keyboard.press("Enter")
                shown.wait_for_url(problem)
                form = shown.get_by_role("form", name=acknowledge)
                form.locator("textarea").fill("周一已电话询问")
                form.get_by_role("button").click()
                assert "周一已电话询问" in shown.locator("#pending").inner_text()
                look()
                assert said("acknowledged", language) not in shown.locator(".about").inner_text()
                night.decisions = read(tmp_path / "decisions.jsonl")[0]
                night(Batch())
                warehouse.publish(tmp_path / "yusuan.duckdb")
                shown.reload()
                assert shown.locator("#pending").count() == 0
                assert said("acknowledged", language) in shown.locator(".about").inner_text()
                assert "周一已电话询问" in shown.locator("main").inner_text()
                for page in ("/accounts", "/audit"):
                    shown.goto(address + page)
                    look()
                shown.get_by_role("button", name=said("log out", language)).click()
                assert "王某" not in shown.locator("header").inner_text()
                assert shown.context.cookies(address)[0]["name"] == "lang"
    app.state.close()
    assert complaints == []
