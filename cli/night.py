"""Nights, and what is part of one: asking sources, reading again, judging again, and telling that a night is missing."""

from __future__ import annotations

import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

import terminal
from cli.common import CatalogueFolder, DataFolder, Language, check_vocabulary, chosen_settings, show, stop
from language import said

if TYPE_CHECKING:
    from settings import Settings
    from warehouse.rereading import Choice

app = typer.Typer()

NEXT_COMMANDS = (
    'sql "SELECT department_name, fiscal_year, stage, income_yuan, project_sum_yuan, is_complete FROM department_year ORDER BY ALL"',
    'sql "SELECT department_name, rule, message_zh FROM quality WHERE severity = \'critical\'"',
    "status",
)
INTERRUPTED = (
    "The night was interrupted. Originals that had been fetched are kept, and what was being loaded is undone or complete, never half; "
    "the published copy is the old one or the new one. Run again: it goes on from there and tells what was not told."
)


@app.command(epilog="Example: yusuan nightly --catalogue samples/catalogue --lang en")
def nightly(
    catalogue: CatalogueFolder = None, data: DataFolder = None,
    lang: Annotated[Language | None, typer.Option(help="Language of the digests instead of YUSUAN_LANGUAGE.", show_default=False)] = None,
) -> None:
    """Ingest what is new: pull, parse, validate, load, publish, alert."""
    _run({}, chosen_settings(catalogue=catalogue, data=data, language=lang), data)


def _run(chosen: dict[str, Any], settings: Settings, data: Path | None = None) -> NoReturn:
    """A night, or one that is about some sources alone."""
    from flows.ending import ended_by_signals
    from flows.processes import NoProcesses
    from flows.start import Unreachable, run_nightly
    from sources.archive import ArchiveError
    from transforms.vocabulary import VocabularyError
    from warehouse.errors import WarehouseError

    try:
        with ended_by_signals(said(INTERRUPTED)):
            if settings.log == "text":
                terminal.say(said("Starting (the first run takes half a minute more) …"), err=True)
            summary = run_nightly(settings, **chosen)
    except (ArchiveError, NoProcesses, Unreachable, VocabularyError, WarehouseError) as error:
        stop(str(error))
    for title, text in summary.lines():
        terminal.line(title, text)
    if not summary.sources:
        raise typer.Exit(1)
    program, elsewhere = _program(), f" --data {shlex.quote(str(data))}" if data else ""
    terminal.say("\n".join(("", said("Next:"), *(f"  {program} {command}{elsewhere}" for command in NEXT_COMMANDS))))
    raise typer.Exit(0)


@app.command(epilog="Example: yusuan pull --dry-run --source tianhe-finance --since 2023 --sample 3")
def pull(  # noqa: PLR0913, PLR0917 -- each is an option
    source: Annotated[
        list[str] | None, typer.Option(help="Only sources with this in the address, or of this department's id.", show_default=False),
    ] = None,
    since: Annotated[int | None, typer.Option(help="Of lists, only files of this fiscal year and later.", show_default=False)] = None,
    until: Annotated[int | None, typer.Option(help="Of lists, only files of this fiscal year and earlier.", show_default=False)] = None,
    only_failed: Annotated[bool, typer.Option("--only-failed", help="Only sources of which an address failed last.")] = False,
    sample: Annotated[int | None, typer.Option(min=1, help="Of each list, so many files at most.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be fetched, and why links are taken or left.")] = False,
    catalogue: CatalogueFolder = None, data: DataFolder = None,
) -> None:
    """Ask some sources now: a night that is about them alone, or with --dry-run what it would fetch."""
    from sources.catalogue import load_catalogue
    from sources.pull import Chosen, NoYears
    from warehouse import query
    from warehouse.errors import WarehouseError

    try:
        chosen = Chosen(since, until, sample)
    except NoYears as error:
        stop(f"{error}. Nothing was done.")
    settings = chosen_settings(catalogue=catalogue, data=data)
    if not dry_run:
        _run({"sources": source, "since": since, "until": until, "sample": sample, "only_failed": only_failed}, settings, data)
    from flows.looking import chosen_sources, look
    from flows.runs import pull_limits

    failed = None
    if only_failed:
        try:
            with query.connect(settings.published) as copy:
                failed = query.failed_addresses(copy)
        except WarehouseError as error:
            stop(str(error))
    departments, _ = load_catalogue(settings.catalogue)
    for department, entry in chosen_sources(departments, source or [], failed):
        terminal.say(f"\n{department.id}: {entry.location}")
        for line in look(entry, pull_limits(settings), chosen).lines():
            terminal.say(f"  {line}")


@app.command(epilog="Example: yusuan reread --department yunshan-audit, then the same with --yes")
def reread(  # noqa: PLR0913, PLR0917 -- each is an option
    department: Annotated[
        list[str] | None, typer.Option(help="Only documents of the department with this id; may be repeated.", show_default=False),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what was fetched on this day or later.", show_default=False),
    ] = None,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only what could not be read or has rows in quarantine, whichever program read it."),
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also what this program has read, and versions no longer in force.")] = False,
    yes: Annotated[bool, typer.Option("--yes/--dry-run", help="Load what was found, or only show what would change.")] = False,
    data: DataFolder = None,
) -> None:
    """Read documents again from the archive, by default those that another program or vocabulary read."""
    from warehouse.rereading import Choice

    reread_documents(Choice(tuple(department or ()), since.date() if since else None, failed, everything), data, yes=yes)


def reread_documents(choice: Choice, data: Path | None, *, yes: bool) -> NoReturn:
    """Read documents again and show what changes, or with `yes` load it; ends the command."""
    from flows.ending import ended_by_signals
    from flows.processes import NoProcesses
    from flows.rereading import reread as read_again
    from sources.archive import ArchiveError
    from warehouse.errors import WarehouseError

    check_vocabulary()
    try:
        with ended_by_signals(said("interrupted; the warehouse is as it was before, or has all of it")):
            done = read_again(chosen_settings(data=data), choice, keep=yes)
    except (ArchiveError, NoProcesses, WarehouseError) as error:
        stop(str(error))
    for change in done.changes:
        terminal.say(f"{change.before.address}: {change}")
    nothing = [("Read again", said("nothing: no document is to be read again"))]
    for title, text in done.lines() if done.documents or done.lost else nothing:
        terminal.line(said(title), text)
    if done.documents:
        loaded, unchanged = "Loaded; what is new in it is told with the next night's digests.", "Nothing was changed: --yes loads it."
        terminal.say(said(loaded if yes else unchanged))
    raise typer.Exit(1 if done.lost else 0)


@app.command("check", epilog="Example: yusuan check --department yunshan-health --as-of 2026-03-31")
def check_warehouse(
    department: Annotated[
        list[str] | None, typer.Option(help="Only problems of the department with this id; may be repeated.", show_default=False),
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Judge as of this day instead of today.", show_default=False),
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the texts.")] = Language.ZH, data: DataFolder = None,
) -> None:
    """Judge again what the warehouse holds, by today's rules and adjustments, and show what stands; nothing is kept.

    Ends with 1 where a critical problem or a warning stands, or the file of adjustments cannot be used.
    """
    from flows.upkeep import judge
    from warehouse.errors import WarehouseError

    try:
        judged = judge(chosen_settings(data=data), department or (), as_of.date() if as_of else None)
    except WarehouseError as error:
        stop(str(error))
    for complaint in judged.complaints:
        terminal.say(complaint, err=True)
    grave = [row for row in judged.standing if row[0] != "info"]
    if judged.standing:
        show(("severity", "since", "new", "department", "year", "stage", "rule", "what is wrong"), [
            (severity, since, "new" if is_new else "", name, year, stage, rule, zh if lang is Language.ZH else en)
            for severity, since, is_new, name, year, stage, rule, zh, en in judged.standing
        ])
    terminal.say(said("{count} problems stand, {new} of them new", count=len(judged.standing), new=sum(row[2] for row in judged.standing)))
    raise typer.Exit(1 if grave or judged.complaints else 0)


@app.command(epilog="Example, from cron at 08:00: yusuan watchdog")
def watchdog(
    hours: Annotated[float, typer.Option(min=0, help="Hours from the start of one night within which the next is published.")] = 26,
    data: DataFolder = None,
) -> None:
    """Tell, independent of the night and of Prefect, that a night is missing, does not end or read nothing."""
    from flows.watchdog import watch
    from warehouse.errors import WarehouseError

    try:
        watched = watch(chosen_settings(data=data), hours)
    except (OSError, WarehouseError) as error:
        stop(str(error))
    for line in (*watched.problems, *(said("NOT DELIVERED: {failure}", failure=failure) for failure in watched.undelivered)):
        terminal.say(line, err=True)
    if not watched.problems:
        terminal.say(said("The nights are in order."))
    raise typer.Exit(1 if watched.problems else 0)


@app.command(epilog="Example, from cron on Mondays at 08:30: yusuan weekly")
def weekly(data: DataFolder = None) -> None:
    """Tell each audience how its departments' problems moved in the week that ends with the last night; once a week."""
    from flows.weekly import weekly as summarise
    from sources.archive import ArchiveError
    from warehouse.errors import WarehouseError

    try:
        told = summarise(chosen_settings(data=data))
    except (ArchiveError, OSError, WarehouseError) as error:
        stop(str(error))
    for one in told:
        failure = "" if one.ok else said(" NOT DELIVERED: {failure}", failure=one.error)
        terminal.say(f"{one.audience}: {one.where}{failure}", err=not one.ok)
    if not told:
        terminal.say(said("Nothing to tell, or told already."))
    raise typer.Exit(0 if all(one.ok for one in told) else 1)


def _program() -> str:
    """This program as it can be typed from here."""
    path = Path(sys.argv[0]).absolute()
    return shlex.quote(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))
