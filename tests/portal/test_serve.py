"""The command starts the page on this machine alone, and knows the names that it was given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import uvicorn
from browsing import getter
from typer.testing import CliRunner

import cli


def test_serve_is_for_this_machine_and_for_the_names_it_is_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: dict[str, Any] = {}
    monkeypatch.setattr(uvicorn, "run", lambda app, **how: started.update(how, app=app))
    done = CliRunner().invoke(cli.app, ["serve", "--data", str(tmp_path), "--name", "budget.example"])
    assert done.exit_code == 0, done.output
    assert (started["host"], started["port"]) == ("127.0.0.1", 8000)
    get = getter(started["app"])
    assert get("/", host="budget.example").status_code == 503    # nothing is published there, and the name is known
    assert get("/", host="evil.example").status_code == 421
