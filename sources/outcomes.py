"""What comes of asking an address: the rows of `fact_pull`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sources.schema import Stage

Outcome = Literal["new", "unchanged", "failed", "gone"]


@dataclass(frozen=True, slots=True)
class Known:
    """What the last version of a file had: its SHA-256 and the validators (ETag, Last-Modified) its server gave."""

    sha256: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one address may cost."""

    seconds: float = 30
    """Time-out for connecting and for each wait for the server."""
    attempts: int = 4
    """Attempts per address in one night."""
    max_bytes: int = 200 * 1024 * 1024
    """Largest file that is kept; booklets with scans reach 100 MB."""
    total_seconds: float = 30 * 60
    """Time-out for one whole transfer: 200 MB over 1 Mbit/s take 27 minutes; who is slower keeps the connection from others."""
    connections: int = 8
    """Connections open at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of asking for one file.

    `sha256`: of the version that is in the archive, None if there was none. `status`: of the HTTP answer, if there was one.
    `byte_count`: size of what was sent or read. `message`: why there is no version.
    """

    outcome: Outcome
    sha256: str | None = None
    byte_count: int | None = None
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled(Answer):
    """The answer with what was asked: `address` is the file's stable name; `fiscal_year` and `stage` are what the catalogue says.

    `seconds`: how long it took. `pulled_at`: when it was asked (UTC).
    """

    department_id: str
    address: str
    file_name: str
    fiscal_year: int | None
    stage: Stage | None
    seconds: float
    pulled_at: datetime


class PullFailed(Exception):
    """An address gave no file.

    Args:
        message: what happened, for the people who mend the catalogue.
        status: the HTTP status, if a server answered.
        is_absent: whether the place was reached and says that the file is not there.
    """

    def __init__(self, message: str, *, status: int | None = None, is_absent: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.is_absent = is_absent
