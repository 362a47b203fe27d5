"""A catalogue, an archive and a fetcher in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sources.archive import Archive
from sources.catalogue import load_catalogue
from sources.outcomes import Limits
from sources.pull import Fetcher
from sources.schema import Source

CATALOGUE = """\
region: {{adcode: 440106, name: 天河区}}
audiences: [{{id: finance, name: 财政局}}]
departments:
  - id: npc
    name: 人大办
    audience: finance
    sources:
      - {source}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The catalogue's folder; documents are published beside it."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    return folder


@pytest.fixture
def source(folder: Path) -> Callable[[str], Source]:
    """Makes a source of its YAML, written on line 8 of `tianhe.yaml`."""

    def make(yaml: str) -> Source:
        for scheme in ("http", "https"):    # the servers of tests stand on this machine
            yaml = yaml.replace(f"{{address: '{scheme}://", f"{{internal: true, address: '{scheme}://")
        (folder / "tianhe.yaml").write_text(CATALOGUE.format(source=yaml), encoding="utf-8")
        catalogue, problems = load_catalogue(folder)
        assert problems == []
        return catalogue.departments[0].sources[0]

    return make


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def limits() -> Limits:
    """No night here is the one of thirty in which an address is asked in full: that goes by its port, another one each time."""
    return Limits(seconds=1, attempts=3, max_bytes=1_000_000, total_seconds=4, full_every=10**9)


@pytest.fixture
def fetcher(archive: Archive, limits: Limits) -> Iterator[Fetcher]:
    with Fetcher(archive, limits) as fetcher:
        yield fetcher
