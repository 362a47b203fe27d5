"""The problems as people see them now: what the published copy holds, with the decisions that no night has merged yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from difflib import get_close_matches

from issues.decisions import AnyDecision, Released
from issues.life import as_event, stage, statement
from warehouse.errors import BadQuery
from warehouse.query import Copy, Result, explained

NEAR = 5    # names in a message


@dataclass(frozen=True, slots=True)
class Choice:
    """Which problems to list; None means any, `everything` those that are resolved too."""

    department: str | None = None
    severity: str | None = None
    state: str | None = None
    rule: str | None = None
    assignee: str | None = None
    everything: bool = False


def known(copy: Copy, decisions: Sequence[AnyDecision], choice: Choice) -> Result:
    """The chosen problems, gravest and oldest first; `id` is what the other commands take.

    Raises:
        BadQuery: there is no such department or rule; the message names what is near.
    """
    with explained(copy):
        _check(copy, "department", choice.department, "SELECT department_id, department_name FROM dim_department WHERE is_current")
        _check(copy, "rule", choice.rule, "SELECT rule, '' FROM fact_rule_outcome UNION SELECT rule, '' FROM quality_issue")
    with _lives(copy, decisions):
        return _rows(copy, "list", asdict(choice))


def history(copy: Copy, decisions: Sequence[AnyDecision], fingerprint: str) -> Result:
    """All that happened to one problem, oldest first."""
    with _lives(copy, decisions):
        return _rows(copy, "history", {"fingerprint": fingerprint})


def about(copy: Copy, fingerprint: str) -> list[tuple[str, object]]:
    """What a problem is about, by the names that people give it: where it was found last, what it says, how it is mended."""
    with explained(copy):
        found = _rows(copy, "about", {"fingerprint": fingerprint})
    return [(name.replace("_", " "), value) for name, value in zip(found.columns, found.rows[0], strict=True) if value is not None]


def _check(copy: Copy, what: str, value: str | None, known: str) -> None:
    """Refuse a value that chooses nothing because nothing is called so.

    Raises:
        BadQuery: so it is.
    """
    if value is None:
        return
    names = {str(name): str(title) for name, title in copy.connection.execute(known).fetchall()}
    if value in names:
        return
    near = [name for name, title in names.items() if title and value in title] or get_close_matches(value, names, NEAR, 0.4)
    shown = "、".join(f"{name} ({names[name]})" if names[name] else name for name in near[:NEAR])
    others = f"There are {len(names)}, such as {', '.join(sorted(names)[:NEAR])}."
    raise BadQuery(f"No {what} is called {value}. {f'Near to it: {shown}.' if near else others}")


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
def _lives(copy: Copy, decisions: Sequence[AnyDecision]) -> Iterator[None]:
    with explained(copy):
        run = copy.connection.execute
        run(statement("macros"))
        merged = {event_id for (event_id,) in run("SELECT event_id FROM issue_event WHERE person IS NOT NULL").fetchall()}
        stage(copy.connection, [as_event(one) for one in decisions if not isinstance(one, Released) and one.id not in merged])
        run("CREATE OR REPLACE TEMP VIEW event AS FROM issue_event UNION ALL BY NAME FROM decided")
        run(f"CREATE OR REPLACE TEMP TABLE life AS {statement('life')}")
        yield


def _rows(copy: Copy, name: str, values: dict[str, object]) -> Result:
    found = copy.connection.execute(statement(name), values)
    return Result([column for column, *_ in found.description or ()], found.fetchall())
