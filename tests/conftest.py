"""What tests of several rooms share."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from warehouse.connection import CONFIG

# Time limits are the business of pytest-timeout: on shared cores an example that took 100 ms takes 500 ms the next time.
settings.register_profile("yusuan", deadline=None)
settings.load_profile("yusuan")

# A test run in the background of a script ignores Ctrl-C, one under `nohup` a closed terminal, and so would every program that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, lambda *_: None)    # what is started has it as ever

# What is printed is compared in English, also on a machine whose people read Chinese.
os.environ["LC_ALL"] = "C.UTF-8"

# The other processors are other tests': for few rows, DuckDB's threads cost more than they do.
CONFIG["threads"] = 1

PROJECT = Path(__file__).resolve().parents[1]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tell why a test cannot run here: the program that it needs is not installed."""
    for marker in item.iter_markers("system_program"):
        if not any(map(shutil.which, marker.args)):
            tell = pytest.fail if item.config.getoption("markexpr") == marker.name else pytest.skip
            tell(f"{' or '.join(marker.args)} is not installed")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of sample documents and their catalogue."""
    return PROJECT / "samples"


@pytest.fixture(scope="session")
def seed(samples: Path) -> Path:
    """The real document that everything began with."""
    return next(samples.rglob("tianhe-rd-2023.txt"))
