"""Who may come in, who may decide, and what others try."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from browsing import Browser
from fastapi import FastAPI

from issues.decisions import read
from portal.accounts import Accounts
from portal.app import Portal, create_app
from portal.auditing import Audit
from portal.visitors import Door

PASSWORD = "正确的马 电池 订书钉 abc"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    made = Accounts(tmp_path / "accounts.json", CHEAP)
    for name, role in (("王某", "quality_officer"), ("读者", "reader"), ("管理员", "admin")):
        made.add(name, PASSWORD, role)
    return made


@pytest.fixture
def door(tmp_path: Path, accounts: Accounts) -> Door:
    return Door(accounts, Audit(tmp_path / "audit.jsonl"))


@pytest.fixture
def app(published: Path, tmp_path: Path, door: Door) -> Iterator[FastAPI]:
    app = create_app(Portal(published, lambda _: b"", inbox=tmp_path / "decisions.jsonl", door=door))
    yield app
    app.state.close()


@pytest.fixture
def browser(app: FastAPI) -> Browser:
    return Browser(app)


def logged_in(browser: Browser, name: str = "王某") -> Browser:
    answer = browser.post("/login", name=name, password=PASSWORD)
    assert answer.status_code == 303, answer.text
    return browser


@pytest.fixture
def problem(browser: Browser) -> str:
    """The address of a problem, as the page of quality leads to it."""
    [address, *_] = re.findall(r'href="(/problems/\w+)"', browser.get("/quality").text)
    return address


def test_who_logs_in_may_decide_and_sees_it_at_once(browser: Browser, problem: str, tmp_path: Path) -> None:
    assert "<form class=\"card" not in browser.get(problem).text
    logged_in(browser)
    answer = browser.send(problem, "acknowledged", event_note="周一已电话询问")
    assert (answer.status_code, answer.headers["location"]) == (303, problem)
    [decision], torn = read(tmp_path / "decisions.jsonl")
    assert (decision.event, decision.person, decision.event_note, torn) == ("acknowledged", "王某", "周一已电话询问", [])
    assert decision.fingerprint == problem.rpartition("/")[2]
    for page in (problem, "/quality"):
        text = browser.get(page).text
        assert "周一已电话询问" in text
        assert "下一次夜间运行时并入" in text
