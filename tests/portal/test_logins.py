"""Who may come in, who may decide, what becomes of it, and what others try."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from browsing import CHEAP, HOSTILE, PASSWORD, Browser
from fastapi import FastAPI

from issues.decisions import CHINA, AnyDecision, Assigned, Muted, read
from portal.accounts import Accounts
from portal.app import Portal, create_app
from portal.auditing import Audit
from portal.guard import MOST_BYTES
from portal.inbox import Inbox
from portal.sessions import FAILURES, FAILURES_OF_ADDRESS, FAILURES_OF_NAME, IDLE, PERIOD, Failures, Sessions
from portal.visitors import COOKIE, SAFE_COOKIE, Door, local

PEOPLE = {"王某": "quality_officer", "李某": "quality_officer", "读者": "reader", "管理员": "admin"}
NEXT_YEAR = (datetime.now(CHINA).date() + timedelta(days=365)).isoformat()
NOTE = "周一已电话询问"
Serve = Callable[..., FastAPI]


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    made = Accounts(tmp_path / "accounts.json", CHEAP)
    for name, role in PEOPLE.items():
        made.add(name, PASSWORD, role)  # type: ignore[arg-type]  # a dict's values are texts
    return made


@pytest.fixture(scope="module")
def open_page(published: Path) -> Iterator[FastAPI]:
    """A page that has its copy open."""
    app = create_app(Portal(published, lambda _: b""))
    yield app
    app.state.close()


@pytest.fixture
def serve(open_page: FastAPI, tmp_path: Path, accounts: Accounts) -> Serve:
    """Give the page another door, and an inbox with nothing in it."""
    def serving(**how: Any) -> FastAPI:
        open_page.state.door = Door(**{"accounts": accounts, "audit": Audit(tmp_path / "audit.jsonl"), **how})
        open_page.state.inbox = Inbox(tmp_path / "decisions.jsonl")
        return open_page

    return serving


@pytest.fixture
def app(serve: Serve) -> FastAPI:
    return serve()


@pytest.fixture
def browser(app: FastAPI) -> Browser:
    return Browser(app)


@pytest.fixture
def officer(app: FastAPI) -> Browser:
    return logged_in(app)


@pytest.fixture
def problem(browser: Browser) -> str:
    """The address of a problem, as the page of quality leads to it."""
    [address, *_] = re.findall(r'href="(/problems/\w+)"', browser.get("/quality").text)
    return address


@pytest.fixture
def decided(tmp_path: Path) -> Callable[[], list[AnyDecision]]:
    """What the inbox holds."""
    return lambda: read(tmp_path / "decisions.jsonl")[0]


@pytest.fixture
def audited(tmp_path: Path) -> Callable[[], list[dict[str, str]]]:
    """What the log of who did what holds."""
    return lambda: [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text("utf-8").splitlines()]


def logged_in(app: FastAPI, name: str = "王某") -> Browser:
    browser = Browser(app)
    assert browser.post("/login", name=name, password=PASSWORD).status_code == 303
    return browser


def test_who_logs_in_may_decide_and_all_see_it_at_once(
    browser: Browser, officer: Browser, problem: str, decided: Callable[[], list[AnyDecision]],
) -> None:
    before = browser.get(problem)
    assert "<textarea" not in before.text
    assert "登录后可以" in before.text
    answer = officer.send(problem, "acknowledged", event_note=NOTE)
    assert (answer.status_code, answer.headers["location"]) == (303, problem)
    [decision] = decided()
    assert (decision.event, decision.person, decision.event_note) == ("acknowledged", "王某", NOTE)
    assert decision.fingerprint == problem.rpartition("/")[2]  # type: ignore[union-attr]  # it is about a problem
    for visitor, page in ((officer, problem), (officer, "/quality"), (browser, problem), (browser, "/quality")):
        text = visitor.get(page).text
        assert NOTE in text
        assert "下一次夜间运行时并入" in text
    assert browser.get(problem, headers={"If-None-Match": before.headers["etag"]}).status_code == 200


@pytest.mark.parametrize(("action", "fields", "of"), [
    ("acknowledged", {}, {}), ("commented", {}, {}), ("assigned", {"assignee": "李某"}, {"assignee": "李某"}),
    ("muted", {"muted_until": NEXT_YEAR}, {"muted_until": date.fromisoformat(NEXT_YEAR)}),
])
def test_each_decision_has_its_name_reason_and_line_in_the_log(
    officer: Browser, problem: str, decided: Callable[[], list[AnyDecision]], audited: Callable[[], list[dict[str, str]]], action: str,
    fields: dict[str, str], of: Mapping[str, object],
) -> None:
    assert officer.send(problem, action, event_note=NOTE, **fields).status_code == 303
    [decision] = decided()
    assert {"event": action, "person": "王某", "event_note": NOTE, **of}.items() <= dict(decision).items()
    line = audited()[-1]
    assert (line["event"], line["who"], line["address"], line["problem"], line["decision"]) == (
        action, "王某", "127.0.0.1", problem.rpartition("/")[2], decision.id)
    assert NOTE not in str(line)


@pytest.mark.parametrize(("action", "fields", "told"), [
    ("acknowledged", {"event_note": " "}, "Reason: must not be empty"), ("commented", {}, "Reason: must not be empty"),
    ("assigned", {"event_note": NOTE}, "Assignee: must not be empty"), ("commented", {"event_note": "x" * 2001}, "2000 characters"),
    ("muted", {"event_note": NOTE, "muted_until": ""}, "Muted until: cannot"), ("muted", {"event_note": NOTE, "muted_until": "soon"}, "Muted until: cannot"),
    ("muted", {"event_note": NOTE, "muted_until": "2020-01-01"}, "a day to come"),
    ("muted", {"event_note": NOTE, "muted_until": "4000000000"}, "Muted until: cannot"),
])
def test_what_cannot_be_decided_is_told_in_words_and_what_was_written_stays(
    officer: Browser, problem: str, decided: Callable[[], list[AnyDecision]], action: str, fields: dict[str, str], told: str,
) -> None:
    officer.get("/?lang=en")
    answer = officer.send(problem, action, **fields)
    assert answer.status_code == 422
    assert told in answer.text
    for text in fields.values():
        assert text.strip() in answer.text
    assert decided() == []


def test_a_decision_that_cannot_be_written_is_not_made(
    app: FastAPI, officer: Browser, problem: str, tmp_path: Path, audited: Callable[[], list[dict[str, str]]],
) -> None:
    token = officer.token(problem)
    (tmp_path / "decisions.jsonl").mkdir()
    assert "没有记录" in officer.post(f"{problem}/commented", token=token, event_note=NOTE).text
    assert audited()[-1]["event"] == "not_written"
    assert officer.get(problem).status_code == 503    # to show none would say that nobody decided
    (tmp_path / "decisions.jsonl").rmdir()
    (tmp_path / "audit.jsonl").unlink()
    (tmp_path / "audit.jsonl").mkdir()
    assert officer.send(problem, "commented", event_note=NOTE).status_code == 503    # nor is one that nobody could account for
    assert not (tmp_path / "decisions.jsonl").exists()
    assert Browser(app).post("/login", name="王某", password=PASSWORD).status_code == 503


def test_a_problem_that_is_not_there_is_not_decided(officer: Browser, problem: str, decided: Callable[[], list[AnyDecision]]) -> None:
    token = officer.token(problem)
    for address, status in (("/problems/" + "0" * 64, 404), ("/problems/../../etc/passwd", 404), ("/problems/x", 422)):
        assert officer.post(f"{address}/commented", token=token, event_note=NOTE).status_code == status
        assert officer.get(address).status_code == status
    assert officer.post(f"{problem}/released", token=token, event_note=NOTE).status_code == 422
    assert officer.post(f"{problem}/commented", token=token, event_note=NOTE, person="李某").status_code == 422
    assert decided() == []


@pytest.mark.parametrize("field", ["event_note", "assignee", "name", "next"])
def test_a_script_that_somebody_writes_stays_a_text(app: FastAPI, browser: Browser, officer: Browser, problem: str, accounts: Accounts, field: str) -> None:
    match field:
        case "event_note":
            officer.send(problem, "commented", event_note=HOSTILE)
        case "assignee":
            officer.send(problem, "assigned", event_note=NOTE, assignee=HOSTILE)
        case "name":
            accounts.add(HOSTILE, PASSWORD, "admin")
            officer = logged_in(app, HOSTILE)
            officer.send(problem, "commented", event_note=NOTE)
    pages = [officer.get(problem), browser.get(problem), browser.get("/quality"), browser.get("/login", params={"next": f"/{HOSTILE}"}),
             browser.post("/login", name=HOSTILE, password="x", next=f"/{HOSTILE}")]
    pages += [officer.get("/accounts"), officer.get("/audit")] if field == "name" else []
    assert all("<script" not in page.text for page in pages)
    assert any("&lt;script&gt;" in page.text for page in pages)


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Origin": "http://127.0.0.1:8001"}, {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://127.0.0.1:8000.evil.example"},
])
def test_another_site_has_nobody_log_in_log_out_or_decide(
    app: FastAPI, officer: Browser, problem: str, decided: Callable[[], list[AnyDecision]], headers: dict[str, str],
) -> None:
    token = officer.token(problem)    # even if it came to know one
    assert officer.post(f"{problem}/acknowledged", headers, token=token, event_note=NOTE).status_code == 403
    assert officer.post("/logout", headers, token=token).status_code == 403
    assert Browser(app).post("/login", headers, name="王某", password=PASSWORD).status_code == 403
    assert "王某" in officer.get("/").text
    assert decided() == []


def test_a_browser_that_tells_where_it_comes_from_is_believed(officer: Browser, problem: str) -> None:
    """Also where a proxy in front calls this page by another name than the browser."""
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "https://budget.example.gov.cn"}
    assert officer.post(f"{problem}/commented", headers, token=officer.token(problem), event_note=NOTE).status_code == 303


def test_a_form_needs_the_token_of_its_own_session(
    app: FastAPI, officer: Browser, problem: str, decided: Callable[[], list[AnyDecision]], audited: Callable[[], list[dict[str, str]]],
) -> None:
    others = logged_in(app, "李某").token(problem)
    earlier = officer.token(problem)
    officer.post("/login", name="王某", password=PASSWORD)
    for token in ("", others, earlier, "x", "é.é"):
        answer = officer.post(f"{problem}/commented", token=token, event_note=NOTE)
        assert answer.status_code == 403
        assert NOTE in answer.text    # and may be sent again
        assert officer.post("/logout", token=token).status_code == 403
    assert officer.post(f"{problem}/commented", event_note=NOTE).status_code == 403
    assert decided() == []
    assert {line["why"] for line in audited() if line["event"] == "refused"} == {"form out of date"}
    assert officer.send(problem, "commented", event_note=NOTE).status_code == 303


def test_a_session_that_somebody_else_chose_is_never_taken(app: FastAPI, browser: Browser, problem: str) -> None:
    browser.cookies.set(COOKIE, "chosen", domain="127.0.0.1")
    assert browser.post("/login", name="王某", password=PASSWORD).status_code == 303
    first = browser.cookies[COOKIE]
    assert first != "chosen"
    stolen = Browser(app)
    stolen.cookies.set(COOKIE, first)
    assert "王某" in stolen.get("/").text
    browser.post("/login", name="王某", password=PASSWORD)
    assert browser.cookies[COOKIE] != first
    assert "王某" not in stolen.get("/").text    # what there was before has ended
    assert stolen.post(f"{problem}/commented", token="x", event_note=NOTE).status_code == 401


def test_the_cookie_is_for_this_page_alone(app: FastAPI) -> None:
    told = Browser(app).post("/login", name="王某", password=PASSWORD).headers.get_list("set-cookie")[-1]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in told.split(";")}
    assert "Secure" not in told
    [told] = [told for told in Browser(app, origin="https://127.0.0.1:8000").post("/login", name="王某", password=PASSWORD).headers.get_list("set-cookie")
              if told.startswith(SAFE_COOKIE) and "Max-Age=0" not in told]
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Secure"} <= {part.strip() for part in told.split(";")}
    assert "Domain" not in told


def test_what_somebody_sees_who_is_logged_in_is_kept_by_no_browser(browser: Browser, officer: Browser) -> None:
    strangers = browser.get("/quality")
    for page in ("/", "/quality", "/lists/projects"):
        answer = officer.get(page, headers={"If-None-Match": strangers.headers["etag"]})
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert "etag" not in answer.headers
    assert "王某" not in browser.get("/quality").text
    assert browser.get("/login").headers["cache-control"] == "no-store"


def test_logging_out_ends_the_session_and_no_other(app: FastAPI, officer: Browser, problem: str, audited: Callable[[], list[dict[str, str]]]) -> None:
    elsewhere, stolen = logged_in(app), Browser(app)
    stolen.cookies.set(COOKIE, officer.cookies[COOKIE])
    answer = officer.post("/logout", token=officer.token("/"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert COOKIE not in officer.cookies
    assert "王某" not in stolen.get("/").text
    assert "王某" in elsewhere.get("/").text
    assert officer.post(f"{problem}/commented", token="x", event_note=NOTE).status_code == 401
    assert officer.post("/logout").status_code == 303    # once more harms nobody
    assert [line["event"] for line in audited()] == ["logged_in", "logged_in", "logged_out"]


@pytest.mark.parametrize("change", [
    lambda accounts: accounts.remove("王某"), lambda accounts: accounts.change_password("王某", PASSWORD[::-1]),
    lambda accounts: accounts.change_password("王某", PASSWORD, "reader"),
])
def test_a_session_ends_with_its_account_password_or_role(
    officer: Browser, problem: str, accounts: Accounts, change: Callable[[Accounts], None], decided: Callable[[], list[AnyDecision]],
) -> None:
    token = officer.token(problem)
    change(accounts)
    assert officer.post(f"{problem}/commented", token=token, event_note=NOTE).status_code == 401
    assert "王某" not in officer.get("/").text
    assert decided() == []


def test_accounts_that_cannot_be_read_let_nobody_in(app: FastAPI, officer: Browser, tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_text("{")
    assert Browser(app).post("/login", name="王某", password=PASSWORD).status_code == 503
    assert "王某" not in officer.get("/").text
    assert Browser(app).get("/").status_code == 200


def test_a_session_that_nobody_uses_ends(serve: Serve) -> None:
    now = [0.0]
    officer = logged_in(serve(sessions=Sessions(lambda: now[0])))
    assert "王某" in officer.get("/").text
    now[0] += IDLE
    assert "王某" not in officer.get("/").text


def test_names_are_not_told_from_wrong_passwords_and_too_many_are_refused(
    app: FastAPI, browser: Browser, tmp_path: Path, audited: Callable[[], list[dict[str, str]]],
) -> None:
    """Also with the right password then; nothing that was typed as a password or as a name that is none gets into the log."""
    for name in ("王某", "hunter2hunter2"):
        answers = [browser.post("/login", name=name, password=f"wrong {number}") for number in range(FAILURES + 2)]
        assert [answer.status_code for answer in answers] == [401] * FAILURES + [429, 429]
        assert len({answer.text.replace(name, "") for answer in answers[:FAILURES]}) == 1
    assert browser.post("/login", name="王某", password=PASSWORD).status_code == 429
    assert Browser(app, peer="192.0.2.9").post("/login", name="王某", password=PASSWORD).status_code == 303    # its owner comes in
    assert browser.post("/login", name="李某", password=PASSWORD).status_code == 303
    log = (tmp_path / "audit.jsonl").read_text("utf-8")
    assert "wrong" not in log
    assert "hunter2" not in log
    assert {(line["event"], line["who"]) for line in audited()} == {
        ("log_in_failed", "王某"), ("log_in_failed", None), ("log_in_limited", "王某"), ("log_in_limited", None), ("logged_in", "李某"),
        ("logged_in", "王某")}
    assert stat.S_IMODE((tmp_path / "audit.jsonl").stat().st_mode) == 0o600


def test_who_guesses_from_many_addresses_is_slowed_and_the_owner_is_not_shut_out() -> None:
    now = [0.0]
    failures = Failures(lambda: now[0])
    assert failures.begin("王某", "198.51.100.7")
    failures.undo("王某", "198.51.100.7", succeeded=True)
    guesses = [failures.begin("王某", f"203.0.113.{number % 200}") for number in range(2 * FAILURES_OF_NAME)]
    assert guesses == [True] * FAILURES_OF_NAME + [False] * FAILURES_OF_NAME
    assert failures.begin("王某", "198.51.100.7")    # from where he came in before
    assert [failures.begin(f"{number}", "192.0.2.1") for number in range(FAILURES_OF_ADDRESS + 1)] == [True] * FAILURES_OF_ADDRESS + [False]
    now[0] += PERIOD
    assert failures.begin("王某", "203.0.113.1")


def test_a_form_that_is_sent_twice_is_one_decision(
    officer: Browser, problem: str, decided: Callable[[], list[AnyDecision]], audited: Callable[[], list[dict[str, str]]],
) -> None:
    """By a double click, also a while later; another text of the same form, and the same text of another one, are decisions."""
    token = officer.token(problem)
    for _ in range(2):
        answer = officer.post(f"{problem}/commented", token=token, event_note=NOTE)
        assert (answer.status_code, answer.headers["location"]) == (303, problem)
    assert len(decided()) == 1
    officer.post(f"{problem}/commented", token=token, event_note=f"{NOTE}。")
    officer.send(problem, "commented", event_note=NOTE)
    assert len({decision.id for decision in decided()}) == len(decided()) == 3
    assert [line["event"] for line in audited()].count("commented") == 3


@pytest.mark.parametrize("address", [
    "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:alert(1)", "evil.example", "",
    "///evil.example", "/\n/evil.example", "http:evil.example", " //evil.example", "//evil.example/..", "/ok\r\nSet-Cookie: a=b",
])
def test_after_the_log_in_nobody_is_led_away(app: FastAPI, address: str) -> None:
    assert local(address) == "/"
    answer = Browser(app).post("/login", name="王某", password=PASSWORD, next=address)
    assert answer.headers["location"] == "/"
    assert logged_in(app).get("/login", params={"next": address}).headers["location"] == "/"


def test_after_the_log_in_everybody_is_where_he_wanted_to_be(app: FastAPI, browser: Browser) -> None:
    assert browser.post("/login", name="王某", password=PASSWORD, next="/lists/projects?year=2023").headers["location"] == "/lists/projects?year=2023"
    assert logged_in(app).get("/login?next=/quality").headers["location"] == "/quality"
    text = Browser(app).get("/lists/projects?year=2023").text
    assert 'href="/login?next=%2Flists%2Fprojects%3Fyear%3D2023"' in text


def test_each_role_may_do_its_own(app: FastAPI, problem: str, decided: Callable[[], list[AnyDecision]], audited: Callable[[], list[dict[str, str]]]) -> None:
    stranger, reader, officer, admin = Browser(app), *(logged_in(app, name) for name in ("读者", "王某", "管理员"))
    for page in ("/accounts", "/audit"):
        assert stranger.get(page).headers["location"] == f"/login?next=%2F{page[1:]}"
        assert [browser.get(page).status_code for browser in (reader, officer, admin)] == [403, 403, 200]
    assert "王某" in admin.get("/accounts").text
    assert "argon2" not in admin.get("/accounts").text
    assert "/audit" not in officer.get("/").text
    assert "<textarea" not in reader.get(problem).text
    own = reader.token(problem)
    for token in (own, officer.token(problem), admin.token(problem)):
        assert reader.post(f"{problem}/acknowledged", token=token, event_note=NOTE).status_code == 403
    assert reader.post(f"{problem}/acknowledged", token=own, event_note=NOTE, role="admin").status_code in {403, 422}
    assert stranger.post(f"{problem}/acknowledged", token=own, event_note=NOTE).status_code == 401
    assert decided() == []
    assert {line["who"] for line in audited() if line["event"] == "refused"} == {"读者", "王某"}
    assert admin.send(problem, "acknowledged", event_note=NOTE).status_code == 303
    text = admin.get("/audit").text
    assert text.index("已知悉") < text.index("被拒绝") < text.index("登录</td>")    # the newest first


def test_two_sessions_decide_each_in_their_own_name(app: FastAPI, problem: str, decided: Callable[[], list[AnyDecision]]) -> None:
    first, second = logged_in(app), logged_in(app, "李某")
    first.send(problem, "assigned", event_note=NOTE, assignee="李某")
    second.send(problem, "muted", event_note=NOTE, muted_until=NEXT_YEAR)
    assigned, muted = decided()
    assert isinstance(assigned, Assigned)
    assert isinstance(muted, Muted)
    assert (assigned.person, muted.person) == ("王某", "李某")


def test_the_whole_page_may_need_a_log_in(serve: Serve) -> None:
    app = serve(is_closed=True)
    stranger = Browser(app)
    for page in ("/", "/lists/projects?year=2023", "/sql", "/files/projects.csv", "/documents/1/original", "/problems/" + "0" * 64):
        answer = stranger.get(page)
        assert answer.status_code == 303, page
        assert answer.headers["location"].startswith("/login?next=%2F"), page
    for address in ("/api/v1/lists/projects", "/api/v1/lists", "/api/v1/package.zip"):
        answer = stranger.get(address)
        assert (answer.status_code, list(answer.json())) == (401, ["error"])
    assert stranger.get("/login").status_code == stranger.get("/static/page.css").status_code == 200
    reader = logged_in(app, "读者")
    assert reader.get("/lists/projects").status_code == reader.get("/api/v1/lists/projects").status_code == 200


def test_a_named_proxy_says_who_asks_and_nobody_else(
    published: Path, tmp_path: Path, problem: str, decided: Callable[[], list[AnyDecision]], audited: Callable[[], list[dict[str, str]]],
) -> None:
    door = Door(
        audit=Audit(tmp_path / "audit.jsonl"), proxies=["192.0.2.0/24"], identity_header="X-Remote-User",
        identity_roles={"王某": "quality_officer"},
    )
    app = create_app(Portal(published, lambda _: b"", inbox=tmp_path / "decisions.jsonl", door=door))
    named = {"X-Remote-User": "王某".encode(), "X-Forwarded-For": b"198.51.100.7"}
    for peer in ("127.0.0.1", "198.51.100.7", "testclient"):
        forged = Browser(app, peer=peer)
        assert "王某" not in forged.get("/", headers={**named, "X-Forwarded-For": b"192.0.2.1"}).text
        assert forged.get("/accounts", headers=named).status_code == 401
    proxied = Browser(app, peer="192.0.2.1")
    [token, *_] = re.findall(r'name="token" value="([^"]+)"', proxied.get(problem, headers=named).text)
    assert proxied.get(problem, headers=[*named.items(), ("X-Remote-User", b"x")]).text.count("<textarea") == 0    # said twice, it counts not
    sent = {**named, "Origin": b"http://127.0.0.1:8000"}
    other = {**sent, "X-Remote-User": "李某".encode()}
    assert proxied.post(f"{problem}/commented", other, token=token, event_note=NOTE).status_code == 403    # a reader
    assert proxied.post(f"{problem}/commented", {"Origin": "http://127.0.0.1:8000"}, token=token, event_note=NOTE).status_code == 401
    assert proxied.post(f"{problem}/commented", sent, token=token, event_note=NOTE).status_code == 303
    assert [decision.person for decision in decided()] == ["王某"]
    assert [(line["event"], line["address"]) for line in audited()] == [("refused", "198.51.100.7"), ("commented", "198.51.100.7")]
    assert proxied.get("/login").status_code == proxied.post("/login", name="王某", password=PASSWORD).status_code == 404
    app.state.close()


def test_without_that_setting_no_header_says_who_asks(browser: Browser) -> None:
    for header in ("X-Remote-User", "Remote-User", "X-Forwarded-User", "Authorization"):
        assert "王某" not in browser.get("/", headers={header: "王某".encode()}).text


def test_nobody_hides_behind_a_proxy_that_is_not_named(app: FastAPI, audited: Callable[[], list[dict[str, str]]]) -> None:
    Browser(app, peer="203.0.113.5").post("/login", {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}, name="王某", password="x")
    assert audited()[-1]["address"] == "203.0.113.5"


def test_a_form_that_is_too_long_is_not_read(officer: Browser, problem: str, decided: Callable[[], list[AnyDecision]]) -> None:
    assert officer.post(f"{problem}/commented", token=officer.token(problem), event_note="x" * MOST_BYTES).status_code == 413
    assert officer.post("/login", {"Transfer-Encoding": "chunked"}, name="王某", password=PASSWORD).status_code == 413
    assert officer.post("/login", {"Content-Length": "-1"}, name="王某", password=PASSWORD).status_code == 413
    assert decided() == []


def test_the_api_says_that_it_is_read_only(browser: Browser, officer: Browser) -> None:
    described = browser.get("/api/v1/openapi.json").json()
    assert "read-only" in described["info"]["description"]
    assert {method for path in described["paths"].values() for method in path} == {"get"}
    assert officer.post("/api/v1/lists/quality").status_code == 405
