"""Which documents are to be read again from the archive, and what the warehouse holds of them before and after."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import duckdb

from warehouse.errors import UnusableInput
from warehouse.tables import statement


class Reader(NamedTuple):
    """What reads documents in a run: the fingerprint of its code, words, rules and libraries, and the limits for one document."""

    fingerprint: str | None
    limits: str | None


NO_READER = Reader(None, None)    # of a run that reads nothing


class KnownOriginal(NamedTuple):
    """A version of a document whose original is in the archive."""

    document_key: int
    sha256: str
    address: str
    file_name: str | None


class Due(NamedTuple):
    """What a night reads again by itself, and how many contents wait for a later night."""

    originals: list[KnownOriginal]
    waiting: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person wants to have read again.

    Attributes:
        departments: ids; empty means all.
        since: pulled on this day (UTC) or later; None means ever.
        failed: what could not be read or has rows in quarantine, whichever program read it.
        everything: what the present program has read too, and versions that are no longer in force.
        quarantined: what has rows in quarantine, whichever program read it.
    """

    departments: tuple[str, ...] = ()
    since: date | None = None
    failed: bool = False
    everything: bool = False
    quarantined: bool = False


class Holding(NamedTuple):
    """What the warehouse holds of one document: counts, and sums in yuan; `content` differs wherever any row does."""

    document_key: int
    address: str
    outcome: str
    error_code: str | None
    fiscal_year: int | None
    stage: str | None
    lines: int
    amounts_of_lines: Decimal | None
    projects: int
    amounts_of_projects: Decimal | None
    amounts_of_funding: Decimal | None
    indicators: int
    findings: int
    quarantined: int
    content: int


class Kept(NamedTuple):
    """A document whose re-reading failed for a reason that says nothing of it: what was read before stands."""

    address: str
    error_code: str
    error_message: str


def due(connection: duckdb.DuckDBPyConnection, replaced: Collection[str]) -> Due:
    """What `this_run` is to read again by itself; see `Warehouse.due_originals`."""
    connection.execute(statement("reread", "content"))
    rows = connection.execute(statement("reread", "due"), {"replaced": list(replaced)}).fetchall()
    ready = [sha256 for sha256, is_waiting in rows if not is_waiting]
    return Due(_originals(connection, ready), len(rows) - len(ready))


def chosen(connection: duckdb.DuckDBPyConnection, choice: Choice) -> list[KnownOriginal]:
    """What a person chose; see `Warehouse.chosen_originals`."""
    demand_departments(connection, choice.departments)
    connection.execute(statement("reread", "content"))
    rows = connection.execute(statement("reread", "chosen"), {
        "everything": choice.everything, "wanting": choice.failed, "since": choice.since, "departments": list(choice.departments),
        "quarantined": choice.quarantined,
    }).fetchall()
    return _originals(connection, [sha256 for (sha256,) in rows])


def demand_departments(connection: duckdb.DuckDBPyConnection, departments: Collection[str]) -> None:
    """Refuse ids that no department has; see `Warehouse.demand_departments`."""
    known = {name for (name,) in connection.execute("SELECT DISTINCT department_id FROM dim_department").fetchall()}
    if unknown := [name for name in departments if name not in known]:
        raise UnusableInput(f"The warehouse has no department {', '.join(unknown)}. `yusuan sql \"SELECT department_id, department_name "
                            'FROM document"` lists those with documents. Nothing was read.')


def holdings(connection: duckdb.DuckDBPyConnection, keys: Collection[int]) -> dict[int, Holding]:
    """What the warehouse holds of documents, by their key."""
    rows = connection.execute(statement("reread", "holding"), {"keys": list(keys)}).fetchall()
    return {row[0]: Holding(*row) for row in rows}


def kept(connection: duckdb.DuckDBPyConnection) -> list[Kept]:
    """The documents of the batch that was loaded last whose re-reading was not loaded."""
    rows = connection.execute("SELECT document_id, error_code, error_message FROM arrived WHERE is_kept ORDER BY ALL").fetchall()
    return [Kept(*row) for row in rows]


def originals(connection: duckdb.DuckDBPyConnection, keys: Collection[int]) -> list[KnownOriginal]:
    """The versions with these keys; see `Warehouse.originals`."""
    rows = connection.execute(
        "SELECT document_key, sha256, document_id, file_name FROM dim_document WHERE list_contains($1::BIGINT[], document_key) "
        "ORDER BY list_position($1::BIGINT[], document_key)", [list(keys)],
    ).fetchall()
    return [KnownOriginal(*row) for row in rows]


def _originals(connection: duckdb.DuckDBPyConnection, contents: list[str]) -> list[KnownOriginal]:
    return [KnownOriginal(*row) for row in connection.execute(statement("reread", "original"), {"contents": contents}).fetchall()]
