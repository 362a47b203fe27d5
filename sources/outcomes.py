"""What asking an address may cost, and what comes of it: the rows of `fact_pull`."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from sources.schema import Stage

Outcome = Literal["new", "unchanged", "failed", "gone", "blocked"]
Failure = Literal["failed", "blocked"]
# The message of an unchanged file whose original the archive had lost.
RESTORED = "its original in the archive was damaged or missing; it was fetched again"
# The message of a file whose change its server's validators hid; for those who maintain the catalogue.
VALIDATOR_LIES = "validator-lies: the server's validators say that it had not changed, but it had"


@dataclass(frozen=True, slots=True)
class Known:
    """What the last version of a file had: its SHA-256, its size and the validators (ETag, Last-Modified) its server gave.

    `is_stale`: it is an archive of documents that another program has unpacked. `is_read`: not so where it was kept only, for want of a
    department that it names.
    """

    sha256: str
    etag: str | None = None
    last_modified: str | None = None
    is_stale: bool = False
    is_read: bool = True
    byte_count: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one address may cost in a night."""

    seconds: float = 30
    """Time-out for connecting and for each wait for the server."""
    attempts: int = 4
    """Attempts per address in one night."""
    max_bytes: int = 200 * 1024 * 1024
    """Largest file that is kept; booklets with scans reach 100 MB."""
    total_seconds: float = 30 * 60
    """Deadline for an address with all attempts: 200 MB over 1 Mbit/s take 27 minutes; who is slower keeps the connection from others."""
    connections: int = 64
    """Connections open at the same time, one per host at most."""
    full_every: int = 30
    """Nights after which an address is asked in full although nothing says that it changed: servers' validators lie."""
    connect_seconds: float = 10
    """Time-out for connecting; `seconds` if that is shorter."""
    headers_seconds: float = 120
    """Deadline for the headers of an answer, however they drip."""
    delay: float = 0
    """Seconds between two requests to a host, give or take a quarter; robots.txt may ask for more."""
    longest_delay: float = 30
    """The longest delay that a robots.txt is granted, in seconds."""
    longest_retry_after: float = 60
    """The longest pause that a server is granted, in seconds; one that asks for more is asked again the next night."""
    host_bytes: int = 4 * 1024 ** 3
    """What one host may send in a night."""
    breaker: int = 5
    """Failures in a row after which a host is left alone."""
    breaker_seconds: float = 300
    """For how long it is left alone."""
    contact: str = ""
    """Whom a site's administrator can write to; part of the User-Agent."""
    night: date = field(default_factory=lambda: datetime.now(UTC).date())
    """The night that this is."""

    def is_turn(self, address: str) -> bool:
        """Whether this is the one night in `full_every` in which nothing is believed of an address; the addresses are spread evenly."""
        turn = zlib.crc32(address.encode("utf-8", "surrogateescape")) % self.full_every
        return turn == self.night.toordinal() % self.full_every


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of asking for one file.

    `sha256`: of the version that is in the archive, None if there was none. `status`: of the HTTP answer, if there was one.
    `byte_count`: size of what was sent or read. `message`: why there is no version, or what is to be told of it. `name`: of the file, by
    its server.
    """

    outcome: Outcome
    sha256: str | None = None
    byte_count: int | None = None
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    message: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled(Answer):
    """The answer with what was asked: `address` is the file's stable name; `fiscal_year`, `stage` and
    `stated_department` are what the catalogue says.

    `seconds`: how long it took. `pulled_at`: when it was asked (UTC). `publication_title`, `published_date`: of the link in its list;
    `page_address`: the page on which it stood. `source_address`: of the catalogue's entry. `is_matched`: whether the document is a
    department's of the catalogue; one that is not is kept and not read.
    """

    department_id: str
    address: str
    file_name: str
    fiscal_year: int | None
    stage: Stage | None
    seconds: float
    pulled_at: datetime
    stated_department: str | None = None
    publication_title: str | None = None
    published_date: date | None = None
    page_address: str | None = None
    source_address: str | None = None
    is_matched: bool = True


class PullFailed(Exception):
    """An address gave no file.

    Args:
        message: what happened, for the people who mend the catalogue.
        status: the HTTP status, if a server answered.
        is_absent: whether the place was reached and says that the file is not there.
        outcome: `blocked` by a challenge in JavaScript, else `failed`.
    """

    def __init__(
        self, message: str, *, status: int | None = None, is_absent: bool = False, outcome: Failure = "failed",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.is_absent = is_absent
        self.outcome: Failure = outcome
