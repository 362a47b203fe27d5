"""Accounts in their file, sessions in memory, and how often a log-in may fail."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from browsing import CHEAP, PASSWORD
from typer.testing import CliRunner

import cli
from flows.doctor import examine
from portal.accounts import COMPARED_AT_ONCE, MOST_CHARACTERS, ROLES, WAITING, Account, AccountError, Accounts, Busy, may
from portal.sessions import FAILURES_OF_ADDRESS, FAILURES_OF_NAME, IDLE, LONGEST, MOST_COUNTED, MOST_OF_ONE, PERIOD, Failures, Sessions
from settings import Settings

OFFICER = Account(role="quality_officer", password_hash="$argon2id$x")


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path / "kept" / "accounts.json", CHEAP)


def test_an_account_is_found_by_its_password_alone(accounts: Accounts, tmp_path: Path) -> None:
    accounts.add(" 王某 ", PASSWORD, "quality_officer")
    found = accounts.verified("王某", PASSWORD)
    assert found
    assert found.role == "quality_officer"
    for name, password in (("王某", f"{PASSWORD} "), ("王某", ""), ("李某", PASSWORD), ("", ""), ("王某", "x" * (MOST_CHARACTERS + 1))):
        assert accounts.verified(name, password) is None
    file = tmp_path / "kept" / "accounts.json"
    assert PASSWORD not in file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["accounts.json"]


def test_letters_count_as_they_look_and_not_as_a_keyboard_composes_them(accounts: Accounts) -> None:
    accounts.add("Zoe\u0308", "caf\u00e9 cre\u0300me x", "reader")
    assert accounts.verified("Zo\u00eb", "cafe\u0301 cr\u00e8me x")


def test_a_change_is_seen_by_whoever_has_the_file_open(accounts: Accounts, tmp_path: Path) -> None:
    serving = Accounts(tmp_path / "kept" / "accounts.json", CHEAP)
    assert serving.current() == {}
    accounts.add("王某", PASSWORD, "reader")
    assert serving.current()["王某"].role == "reader"
    accounts.change_password("王某", PASSWORD[::-1], "admin")
    assert serving.verified("王某", PASSWORD) is None
    assert serving.current()["王某"].role == "admin"
    accounts.remove("王某")
    assert serving.current() == {}


@pytest.mark.parametrize(("change", "told"), [
    (lambda accounts: accounts.add("王某", PASSWORD, "admin"), "already"), (lambda accounts: accounts.remove("李某"), "no account 李某"),
    (lambda accounts: accounts.change_password("李某", PASSWORD), "no account"), (lambda accounts: accounts.add("a", "short", "reader"), "12 to 200"),
    (lambda accounts: accounts.add("a", "x" * 201, "reader"), "12 to 200"), (lambda accounts: accounts.add("", PASSWORD, "reader"), "1 to 64"),
    (lambda accounts: accounts.add("a\nb", PASSWORD, "reader"), "1 to 64"), (lambda accounts: accounts.add("a" * 65, PASSWORD, "reader"), "1 to 64"),
])
def test_what_cannot_be_changes_nothing(accounts: Accounts, tmp_path: Path, change: Callable[[Accounts], None], told: str) -> None:
    accounts.add("王某", PASSWORD, "reader")
    before = (tmp_path / "kept" / "accounts.json").read_bytes()
    with pytest.raises(AccountError, match=told):
        change(accounts)
    assert (tmp_path / "kept" / "accounts.json").read_bytes() == before


def test_a_write_that_fails_leaves_the_file_as_it_was(accounts: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.add("王某", PASSWORD, "reader")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("portal.accounts.os.fsync", full)
    with pytest.raises(AccountError, match="No space left"):
        accounts.add("李某", PASSWORD, "reader")
    assert list(Accounts(tmp_path / "kept" / "accounts.json", CHEAP).current()) == ["王某"]
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["accounts.json"]


def test_two_who_change_the_file_at_once_lose_nothing(accounts: Accounts) -> None:
    names = [f"name {number}" for number in range(12)]
    with ThreadPoolExecutor(4) as many:
        list(many.map(lambda name: accounts.add(name, PASSWORD, "reader"), names))
    assert sorted(accounts.current()) == sorted(names)


@pytest.mark.parametrize("content", ["", "[]", '{"王某": {"role": "root", "password_hash": "$argon2id$"}}', '{"王某": {"role": "admin", "password_hash": "secret"}}'])
def test_a_file_that_is_none_of_accounts_lets_nobody_in(accounts: Accounts, tmp_path: Path, content: str) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "accounts.json").write_text(content, "utf-8")
    with pytest.raises(AccountError) as told:
        accounts.verified("王某", "secret")
    assert "secret" not in str(told.value)


def test_a_name_that_is_not_there_costs_the_same_work(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.add("王某", PASSWORD, "reader")
    compared: list[str] = []
    own = accounts._is_of
    monkeypatch.setattr(accounts, "_is_of", lambda password_hash, password: compared.append(password_hash.rpartition("$")[0].rpartition("$")[0]) or own(password_hash, password))
    accounts.verified("王某", "wrong password")
    accounts.verified("李某", "wrong password")
    assert len(compared) == 2
    assert compared[0] == compared[1]    # the same parameters of Argon2


def test_only_a_few_passwords_are_compared_at_once(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 64 MB; others wait, and of those who wait there are few, so that pages have threads."""
    begun, ended = threading.Semaphore(0), threading.Event()

    def slow(*_: str) -> bool:
        begun.release()
        return ended.wait(10)

    accounts.add("王某", PASSWORD, "reader")
    monkeypatch.setattr(accounts, "_is_of", slow)
    most = COMPARED_AT_ONCE + WAITING
    with ThreadPoolExecutor(most + 1) as many:
        asking = [many.submit(accounts.verified, "王某", PASSWORD) for _ in range(most + 1)]
        for _ in range(COMPARED_AT_ONCE):
            assert begun.acquire(timeout=10)
        while not any(asked.done() for asked in asking):    # the one too many, and nobody else
            threading.Event().wait(0.01)
        assert not begun.acquire(blocking=False)
        ended.set()
    assert [type(asked.exception()) for asked in asking].count(Busy) == 1


def test_each_role_may_what_those_before_it_may() -> None:
    assert [[may(role, needed) for needed in ROLES] for role in ROLES] == [[True, False, False], [True, True, False], [True, True, True]]


def test_a_session_ends_when_it_is_not_used_or_after_a_day_of_work(clock: Clock) -> None:
    sessions = Sessions(clock)
    idle, busy = sessions.begin("王某", OFFICER), sessions.begin("李某", OFFICER)
    while clock.now < LONGEST:
        found = sessions.find(busy)
        assert found
        assert found.name == "李某"
        clock.now += IDLE - 1
    assert sessions.find(busy) is None
    assert sessions.find(idle) is None


def test_a_session_is_known_by_its_whole_id_until_it_is_ended(clock: Clock) -> None:
    sessions = Sessions(clock)
    ids = {sessions.begin("王某", OFFICER) for _ in range(3)}
    assert len(ids) == 3
    for one in ids:
        assert sessions.find(one)
        assert sessions.find(one[:-1]) is None
        sessions.end(one)
        assert sessions.find(one) is None
    assert sessions.find("") is None


def test_an_account_has_few_sessions_and_ends_nobody_elses(clock: Clock) -> None:
    sessions = Sessions(clock)
    others = sessions.begin("李某", OFFICER)
    ids = [sessions.begin("王某", OFFICER) for _ in range(MOST_OF_ONE + 2)]
    assert [bool(sessions.find(one)) for one in ids] == [False, False, *[True] * MOST_OF_ONE]
    assert sessions.find(others)


def test_a_token_is_for_one_session_and_another_one_each_time() -> None:
    sessions = Sessions()
    first, second = sessions.token("session a"), sessions.token("session a")
    assert first != second
    assert sessions.is_token("session a", first)
    for key, token in (("session b", first), ("session a", ""), ("session a", "."), ("session a", f"{first}0"), ("session a", first.partition(".")[2]),
                       ("session a", f"é{first}")):
        assert not sessions.is_token(key, token)
    assert not Sessions().is_token("session a", first)    # nor is one of before a restart


def test_failures_are_counted_by_name_from_anywhere(clock: Clock) -> None:
    failures = Failures(clock)
    assert all(failures.begin("王某", f"192.0.2.{number}") for number in range(FAILURES_OF_NAME))
    assert not failures.begin("王某", "192.0.2.99")
    assert failures.begin("李某", "192.0.2.99")
    clock.now += PERIOD
    assert failures.begin("王某", "192.0.2.99")


@pytest.mark.parametrize(("address", "others"), [("192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8:0:1::1"), ("testclient", "other")])
def test_failures_are_counted_by_address_of_any_name(clock: Clock, address: str, others: str) -> None:
    failures = Failures(clock)
    assert all(failures.begin(f"name {number}", address) for number in range(FAILURES_OF_ADDRESS))
    assert not failures.begin("王某", "2001:db8::ffff" if ":" in address else address)
    assert failures.begin("王某", others)


def test_who_succeeds_has_not_failed_and_clears_his_name_alone(clock: Clock) -> None:
    failures = Failures(clock)
    for _ in range(FAILURES_OF_ADDRESS // (FAILURES_OF_NAME - 1)):
        for _ in range(FAILURES_OF_NAME - 1):
            assert failures.begin("王某", "192.0.2.1")
        if not failures.begin("王某", "192.0.2.1"):
            break
        failures.undo("王某", "192.0.2.1", succeeded=True)
    assert all(failures.begin(f"name {number}", "192.0.2.1") for number in range(FAILURES_OF_ADDRESS % (FAILURES_OF_NAME - 1)))
    assert not failures.begin("李某", "192.0.2.1")    # with an account of one's own the failures of others are not cleared


def test_what_is_counted_has_a_bound(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_COUNTED > PERIOD * COMPARED_AT_ONCE / 0.05 * 2    # a name and an address each, at twice the speed that is known
    monkeypatch.setattr("portal.sessions.MOST_COUNTED", 20)
    failures = Failures(clock)
    for number in range(100):
        failures.begin(f"name {number}", f"192.0.2.{number}")
    assert len(failures._counted) == 20


def test_accounts_as_commands(tmp_path: Path) -> None:
    """The password comes from standard input; no argument has it."""
    def run(*words: str, given: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(cli.app, ["account", *words, "--data", str(tmp_path)], input=given)
        return done.exit_code, done.output

    assert run("add", "王某", "--role", "quality_officer", given=f"{PASSWORD}\n") == (0, "")
    assert run("add", "李某", given=f"{PASSWORD}\n")[0] == 0
    assert run("add", "李某", given=f"{PASSWORD}\n")[0] == 1
    code, listed = run("list")
    assert code == 0
    assert "王某" in listed
    assert "argon2" not in listed
    accounts = Accounts(tmp_path / "accounts.json")
    found = accounts.verified("王某", PASSWORD)
    assert found
    assert found.role == "quality_officer"
    assert run("password", "王某", given="another password\n")[0] == 0
    assert accounts.verified("王某", PASSWORD) is None
    assert accounts.current()["王某"].role == "quality_officer"
    assert run("remove", "王某")[0] == 0
    assert list(accounts.current()) == ["李某"]
    assert run("add", "a", given="short\n")[0] == 1


def test_the_doctor_tells_when_others_can_read_the_accounts(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, accounts=str(tmp_path / "accounts.json"))
    assert "Accounts" not in {check.subject for check in examine(settings)}
    Accounts(settings.accounts_file, CHEAP).add("王某", PASSWORD, "reader")
    assert {check.state for check in examine(settings) if check.subject == "Accounts"} == {"ok"}
    settings.accounts_file.chmod(0o640)
    [wrong] = [check for check in examine(settings) if check.subject == "Accounts"]
    assert (wrong.state, bool(wrong.remedy)) == ("wrong", True)
