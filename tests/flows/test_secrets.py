"""Addresses hold passwords and tokens: none is printed, kept in the warehouse or told in an error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.nightly import unheard
from flows.start import Unreachable, ask_server
from flows.workers import Limits, ReaderPool
from settings import Settings, UnusableFile
from sources.catalogue import check_catalogue, load_catalogue

SECRET = "geheim"


def test_an_address_given_as_an_audiences_name_is_not_told(samples: Path) -> None:
    catalogue, _ = load_catalogue(samples / "catalogue")
    known = catalogue.audiences[0].id
    settings = Settings(alerts={known: [f"json://{SECRET}"], f"mailto://me:{SECRET}@example.org": ["json://x"], SECRET: []})
    assert unheard(settings, catalogue) == [f"YUSUAN_ALERTS: the catalogue has no audience of the name in entry {number}" for number in (2, 3)]
    assert SECRET not in repr(settings)


@pytest.mark.parametrize("address", [
    f"http://me:{SECRET}@127.0.0.1:9/api", f"http://127.0.0.1:9/api?token={SECRET}", f"http://{SECRET}@127.0.0.1:9", f"http://me:{SECRET}@host:{SECRET}",
    f"{SECRET}", f"ftp://me:{SECRET}@127.0.0.1/",
])
def test_the_address_of_prefects_server_is_told_without_its_secrets(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("PREFECT_API_URL", address)
    with pytest.raises(Unreachable, match=r"PREFECT_API_URL=.* does not answer") as error:
        ask_server(address)
    assert SECRET not in str(error.value) or address == SECRET    # a word alone is no password


@pytest.mark.parametrize("scheme", ["ftp", "https"])
def test_a_password_in_a_catalogue_is_refused_and_not_repeated(tmp_path: Path, scheme: str) -> None:
    (tmp_path / "region.yaml").write_text(
        "region: {adcode: '990100', name: 云山市}\n"
        "audiences: [{id: finance, name: 财政局}]\n"
        "departments:\n"
        f"  - {{id: water, name: 水务局, audience: finance, sources: [{{address: '{scheme}://me:{SECRET}@example.org/a.pdf'}}]}}\n",
        encoding="utf-8",
    )
    _, problems = check_catalogue(tmp_path)
    assert any("user name or password" in str(problem) for problem in problems)
    assert SECRET not in "".join(map(str, problems))


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "alerts").write_text(f'{{"finance": ["json://{SECRET}"]}}\n', "utf-8")
    monkeypatch.setenv("YUSUAN_ALERTS_FILE", str(tmp_path / "alerts"))
    assert Settings().alerts == {"finance": [f"json://{SECRET}"]}
    monkeypatch.setenv("YUSUAN_ALERTS", "{}")
    with pytest.raises(UnusableFile, match="YUSUAN_ALERTS and YUSUAN_ALERTS_FILE are both set"):
        Settings()
    monkeypatch.delenv("YUSUAN_ALERTS")
    (tmp_path / "alerts").write_text(f"no JSON {SECRET}", "utf-8")
    with pytest.raises(Exception, match="alerts") as error:
        Settings()
    assert SECRET not in str(error.value)
    (tmp_path / "alerts").unlink()
    with pytest.raises(UnusableFile, match=r"YUSUAN_ALERTS_FILE: .* cannot be read"):
        Settings()


def test_processes_that_read_documents_inherit_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUSUAN_ALERTS", f'{{"finance": ["json://{SECRET}"]}}')
    with ReaderPool(1, Limits(60, 1024, 1)) as pool:
        process = pool._processes[0]._process
        inherited = Path(f"/proc/{process.pid}/environ").read_bytes()
    assert SECRET.encode() not in inherited
    assert b"PATH=" in inherited
    assert SECRET in os.environ["YUSUAN_ALERTS"]    # this process still sends
