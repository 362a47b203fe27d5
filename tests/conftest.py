"""What tests of several rooms share."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import settings

# Time limits are the business of pytest-timeout: on shared cores an example that took 100 ms takes 500 ms the next time.
settings.register_profile("yusuan", deadline=None)
settings.load_profile("yusuan")

# A test run in the background of a script ignores Ctrl-C, and so would every program that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of sample documents and their catalogue."""
    return PROJECT / "samples"


@pytest.fixture(scope="session")
def seed(samples: Path) -> Path:
    """The real document that everything began with."""
    return next(samples.rglob("tianhe-rd-2023.txt"))
