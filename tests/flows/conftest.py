"""One Prefect server for all tests of this folder, and a night on the samples."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import Command, nightly

from flows.start import PREFECT_DEFAULTS


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a real Prefect server in a home of its own."""
    os.environ.update(PREFECT_DEFAULTS, PREFECT_HOME=str(tmp_path_factory.mktemp("prefect")))
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=300):
        yield {**os.environ, "PREFECT_API_URL": str(PREFECT_API_URL.value())}


@pytest.fixture(scope="session")
def run(server: dict[str, str]) -> Command:
    """Run one night with the arguments of `nightly`; other options go to the process."""
    def one_night(*folders: Path, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            nightly(*folders), check=False, capture_output=True, text=True, timeout=240, **{"env": server, **options},
        )

    return one_night


@pytest.fixture(scope="session")
def night(run: Command, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder after one night on the samples, and what was printed; for reading only."""
    data = tmp_path_factory.mktemp("night") / "data"
    done = run(data)
    assert done.returncode == 0, done.stderr
    return data, done.stdout
