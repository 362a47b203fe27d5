"""The problems as people see them now: what the published copy holds, with the decisions that no night has merged yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from issues.decisions import Decision
from issues.life import as_event, stage, statement
from warehouse.errors import BadQuery
from warehouse.query import Copy, Result, explained


@dataclass(frozen=True, slots=True)
class Choice:
    """Which problems to list; None means any, `everything` those that are resolved too."""

    department: str | None = None
    severity: str | None = None
    state: str | None = None
    rule: str | None = None
    assignee: str | None = None
    everything: bool = False


def known(copy: Copy, decisions: Sequence[Decision], choice: Choice) -> Result:
    """The chosen problems, gravest and oldest first; `id` is what the other commands take."""
    with _lives(copy, decisions):
        return _rows(copy, "list", asdict(choice))


def history(copy: Copy, decisions: Sequence[Decision], fingerprint: str) -> Result:
    """All that happened to one problem, oldest first."""
    with _lives(copy, decisions):
        return _rows(copy, "history", {"fingerprint": fingerprint})


def fingerprint_of(copy: Copy, beginning: str) -> str:
    """The whole fingerprint of the problem that begins so, as `known` lists it.

    Raises:
        BadQuery: no problem does, or several.
    """
    with explained(copy):
        found = copy.connection.execute(
            "SELECT fingerprint FROM quality_issue WHERE starts_with(fingerprint, ?) LIMIT 2", [beginning.lower()]
        ).fetchall()
    if len(found) != 1:
        how = "Several problems begin" if found else "No problem begins"
        raise BadQuery(f"{how} with {beginning}: `yusuan issues list --all` lists them.")
    [(fingerprint,)] = found
    return str(fingerprint)


@contextmanager
def _lives(copy: Copy, decisions: Sequence[Decision]) -> Iterator[None]:
    with explained(copy):
        run = copy.connection.execute
        run(statement("macros"))
        merged = {event_id for (event_id,) in run("SELECT event_id FROM issue_event WHERE person IS NOT NULL").fetchall()}
        stage(copy.connection, [as_event(decision) for decision in decisions if decision.id not in merged])
        run("CREATE OR REPLACE TEMP VIEW event AS FROM issue_event UNION ALL BY NAME FROM decided")
        run(f"CREATE OR REPLACE TEMP TABLE life AS {statement('life')}")
        yield


def _rows(copy: Copy, name: str, values: dict[str, object]) -> Result:
    found = copy.connection.execute(statement(name), values)
    return Result([column for column, *_ in found.description or ()], found.fetchall())
