"""What the tests of this folder share: a Prefect server for each of their processes, and nights on all samples and on a few."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock
from running import PROJECT, Command, MadeOnce, Starter, nightly
from servers import server_of_storage, storage

from flows.start import PREFECT_DEFAULTS

__all__ = ["server_of_storage", "storage"]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a real Prefect server in a home of its own."""
    os.environ.update(PREFECT_DEFAULTS, PREFECT_HOME=str(tmp_path_factory.mktemp("prefect")))
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=300):
        yield {**os.environ, "PREFECT_API_URL": str(PREFECT_API_URL.value())}


@pytest.fixture(scope="session")
def starter(server: dict[str, str]) -> Iterator[Callable[[Path], Starter]]:
    """What starts the commands of a copy of the program."""
    with ExitStack() as starters:
        yield cache(lambda program: starters.enter_context(Starter(program, server)))


@pytest.fixture(scope="session")
def run(server: dict[str, str], starter: Callable[[Path], Starter]) -> Command:
    """Run one night with the arguments of `nightly`, in an environment."""
    def one_night(*folders: Path, env: dict[str, str] = server) -> subprocess.CompletedProcess[str]:
        return starter(PROJECT).run(nightly(*folders), env)

    return one_night


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Make a folder of that name, once for all processes of this test run; for reading only."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made_once(name: str, make: Callable[[Path], None]) -> Path:
        folder = shared / name
        with FileLock(f"{folder}.lock"):
            if not (folder / "made").exists():
                shutil.rmtree(folder, ignore_errors=True)    # another process has failed at it
                folder.mkdir()
                make(folder)
                (folder / "made").touch()
        return folder

    return made_once


@pytest.fixture(scope="session")
def night(run: Command, made_once: MadeOnce) -> tuple[Path, str]:
    """A data folder after one night on the samples, and what was printed; for reading only."""
    def make(folder: Path) -> None:
        done = run(folder / "data")
        assert done.returncode == 0, done.stderr
        (folder / "printed").write_text(done.stdout, "utf-8")

    folder = made_once("night", make)
    return folder / "data", (folder / "printed").read_text("utf-8")


@pytest.fixture(scope="session")
def few(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples of two regions, which a night reads in seconds, and a catalogue of `one` document; for reading only."""
    copy = tmp_path_factory.mktemp("few")
    for region in ("tianhe", "qingchuan"):
        (file,) = samples.glob(f"catalogue/*-{region}.yaml")
        shutil.copytree(samples / "published" / region, copy / "published" / region)
        (copy / "catalogue").mkdir(exist_ok=True)
        shutil.copy(file, copy / "catalogue")
    (copy / "one").mkdir()
    shutil.copy(copy / "catalogue" / "440106-tianhe.yaml", copy / "one")
    return copy


@pytest.fixture(scope="session")
def few_night(run: Command, few: Path, made_once: MadeOnce) -> Path:
    """A data folder after one night on a few samples; for reading only."""
    def make(folder: Path) -> None:
        done = run(folder / "data", few / "catalogue")
        assert done.returncode == 0, done.stderr

    return made_once("few-night", make) / "data"
