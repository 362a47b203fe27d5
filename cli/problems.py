"""Problems of what was published, and rows in quarantine: what stands, and what people decide about it."""

from __future__ import annotations

import getpass
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

import terminal
from cli.common import DataFolder, chosen_settings, show, shown_address, stop
from cli.night import reread_documents
from language import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from issues.decisions import AnyDecision, Decision
    from warehouse.query import Copy

issues_app = typer.Typer(no_args_is_help=True, help="Problems of published budgets: what stands, and what people decide about it.")
quarantine_app = typer.Typer(no_args_is_help=True, help="Rows that were not read with certainty and are in no sum.")

RowId = Annotated[str, typer.Argument(help="The row, as `yusuan quarantine list` names it.", show_default=False)]
IssueId = Annotated[str, typer.Argument(help="The problem, as `yusuan issues list` names it.", show_default=False)]
Person = Annotated[str | None, typer.Option("--by", help="Who decides; default: the user's login name.", show_default=False)]
Note = Annotated[str | None, typer.Option(help="What there is to say to it.", show_default=False)]


@issues_app.command("list", epilog="Example: yusuan issues list --severity critical --department yunshan-transport")
def issues_list(  # noqa: PLR0913, PLR0917 -- each is an option
    department: Annotated[str | None, typer.Option(help="Only of the department with this id.", show_default=False)] = None,
    severity: Annotated[Literal["critical", "warning", "info"] | None, typer.Option(help="Only these.", show_default=False)] = None,
    state: Annotated[
        Literal["open", "reopened", "acknowledged", "resolved"] | None, typer.Option(help="Only these.", show_default=False),
    ] = None,
    rule: Annotated[str | None, typer.Option(help="Only what this rule found.", show_default=False)] = None,
    assignee: Annotated[str | None, typer.Option(help="Only what this person is to see to.", show_default=False)] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is resolved.")] = False,
    data: DataFolder = None,
) -> None:
    """List the problems that stand; what people decided since the last night counts already."""
    from issues.listing import Choice, known

    with _problems(data) as (copy, decided):
        show(*known(copy, decided, Choice(department, severity, state, rule, assignee, everything)))


@issues_app.command("show", epilog="Example: yusuan issues show 3f2a9c41")
def issues_show(issue: IssueId, data: DataFolder = None) -> None:
    """Show what a problem is about and all that happened to it: what the nights saw, who decided what and why."""
    from issues.listing import about, fingerprint_of, history

    with _problems(data) as (copy, decided):
        fingerprint = fingerprint_of(copy, issue)
        known = dict(about(copy, fingerprint))
        if "address" in known:
            known["address"] = shown_address(data, known["address"])
        show(list(known), [list(known.values())])
        terminal.say()
        show(*history(copy, decided, fingerprint))


@issues_app.command("ack", epilog='Example: yusuan issues ack 3f2a9c41 --note "asked the office on Monday"')
def issues_ack(issue: IssueId, note: Note = None, by: Person = None, data: DataFolder = None) -> None:
    """Say that somebody knows of a problem and sees to it."""
    from issues.decisions import Acknowledged

    _decide(issue, data, lambda fingerprint: Acknowledged(person=_person(by), fingerprint=fingerprint, event_note=note))


@issues_app.command("assign", epilog="Example: yusuan issues assign 3f2a9c41 王某")
def issues_assign(
    issue: IssueId, to: Annotated[str, typer.Argument(help="Who is to see to it.", show_default=False)],
    note: Note = None, by: Person = None, data: DataFolder = None,
) -> None:
    """Give a problem to somebody."""
    from issues.decisions import Assigned

    _decide(issue, data, lambda fingerprint: Assigned(person=_person(by), fingerprint=fingerprint, assignee=to, event_note=note))


@issues_app.command("mute", epilog="Example: yusuan issues mute 3f2a9c41 --until 2026-12-31")
def issues_mute(
    issue: IssueId, until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day on which it is told again.")],
    note: Note = None, by: Person = None, data: DataFolder = None,
) -> None:
    """Tell nothing of a problem before a day; if it still stands then, it is told again."""
    from issues.decisions import Muted, is_to_come

    if not is_to_come(until.date()):
        raise typer.BadParameter(f"{until.date()} is not a day to come.", param_hint="--until")
    _decide(issue, data, lambda fingerprint: Muted(
        person=_person(by), fingerprint=fingerprint, muted_until=until.date(), event_note=note))


@issues_app.command("comment", epilog='Example: yusuan issues comment 3f2a9c41 "will be corrected with the next publication"')
def issues_comment(
    issue: IssueId, text: Annotated[str, typer.Argument(help="What there is to say.", show_default=False)],
    by: Person = None, data: DataFolder = None,
) -> None:
    """Write something down beside a problem."""
    from issues.decisions import Commented

    _decide(issue, data, lambda fingerprint: Commented(person=_person(by), fingerprint=fingerprint, event_note=text))


@quarantine_app.command("list", epilog="Example: yusuan quarantine list")
def quarantine_list(data: DataFolder = None) -> None:
    """List the rows in quarantine with their places, amounts and reasons."""
    from issues.quarantine import known

    with _problems(data) as (copy, decided):
        found = known(copy, decided)
        show(*found) if found[1] else terminal.say(said("No row is in quarantine."))


@quarantine_app.command("show", epilog="Example: yusuan quarantine show 3f2a9c41")
def quarantine_show(row: RowId, data: DataFolder = None) -> None:
    """Show a row in quarantine as it was published and as it was read."""
    from issues.quarantine import described, details

    with _problems(data) as (copy, _):
        known = dict(described(details(copy, row)))
        show(list(known), [list(known.values())])


@quarantine_app.command("release", epilog='Example: yusuan quarantine release 3f2a9c41 --reason "compared with the scan, page 5"')
def quarantine_release(
    row: RowId, reason: Annotated[str, typer.Option(help="Why it is right as it was read.")], by: Person = None, data: DataFolder = None,
) -> None:
    """Say that a row is right as it was read; the next night, or `replay`, reads its document again and loads it."""
    from pydantic import ValidationError

    from issues.decisions import append, explain
    from issues.quarantine import details, release

    with _problems(data) as (copy, _):
        try:
            append(chosen_settings(data=data).inbox, release(details(copy, row), _person(by), reason))
        except ValidationError as error:
            stop(explain(error))
    terminal.say(said("Noted; the next night loads it, or `yusuan quarantine replay --yes` now."))


@quarantine_app.command("replay", epilog="Example: yusuan quarantine replay, then the same with --yes")
def quarantine_replay(
    department: Annotated[
        list[str] | None, typer.Option(help="Only documents of the department with this id; may be repeated.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes/--dry-run", help="Load what was found, or only show what would change.")] = False,
    data: DataFolder = None,
) -> None:
    """Read the documents with rows in quarantine again: what is understood now, or was released, passes the same gate and is loaded."""
    from warehouse.rereading import Choice

    reread_documents(Choice(tuple(department or ()), quarantined=True), data, yes=yes)


@contextmanager
def _problems(data: Path | None) -> Iterator[tuple[Copy, list[AnyDecision]]]:
    """The published copy, and the decisions of the inbox; what is wrong with its lines is told."""
    from issues.decisions import read
    from warehouse import query
    from warehouse.errors import WarehouseError

    settings = chosen_settings(data=data)
    try:
        decided, wrong = read(settings.inbox)
        for line in wrong:
            terminal.say(line, err=True)
        with query.connect(settings.published) as copy:
            yield copy, decided
    except BrokenPipeError:    # whoever reads what is printed has read enough
        raise
    except (OSError, WarehouseError) as error:
        stop(str(error))


def _decide(issue: str, data: Path | None, decision: Callable[[str], Decision]) -> None:
    """Put a decision about a problem into the inbox."""
    from pydantic import ValidationError

    from issues.decisions import append, explain
    from issues.listing import fingerprint_of

    with _problems(data) as (copy, _):
        try:
            append(chosen_settings(data=data).inbox, decision(fingerprint_of(copy, issue)))
        except ValidationError as error:
            stop(explain(error))
    terminal.say(said("Noted; the next night merges it."))


def _person(given: str | None) -> str:
    return given or getpass.getuser()
