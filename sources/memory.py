"""What the walk over a source's pages gave, kept between nights so that only what changed is walked again.

It saves requests and is never the truth: a source whose memory is lost is walked again as on its first night. Files that it names and
the warehouse does not know are fetched again, so it may be written before a night is loaded.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_VERSION = 2   # another one is forgotten


@dataclass(slots=True)
class ListMemory:
    """The first page of a list: its validators, its rows as a hash, and the columns below it as [address, place in the walk]."""

    rows: str = ""
    etag: str | None = None
    last_modified: str | None = None
    children: list[list[Any]] = field(default_factory=list)


@dataclass(slots=True)
class ArticleMemory:
    """An article: what its row in the list said, and the files behind it."""

    row: str
    files: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class SourceMemory:
    """What is remembered of one source: lists by what was asked, articles by address."""

    lists: dict[str, ListMemory] = field(default_factory=dict)
    articles: dict[str, ArticleMemory] = field(default_factory=dict)


class Memory:
    """The memories of all sources, a file each.

    Args:
        folder: made when the first memory is kept; None remembers nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def of(self, location: str) -> SourceMemory:
        """What is remembered of a source; empty if it is new or cannot be read."""
        if self._folder is None:
            return SourceMemory()
        try:
            data = json.loads(self._path(location).read_bytes())
            if data["version"] != _VERSION or data["location"] != location:
                return SourceMemory()
            return SourceMemory(
                {name: ListMemory(**kept) for name, kept in data["lists"].items()},
                {url: ArticleMemory(**kept) for url, kept in data["articles"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError):
            return SourceMemory()

    def keep(self, location: str, memory: SourceMemory) -> None:
        """Keep what was found; a memory that cannot be written costs requests, nothing else."""
        if self._folder is None:
            return
        path = self._path(location)
        unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        text = json.dumps({"version": _VERSION, "location": location, **asdict(memory)}, ensure_ascii=False)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)

    def _path(self, location: str) -> Path:
        assert self._folder is not None
        name = hashlib.sha256(location.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.json"
