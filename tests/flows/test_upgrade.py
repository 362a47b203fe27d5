"""A data folder of each released version, kept as it was, becomes what this version would have made of the same files."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from running import PROJECT, YUSUAN, Command, Starter, Tables, content, published, without_attempts

KEPT = sorted((Path(__file__).parent / "kept").glob("data-*.tar.xz"))


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.name)
def test_a_data_folder_that_is_kept_ends_as_one_made_today(
    kept: Path, few: Path, few_night: Path, run: Command, starter: Callable[[Path], Starter], server: dict[str, str], tmp_path: Path,
) -> None:
    with tarfile.open(kept) as folder:
        folder.extractall(tmp_path, filter="data")
    data = tmp_path / kept.name.removesuffix(".tar.xz")
    before = published_before(data)
    night = run(data, few / "catalogue")
    assert night.returncode == 0, night.stderr
    assert before <= set(published(data, "SELECT fingerprint FROM quality_issue"))    # nothing is told twice
    command = [str(YUSUAN), "reread", "--yes", "--data", str(data)]
    reread = starter(PROJECT).run(command, server)
    assert reread.returncode == 0, reread.stderr
    assert of_documents(data) == of_documents(few_night)


def published_before(data: Path) -> set[tuple[object, ...]]:
    """The problems that the kept folder knows; of the writer's file, because a copy is not kept."""
    (data / "published").mkdir()
    shutil.copy(data / "warehouse.duckdb", data / "published" / "yusuan.duckdb")
    return set(published(data, "SELECT fingerprint FROM quality_issue"))


def of_documents(data: Path) -> Tables:
    """What is held of the documents, without how it came to be known."""
    return {name: rows for name, rows in without_attempts(content(data)).items() if name != "issue_event"}
