"""The commands of Yusuan, thin: each calls its room.

Every import of a room stands inside its command, so that `--help`, `parse`, `sql` and `status` start without Prefect,
Great Expectations or pandas.
"""

from __future__ import annotations

import errno
import gc
import getpass
import os
import re
import shlex
import sys
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, TypeVar

import typer
from typer.main import get_command

import terminal
from language import said, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from expectations.rules import Rule
    from issues.decisions import AnyDecision, Decision
    from portal.accounts import Accounts
    from settings import Settings
    from warehouse import answers
    from warehouse.query import Copy
    from warehouse.rereading import Choice

T = TypeVar("T")

app = typer.Typer(
    name="yusuan", no_args_is_help=True, pretty_exceptions_enable=False,
    help="Published budgets of Chinese government departments in one checked warehouse.",
)
catalogue_app = typer.Typer(no_args_is_help=True, help="The catalogue of departments and their published files.")
app.add_typer(catalogue_app, name="catalogue")
archive_app = typer.Typer(no_args_is_help=True, help="The archive of originals.")
app.add_typer(archive_app, name="archive")

issues_app = typer.Typer(no_args_is_help=True, help="Problems of published budgets: what stands, and what people decide about it.")
app.add_typer(issues_app, name="issues")

CatalogueFolder = Annotated[Path | None, typer.Option(help="Folder of catalogue files instead of YUSUAN_CATALOGUE.", show_default=False)]
DataFolder = Annotated[Path | None, typer.Option(help="Folder of archive and warehouse instead of YUSUAN_DATA.", show_default=False)]
DocumentPlace = Annotated[str, typer.Argument(
    show_default=False,
    help="A document, an archive, one in it as `yusuan parse` names it (a.zip/b.pdf), or an address that the views give.",
)]

quarantine_app = typer.Typer(no_args_is_help=True, help="Rows that were not read with certainty and are in no sum.")
app.add_typer(quarantine_app, name="quarantine")
account_app = typer.Typer(no_args_is_help=True, help="Who may log in to the page, to decide on problems (docs/page.md).")
app.add_typer(account_app, name="account")
Role = Literal["reader", "quality_officer", "admin"]
AccountName = Annotated[str, typer.Argument(help="Name of the account; it stands beside what its owner decides.", show_default=False)]
RowId = Annotated[str, typer.Argument(help="The row, as `yusuan quarantine list` names it.", show_default=False)]
IssueId = Annotated[str, typer.Argument(help="The problem, as `yusuan issues list` names it.", show_default=False)]
Person = Annotated[str | None, typer.Option("--by", help="Who decides; default: the user's login name.", show_default=False)]
Note = Annotated[str | None, typer.Option(help="What there is to say to it.", show_default=False)]

NEXT_COMMANDS = (
    'sql "SELECT department_name, fiscal_year, stage, income_yuan, project_sum_yuan, is_complete FROM department_year ORDER BY ALL"',
    'sql "SELECT department_name, rule, message_zh FROM quality WHERE severity = \'critical\'"',
    "status",
)
INTERRUPTED = (
    "The night was interrupted. Originals that had been fetched are kept, and what was being loaded is undone or complete, never half; "
    "the published copy is the old one or the new one. Run again: it goes on from there and tells what was not told."
)

EXAMPLES = 3         # problems shown of a rule
SQL_SECONDS_OF_PAGE = 20    # a browser's user goes on to something else, and others wait for the processors
PROGRAM_MB = 1024    # for everything but a question: libraries, and the stacks of a thread for each processor
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}    # what a system says where nothing more can be written


class OutputFormat(StrEnum):
    """The forms in which `sql` gives its result."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    MARKDOWN = "markdown"
    XLSX = "xlsx"


class ExportFormat(StrEnum):
    """The forms in which `export` gives the views."""

    XLSX = "xlsx"
    CSV = "csv"
    PARQUET = "parquet"
    PACKAGE = "package"


class Stage(StrEnum):
    """What `show` draws of how a page was read."""

    RULINGS = "rulings"
    CELLS = "cells"
    TABLE = "table"


class Language(StrEnum):
    """The languages of rules and digests."""

    ZH = "zh"
    EN = "en"


@app.command(epilog="Example: yusuan nightly --catalogue samples/catalogue --lang en")
def nightly(
    catalogue: CatalogueFolder = None, data: DataFolder = None,
    lang: Annotated[Language | None, typer.Option(help="Language of the digests instead of YUSUAN_LANGUAGE.", show_default=False)] = None,
) -> None:
    """Ingest what is new: pull, parse, validate, load, publish, alert."""
    _run({}, _settings(catalogue=catalogue, data=data, language=lang), data)


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
        _stop(str(error))
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
        _stop(f"{error}. Nothing was done.")
    settings = _settings(catalogue=catalogue, data=data)
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
            _stop(str(error))
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

    _reread(Choice(tuple(department or ()), since.date() if since else None, failed, everything), data, yes=yes)


def _reread(choice: Choice, data: Path | None, *, yes: bool) -> NoReturn:
    from flows.ending import ended_by_signals
    from flows.processes import NoProcesses
    from flows.rereading import reread as read_again
    from sources.archive import ArchiveError
    from warehouse.errors import WarehouseError

    _check_vocabulary()
    try:
        with ended_by_signals(said("interrupted; the warehouse is as it was before, or has all of it")):
            done = read_again(_settings(data=data), choice, keep=yes)
    except (ArchiveError, NoProcesses, WarehouseError) as error:
        _stop(str(error))
    for change in done.changes:
        terminal.say(f"{change.before.address}: {change}")
    nothing = [("Read again", said("nothing: no document is to be read again"))]
    for title, text in done.lines() if done.documents or done.lost else nothing:
        terminal.line(said(title), text)
    if done.documents:
        loaded, unchanged = "Loaded; what is new in it is told with the next night's digests.", "Nothing was changed: --yes loads it."
        terminal.say(said(loaded if yes else unchanged))
    raise typer.Exit(1 if done.lost else 0)


@app.command(epilog="Example: yusuan parse samples/published > records.jsonl")
def parse(
    paths: Annotated[list[Path], typer.Argument(help="Documents, archives of documents, or folders of them.", show_default=False)],
    jobs: Annotated[int, typer.Option(min=0, help="Processes; at most one per processor, 0: as many, or one for a single file.")] = 0,
) -> None:
    """Read documents and print their records, one JSON object per document and line (docs/parse-output.md)."""
    from flows.batch import parse_files
    from flows.ending import ended_by_signals
    from flows.processes import NoProcesses
    from flows.workers import Limits
    from language.errors import told

    _check_vocabulary()
    settings = _settings()
    limits = Limits(settings.parse_seconds, settings.parse_memory_mb, settings.parse_output_mb)
    files = list(_documents(paths))
    failed = False
    try:
        with ended_by_signals(said("interrupted; the lines printed so far are whole")):
            for parsed in parse_files(files, jobs or (1 if len(files) == 1 else 0), limits):
                failed = failed or bool(parsed.errors)
                for problem in parsed.errors:
                    terminal.say(f"{parsed.file}: {problem.code}: {told(problem.message)}", err=True)
                typer.echo(parsed.line)
    except NoProcesses as error:
        _stop(str(error))
    raise typer.Exit(1 if failed else 0)


@app.command(epilog="Example: yusuan show budget.pdf --page 5")
def show(    # noqa: PLR0913, PLR0917 every option is one
    document: DocumentPlace,
    page: Annotated[int, typer.Option(help="Page, from 1; of a format without pages, the number of a table.")] = 1,
    output: Annotated[Path | None, typer.Option(help="PNG or PDF to write; default: NAME-pN.png here.", show_default=False)] = None,
    row: Annotated[int | None, typer.Option(help="Cut out this row, as findings number it.", show_default=False)] = None,
    stage: Annotated[Stage, typer.Option(help="The rulings found, the cells they make, or what became of these.")] = Stage.TABLE,
    data: DataFolder = None,
) -> None:
    """Draw a page and, beside it, the table that was recognised on it, to see why it was read the way it was."""
    from language.errors import told
    from transforms import evidence
    from transforms.grid import UnreadableDocument

    _check_vocabulary()
    try:
        found = _documents_at(document, data)
        if len(found) > 1:
            names = ", ".join(name for name, _ in found)
            _stop(said("{document} holds several documents, name one: {names}.", document=document, names=names))
        [(name, content)] = found
        target = output or Path(f"{Path(name).stem}-p{page}.png")
        form: Literal["PNG", "PDF"] = "PDF" if target.suffix.lower() == ".pdf" else "PNG"
        if target.suffix.lower() not in {".png", ".pdf"}:
            raise typer.BadParameter(f"{target} says no format that is drawn: let its name end with .png or .pdf.", param_hint="--output")
        target.write_bytes(evidence.draw(content, page, row=row, stage=stage.value, form=form))
    except (OSError, UnreadableDocument) as error:
        _stop(f"{document}: {told(error)}")
    terminal.say(target)


def _documents_at(place: str, data: Path | None = None) -> list[tuple[str, bytes]]:
    """The documents in a file, or the one in an archive whose name follows the archive's, each with its name as `yusuan parse` prints it.

    What is no file is an address that the views give: its original is in the archive.

    Raises:
        OSError: there is no such file and no such address.
        UnreadableDocument: there is no such document in it, or it cannot be unpacked.
    """
    from transforms.archives import documents
    from transforms.grid import UnreadableDocument

    path = Path(place)
    file = next((part for part in (path, *path.parents) if part.is_file()), None)
    inside = path.relative_to(file).as_posix() if file and file != path else ""
    content = file.read_bytes() if file else _original(place, data)
    found = [member for member in documents(content) if not inside or member.path == inside]
    for member in found:
        if member.error:
            raise member.error
    if not found:
        raise UnreadableDocument("no-such-member", f"There is no document {inside} in {file}.")
    whole = str(file or place)
    return [(f"{whole}/{member.path}" if member.path else whole, member.data) for member in found]


def _original(address: str, data: Path | None) -> bytes:
    """The bytes of a document by its address in the views.

    Raises:
        FileNotFoundError: no document has it.
    """
    from sources.archive import ArchiveError, open_archive
    from warehouse import query
    from warehouse.errors import WarehouseError

    settings = _settings(data=data)
    try:
        with query.connect(settings.published) as copy:
            sha256 = query.original(copy, address)
        if sha256:
            return open_archive(settings.originals).read(sha256)
    except (WarehouseError, ArchiveError) as error:
        raise FileNotFoundError(f"no such file; and as an address: {error}") from error
    raise FileNotFoundError("no such file, and no document in the warehouse has this address")


@app.command(epilog="Example: yusuan explain budget.pdf --page 5")
def explain(
    document: DocumentPlace,
    page: Annotated[int | None, typer.Option(help="Only this page, from 1.", show_default=False)] = None,
    row: Annotated[int | None, typer.Option(help="Only this row, as findings number it.", show_default=False)] = None,
    data: DataFolder = None,
) -> None:
    """Print how each table was read: what its labels, rows and cells were taken for, by which evidence, and what came second."""
    from language.errors import told
    from transforms import explaining
    from transforms.grid import UnreadableDocument

    _check_vocabulary()
    try:
        tables = [(name, table) for name, content in _documents_at(document, data) for table in explaining.explain(content, page, row)]
    except (OSError, UnreadableDocument) as error:
        _stop(f"{document}: {told(error)}")
    for name, table in tables:
        terminal.say(f"\n{'' if name == document else f'{name}: '}{table.heading}")
        if table.labels:
            terminal.show(explaining.LABELS, table.labels)
            terminal.say()
        terminal.show(explaining.ROWS, table.rows)
    if not tables:
        terminal.say(said("No table was read there."))


@app.command(epilog='Example: yusuan sql "SELECT * FROM department_year" --output totals.csv')
def sql(
    statement: Annotated[str, typer.Argument(help="One SQL statement that reads; the views are described in docs/data-dictionary.md.")],
    output_format: Annotated[
        OutputFormat | None, typer.Option("--format", help="Default: by the output's ending; a table on a terminal, csv elsewhere."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="File to make or replace: .xlsx, .csv, .json, .parquet or .md.", show_default=False),
    ] = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="CSV for programs: no byte order mark, no apostrophe in front of texts that look like formulas."),
    ] = False,
    data: DataFolder = None,
) -> None:
    """Ask the published copy of the warehouse, read-only."""
    from flows.ending import ended_by_signals
    from flows.processes import limit_memory
    from warehouse import answers, query
    from warehouse.errors import WarehouseError

    settings = _settings(data=data)
    try:
        chosen = _chosen_format(output_format, answers.check_output(output, settings.data) if output else None)
        if raw and chosen != "csv":
            raise typer.BadParameter(f"--raw is for csv, not for {chosen}.")
        is_replaced = output is not None and output.exists()
        limits = query.Limits(settings.sql_seconds, settings.sql_memory_mb)
        limit_memory(2 * settings.sql_memory_mb + PROGRAM_MB)    # of what DuckDB does not count: long texts, and rows that are shown
        # A question is cleared up before the program ends.
        with ended_by_signals(said("interrupted")), query.connect(settings.published, limits) as copy, query.explained(copy):
            if query.is_plan(copy, statement) and (chosen == "table" or not (output_format or output)):
                terminal.draw(query.plan(copy, statement))
            elif chosen == "table":
                terminal.show(*query.ask(copy, statement))
            else:
                answers.write(copy, statement, chosen, output or terminal.output(), for_people=not raw)
    except WarehouseError as error:
        _stop(str(error))
    if is_replaced:
        terminal.say(said("yusuan: replaced {output}", output=output), err=True)


@app.command(epilog="Example: yusuan export 2024.xlsx --lang zh --year 2024")
def export(  # noqa: PLR0913, PLR0917 -- each is an option
    target: Annotated[Path, typer.Argument(help="File (.xlsx) to make or replace, or folder to make.", show_default=False)],
    form: Annotated[
        ExportFormat | None, typer.Option("--format", help="Default: xlsx by the ending, else a data package.", show_default=False),
    ] = None,
    view: Annotated[list[str] | None, typer.Option(help="Only this view; may be repeated.", show_default=False)] = None,
    year: Annotated[list[int] | None, typer.Option(help="Only this fiscal year; may be repeated.", show_default=False)] = None,
    department: Annotated[
        list[str] | None, typer.Option(help="Only the department with this id or name; may be repeated.", show_default=False),
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the views and their columns, where none is named.")] = Language.ZH,
    data: DataFolder = None,
) -> None:
    """Export the views for people: an Excel workbook, CSV, partitioned Parquet or a Frictionless data package (docs/export.md)."""
    from flows.ending import ended_by_signals
    from warehouse import answers, exporting, query
    from warehouse.errors import WarehouseError

    settings = _settings(data=data)
    chosen = form or (ExportFormat.XLSX if target.suffix.lower() == ".xlsx" else ExportFormat.PACKAGE)
    is_file = bool(re.fullmatch(r"\.[a-zA-Z]+", target.suffix)) and not target.is_dir()
    if is_file != (chosen == ExportFormat.XLSX) or is_file != (target.suffix.lower() == ".xlsx"):
        raise typer.BadParameter(f"{target}: a workbook's name ends with .xlsx, a folder's does not.")
    choice = exporting.Choice(view or exporting.FOR_PEOPLE[lang.value], year or (), department or ())
    try:
        answers.check_place(target, settings.data)
        limits = query.Limits(settings.sql_seconds, settings.sql_memory_mb)
        with ended_by_signals(said("interrupted; nothing was written")), query.connect(settings.published, limits) as copy:
            exporting.export(copy, chosen.value, target, choice, _say_rows)
    except WarehouseError as error:
        _stop(str(error))
    terminal.say(target)


def _say_rows(name: str, count: int) -> None:
    terminal.say(said("{name}: {count:,} rows", name=name, count=count), err=True)


@app.command(epilog="Example: yusuan history 河道养护")
def history(
    project: Annotated[str, typer.Argument(help="A part of the project's name.", show_default=False)], data: DataFolder = None,
) -> None:
    """Show a project through the years: budget, change against the year before, final accounts (yuan)."""
    from warehouse import questions

    found = _asked(data, lambda copy: questions.history(copy, project))
    terminal.show(*found) if found.rows else terminal.say(said("No project in force has that in its name."))


@app.command(epilog="Example: yusuan diff people-congress-office/2023/budget.txt")
def diff(
    document: Annotated[str, typer.Argument(help="Address of the document, or a part that no other has.", show_default=False)],
    version: Annotated[int | None, typer.Option(min=1, help="This version instead of the one in force.", show_default=False)] = None,
    data: DataFolder = None,
) -> None:
    """Show what a republished version changed: projects, goals, targets and lines, before and after."""
    from warehouse import questions

    changed = _asked(data, lambda copy: questions.diff(copy, document, version))
    address = _shown_address(data, changed.address)
    if changed.before is None:
        terminal.say(said("{address} has no version before version {number}.", address=address, number=changed.after))
        return
    terminal.say(said("{address}: version {before} → {after}, {count} differences",
        address=address, before=changed.before, after=changed.after, count=len(changed.found.rows)))
    if changed.found.rows:
        terminal.show(*changed.found)


@app.command(epilog="Example: yusuan search 河道")
def search(
    words: Annotated[str, typer.Argument(help="Words, all of which must stand in the name, an indicator or the goal.", show_default=False)],
    limit: Annotated[int, typer.Option(min=1, help="The most projects that are shown.")] = 20,
    data: DataFolder = None,
) -> None:
    """Find projects by words in their names, indicators and goals, the best first."""
    from warehouse import questions

    columns, rows = _asked(data, lambda copy: questions.search(copy, words, limit))
    place = columns.index("address")
    shown = [[_shown_address(data, value) if number == place else value for number, value in enumerate(row)] for row in rows]
    terminal.show(columns, shown) if rows else terminal.say(said("No project in force says that."))


@app.command(epilog="Example: yusuan rules --id total-ties-to-projects --lang en")
def rules(
    rule_id: Annotated[str | None, typer.Option("--id", help="Only this rule, with what it found.", show_default=False)] = None,
    lang: Annotated[Language, typer.Option(help="Language of the texts.")] = Language.ZH, data: DataFolder = None,
) -> None:
    """List the data-quality rules: what each says, how severe it is and on what it rests; or one with all that it says and found."""
    from expectations.rules import RULES

    if rule_id is not None:
        if rule_id not in RULES:
            raise typer.BadParameter(f"There is no rule {rule_id}; `yusuan rules` lists all.", param_hint="--id")
        _show_rule(RULES[rule_id], lang.value, data)
        return
    terminal.show(("rule", "severity", "says", "tolerance", "basis"), [
        (rule.id, rule.severity, *(text.get(lang.value) for text in (rule.says, rule.tolerance, rule.basis))) for rule in RULES.values()
    ])


def _show_rule(rule: Rule, language: Literal["zh", "en"], data: Path | None) -> None:
    """All that is declared of a rule, how often it passed, failed and did not apply, and what it found."""
    from expectations.rules import described
    from warehouse import query, questions
    from warehouse.errors import NotPublished

    for title, text in described(rule, language):
        terminal.say(f"{title:16}{text}")
    settings = _settings(data=data)
    try:
        with query.connect(settings.published, query.Limits(settings.sql_seconds, settings.sql_memory_mb)) as copy:
            judged = questions.rule(copy, rule.id, EXAMPLES)
    except NotPublished as error:
        terminal.say(f"{'found':16}{error}")
        return
    if judged is None:
        terminal.say(f"{'found':16}it has judged nothing yet")
        return
    terminal.say(f"{'found':16}{judged.passed:,} passed, {judged.failed:,} failed, {judged.not_applicable:,} not applicable")
    for reason in judged.reasons:
        terminal.say(f"{'':16}not applicable: {rule.not_applicable.get(reason, {}).get(language, reason)}")
    for department, year, zh, en, address, page, row in judged.examples.rows:
        place = ", ".join(f"{name} {number}" for name, number in (("page", page), ("row", row)) if number is not None)
        terminal.say(f"\n{department}{f' {year}' if year else ''}: {zh if language == 'zh' else en}")
        if address:
            terminal.say(f"  {address}{f', {place}' if place else ''}")


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
        judged = judge(_settings(data=data), department or (), as_of.date() if as_of else None)
    except WarehouseError as error:
        _stop(str(error))
    for complaint in judged.complaints:
        terminal.say(complaint, err=True)
    grave = [row for row in judged.standing if row[0] != "info"]
    if judged.standing:
        terminal.show(("severity", "since", "new", "department", "year", "stage", "rule", "what is wrong"), [
            (severity, since, "new" if is_new else "", name, year, stage, rule, zh if lang is Language.ZH else en)
            for severity, since, is_new, name, year, stage, rule, zh, en in judged.standing
        ])
    terminal.say(said("{count} problems stand, {new} of them new", count=len(judged.standing), new=sum(row[2] for row in judged.standing)))
    raise typer.Exit(1 if grave or judged.complaints else 0)


@app.command("layouts", epilog="Example: yusuan layouts --assumed")
def list_layouts(
    assumed: Annotated[
        bool, typer.Option("--assumed", help="Words of the warehouse that were read by evidence or not at all, with how often and where."),
    ] = False,
    data: DataFolder = None,
) -> None:
    """List the layouts, and the words by which tables, columns, labels and levels are recognised (docs/adding-a-layout.md)."""
    if assumed:
        _show_assumed(data)
        return
    from transforms.layouts.listing import known

    _check_vocabulary()
    for title, (columns, found) in known().items():
        terminal.say(f"\n{title}")
        terminal.show(columns, found)


def _shown_address(data: Path | None, address: object) -> object:
    """A document's address as somebody can open it: of a catalogue's path the file from here, if it is there; of the web as it is."""
    path = _settings(data=data).catalogue / str(address or ".")
    if not address or "://" in str(address) or not path.exists():
        return address
    path = path.resolve()
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _asked(data: Path | None, question: Callable[[Copy], T]) -> T:
    """The answer of the published copy to a question."""
    from warehouse import query
    from warehouse.errors import WarehouseError

    settings = _settings(data=data)
    try:
        with query.connect(settings.published, query.Limits(settings.sql_seconds, settings.sql_memory_mb)) as copy:
            return question(copy)
    except WarehouseError as error:
        _stop(str(error))


def _show_assumed(data: Path | None) -> None:
    from warehouse import query

    terminal.show(*_asked(data, query.assumed))


@catalogue_app.command("check", epilog="Example: yusuan catalogue check --catalogue samples/catalogue")
def catalogue_check(
    catalogue: CatalogueFolder = None,
    online: Annotated[bool, typer.Option("--online", help="Also ask each source on the web for one file.")] = False,
) -> None:
    """Read the whole catalogue and name what is wrong, with file, line and field."""
    from sources.catalogue import check_catalogue

    settings = _settings(catalogue=catalogue)
    counts, catalogue_problems = check_catalogue(settings.catalogue)
    problems = list(map(str, catalogue_problems))
    if online:
        from flows.looking import unreachable
        from flows.runs import pull_limits
        from sources.catalogue import load_catalogue

        problems += unreachable(load_catalogue(settings.catalogue)[0], pull_limits(settings))
    for problem in problems:
        terminal.say(problem, err=True)
    found = ", ".join(f"{count} {said(name.replace('_', ' '))}" for name, count in asdict(counts).items())
    terminal.say(said("{found}; {count} problems", found=found, count=len(problems)))
    raise typer.Exit(1 if problems else 0)


@catalogue_app.command("add", epilog="Example: yusuan catalogue add https://www.example.gov.cn/zwgk/ysjs/ > entry.yaml")
def catalogue_add(
    address: Annotated[str, typer.Argument(help="Address of a list page (栏目页) or a platform.", show_default=False)],
    value: Annotated[
        list[str] | None, typer.Option(help="name=value that the page's requests need and the page does not hold.", show_default=False),
    ] = None,
    catalogue: CatalogueFolder = None,
) -> None:
    """Walk a list page once; print its entry to review, and to standard error why each link was taken or left."""
    from flows.looking import propose
    from flows.runs import pull_limits
    from sources.catalogue import load_catalogue

    settings = _settings(catalogue=catalogue)
    departments, _ = load_catalogue(settings.catalogue)
    try:
        proposal = propose(address, departments, pull_limits(settings), value or ())
    except ValueError as error:
        _stop(str(error))
    for line in proposal.looked.lines():
        terminal.say(line, err=True)
    terminal.say(proposal.text)
    raise typer.Exit(0 if proposal.looked.files else 1)


@catalogue_app.command("coverage", epilog="Example: yusuan catalogue coverage")
def catalogue_coverage(data: DataFolder = None) -> None:
    """Show by region, year and stage who should have published, who did, who was late and who did not."""
    from warehouse import query
    from warehouse.errors import WarehouseError

    try:
        with query.connect(_settings(data=data).published) as copy:
            terminal.show(*query.coverage(copy))
    except WarehouseError as error:
        _stop(str(error))


@archive_app.command("verify", epilog="Example: yusuan archive verify")
def archive_verify(data: DataFolder = None) -> None:
    """Compare every original with its SHA-256; name what is damaged or missing, and files that are no originals."""
    from flows.verifying import verify_archive
    from sources.archive import ArchiveError
    from warehouse.errors import WarehouseError

    counts = dict.fromkeys(("damaged", "missing", "stray"), 0)
    try:
        for damage in verify_archive(_settings(data=data)):
            counts[damage.kind] += 1
            of = "; ".join(f"{document.address} (version {document.version_no})" for document in damage.documents)
            terminal.say(f"{damage.place}: {damage.kind}{': ' if of else ''}{of}: {damage.way_out}", err=True)
    except (ArchiveError, WarehouseError) as error:
        _stop(str(error))
    terminal.say(", ".join(f"{count} {said(kind)}" for kind, count in counts.items()))
    raise typer.Exit(1 if counts["damaged"] or counts["missing"] else 0)


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
        terminal.show(*known(copy, decided, Choice(department, severity, state, rule, assignee, everything)))


@issues_app.command("show", epilog="Example: yusuan issues show 3f2a9c41")
def issues_show(issue: IssueId, data: DataFolder = None) -> None:
    """Show what a problem is about and all that happened to it: what the nights saw, who decided what and why."""
    from issues.listing import about, fingerprint_of, history

    with _problems(data) as (copy, decided):
        fingerprint = fingerprint_of(copy, issue)
        known = dict(about(copy, fingerprint))
        if "address" in known:
            known["address"] = _shown_address(data, known["address"])
        terminal.show(list(known), [list(known.values())])
        terminal.say()
        terminal.show(*history(copy, decided, fingerprint))


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
        terminal.show(*found) if found[1] else terminal.say(said("No row is in quarantine."))


@quarantine_app.command("show", epilog="Example: yusuan quarantine show 3f2a9c41")
def quarantine_show(row: RowId, data: DataFolder = None) -> None:
    """Show a row in quarantine as it was published and as it was read."""
    from issues.quarantine import described, details

    with _problems(data) as (copy, _):
        known = dict(described(details(copy, row)))
        terminal.show(list(known), [list(known.values())])


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
            append(_settings(data=data).inbox, release(details(copy, row), _person(by), reason))
        except ValidationError as error:
            _stop(explain(error))
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

    _reread(Choice(tuple(department or ()), quarantined=True), data, yes=yes)


@contextmanager
def _problems(data: Path | None) -> Iterator[tuple[Copy, list[AnyDecision]]]:
    """The published copy, and the decisions of the inbox; what is wrong with its lines is told."""
    from issues.decisions import read
    from warehouse import query
    from warehouse.errors import WarehouseError

    settings = _settings(data=data)
    try:
        decided, wrong = read(settings.inbox)
        for line in wrong:
            terminal.say(line, err=True)
        with query.connect(settings.published) as copy:
            yield copy, decided
    except BrokenPipeError:    # whoever reads what is printed has read enough
        raise
    except (OSError, WarehouseError) as error:
        _stop(str(error))


def _decide(issue: str, data: Path | None, decision: Callable[[str], Decision]) -> None:
    """Put a decision about a problem into the inbox."""
    from pydantic import ValidationError

    from issues.decisions import append, explain
    from issues.listing import fingerprint_of

    with _problems(data) as (copy, _):
        try:
            append(_settings(data=data).inbox, decision(fingerprint_of(copy, issue)))
        except ValidationError as error:
            _stop(explain(error))
    terminal.say(said("Noted; the next night merges it."))


def _person(given: str | None) -> str:
    return given or getpass.getuser()


@app.command(epilog="Example: yusuan status")
def status(
    data: DataFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one JSON object, a list of records per table.")] = False,
    prometheus: Annotated[bool, typer.Option("--prometheus", help="For Prometheus: numbers in its text form.")] = False,
) -> None:
    """Show the last runs, the open issues and the coverage."""
    import json

    from warehouse import query
    from warehouse.errors import WarehouseError

    try:
        with query.connect(_settings(data=data).published) as copy:
            if prometheus:
                from warehouse.metrics import metrics
                typer.echo(metrics(copy), nl=False)
                return
            tables = query.status(copy)
            if as_json:
                records = {
                    title.lower().replace(" ", "_"): [dict(zip(columns, row, strict=True)) for row in found]
                    for title, (columns, found) in tables.items()
                }
                typer.echo(json.dumps(records, ensure_ascii=False, default=str))
                return
            for title, (columns, found) in tables.items():
                terminal.say(f"\n{said(title)}")
                terminal.show(columns, found)
    except WarehouseError as error:
        _stop(str(error))


@app.command(epilog="Example, from cron at 08:00: yusuan watchdog")
def watchdog(
    hours: Annotated[float, typer.Option(min=0, help="Hours from the start of one night within which the next is published.")] = 26,
    data: DataFolder = None,
) -> None:
    """Tell, independent of the night and of Prefect, that a night is missing, does not end or read nothing."""
    from flows.watchdog import watch
    from warehouse.errors import WarehouseError

    try:
        watched = watch(_settings(data=data), hours)
    except (OSError, WarehouseError) as error:
        _stop(str(error))
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
        told = summarise(_settings(data=data))
    except (ArchiveError, OSError, WarehouseError) as error:
        _stop(str(error))
    for one in told:
        failure = "" if one.ok else said(" NOT DELIVERED: {failure}", failure=one.error)
        terminal.say(f"{one.audience}: {one.where}{failure}", err=not one.ok)
    if not told:
        terminal.say(said("Nothing to tell, or told already."))
    raise typer.Exit(0 if all(one.ok for one in told) else 1)


@app.command(epilog="Example: yusuan up")
def up(
    host: Annotated[str, typer.Option(help="Address of Prefect's page; 0.0.0.0 opens it to the network, unencrypted.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of Prefect's page.")] = 4200,
    page_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the page of `yusuan serve`, for this machine alone.")] = 8000,
    catalogue: CatalogueFolder = None, data: DataFolder = None,
) -> None:
    """Run Prefect's server, a worker and the page on this machine, with all schedules, until Ctrl-C."""
    from flows.up import NotUp
    from flows.up import up as run_all

    try:
        run_all(_settings(catalogue=catalogue, data=data), host, port, page_port, lambda line: terminal.say(line, err=True))
    except (NotUp, OSError) as error:
        _stop(str(error))
    terminal.say(said("All of it has ended."), err=True)


@app.command(epilog="Example: yusuan serve, then open http://127.0.0.1:8000/")
def serve(
    host: Annotated[str, typer.Option(help="Address of the page; 0.0.0.0 opens it to the network, unencrypted.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the page.")] = 8000,
    name: Annotated[
        list[str] | None,
        typer.Option(help="A name by which browsers may ask for it, besides this machine's own; may be repeated.", show_default=False),
    ] = None,
    data: DataFolder = None,
) -> None:
    """Show what is published in a browser, each number with its place in the original; until Ctrl-C."""
    import uvicorn

    from expectations.rules import RULES
    from portal import guard
    from portal.accounts import Accounts
    from portal.app import Portal, create_app
    from portal.auditing import Audit
    from portal.originals import Limits
    from portal.visitors import Door
    from settings import forget_secrets
    from sources.archive import ArchiveError, open_archive
    from warehouse import query

    settings = _settings(data=data)
    try:
        archive = open_archive(settings.originals)
    except ArchiveError as error:
        _stop(str(error))
    forget_secrets()    # the process that draws what strangers have written begins with what is left

    def original(sha256: str) -> bytes:
        try:
            return archive.read(sha256)
        except ArchiveError as error:
            raise FileNotFoundError(str(error)) from error

    portal = Portal(
        settings.published, original, (*guard.LOCAL, host, *(name or ())), {rule.id: rule.title for rule in RULES.values()},
        limits_of_sql=query.Limits(min(settings.sql_seconds, SQL_SECONDS_OF_PAGE), settings.sql_memory_mb),
        drawing=Limits(settings.parse_seconds, settings.parse_memory_mb), inbox=settings.inbox,
        door=Door(
            Accounts(settings.accounts_file), Audit(settings.audit), [str(proxy) for proxy in settings.proxies], settings.identity_header,
            settings.identity_roles, settings.login_to_read,
        ),
    )
    terminal.say(said("The page is at http://{host}:{port}/ until Ctrl-C.", host=host, port=port), err=True)
    # What proxies say is for the page to believe: it knows which.
    uvicorn.run(create_app(portal), host=host, port=port, log_level="warning", server_header=False, proxy_headers=False)


@account_app.command("add", epilog="Example: yusuan account add 王某 --role quality_officer")
def account_add(
    name: AccountName,
    role: Annotated[
        Role, typer.Option(help="A reader only looks, a quality officer decides on problems, an admin also sees who did what."),
    ] = "reader",
    data: DataFolder = None,
) -> None:
    """Add an account; its password is asked for, or read from standard input."""
    with _accounts(data) as accounts:
        accounts.add(name, _password(), role)


@account_app.command("list", epilog="Example: yusuan account list")
def account_list(data: DataFolder = None) -> None:
    """List the accounts with their roles."""
    with _accounts(data) as accounts:
        terminal.show(["name", "role"], [(name, account.role) for name, account in sorted(accounts.current().items())])


@account_app.command("password", epilog="Example: yusuan account password 王某")
def account_password(
    name: AccountName, role: Annotated[Role | None, typer.Option(help="Another role, too.", show_default=False)] = None,
    data: DataFolder = None,
) -> None:
    """Give an account another password; whoever is logged in with it is logged out."""
    with _accounts(data) as accounts:
        accounts.change_password(name, _password(), role)


@account_app.command("remove", epilog="Example: yusuan account remove 王某")
def account_remove(name: AccountName, data: DataFolder = None) -> None:
    """Remove an account; whoever is logged in with it is logged out, what was decided stays."""
    with _accounts(data) as accounts:
        accounts.remove(name)


@contextmanager
def _accounts(data: Path | None) -> Iterator[Accounts]:
    """The accounts of the page; what cannot be done with them ends the command."""
    from portal.accounts import AccountError, Accounts

    try:
        yield Accounts(_settings(data=data).accounts_file)
    except AccountError as error:
        _stop(str(error))


def _password() -> str:
    """A password, asked for twice at a terminal; otherwise the first line of standard input. No argument: all users see those."""
    if sys.stdin.isatty():
        return str(typer.prompt(said("Password"), hide_input=True, confirmation_prompt=said("The same again")))
    return sys.stdin.readline().rstrip("\r\n")


@app.command(epilog="Example: yusuan backup /mnt/backup/yusuan")
def backup(
    folder: Annotated[Path, typer.Argument(help="Folder of backups, outside of the data folder; made if missing.", show_default=False)],
    data: DataFolder = None,
) -> None:
    """Back up originals, warehouse, decisions and undelivered digests; originals that the folder holds are not copied again."""
    from flows.backup import backup as back_up
    from warehouse.errors import WarehouseError

    try:
        done = back_up(_settings(data=data), folder)
    except WarehouseError as error:
        _stop(str(error))
    terminal.say(said(
        "Backup {name}: {files} files, {originals} originals, {new} of them new", name=done.name, files=done.files,
        originals=done.originals, new=done.new,
    ))
    _tell_lost(done.damaged)


@app.command(epilog="Example: yusuan restore /mnt/backup/yusuan --data /var/lib/yusuan-restored")
def restore(
    folder: Annotated[Path, typer.Argument(help="Folder of backups.", show_default=False)],
    name: Annotated[str | None, typer.Option("--backup", help="This backup instead of the newest.", show_default=False)] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Move data that are there into a folder before-restore-… beside what is restored."),
    ] = False,
    data: DataFolder = None,
) -> None:
    """Put a backup back, every byte compared with its SHA-256, and publish the copy for readers."""
    from flows.backup import restore as put_back
    from warehouse.errors import WarehouseError

    settings = _settings(data=data)
    try:
        done = put_back(settings, folder, name, force=force)
    except WarehouseError as error:
        _stop(str(error))
    terminal.say(said(
        "Backup {name} restored in {data}: {files} files, {originals} originals", name=done.name, data=settings.data, files=done.files,
        originals=done.originals,
    ))
    if done.moved:
        terminal.say(said("What was there before: {moved}", moved=done.moved))
    _tell_lost(done.damaged)


@app.command(epilog="Example: yusuan rebuild")
def rebuild(
    force: Annotated[
        bool, typer.Option("--force", help="Put the new warehouse in place even if something could not be rebuilt; the old one is moved."),
    ] = False,
    data: DataFolder = None,
) -> None:
    """Make the warehouse again from the archive alone, beside the old one, and put it in place when it is whole."""
    from flows.ending import ended_by_signals
    from flows.processes import NoProcesses
    from flows.rebuilding import rebuild as make_again
    from sources.archive import ArchiveError
    from warehouse.errors import WarehouseError

    _check_vocabulary()
    settings = _settings(data=data)
    try:
        with ended_by_signals(said("interrupted; the old warehouse is untouched, and the next `yusuan rebuild` goes on from here")):
            done = make_again(settings, force=force)
    except (ArchiveError, NoProcesses, WarehouseError) as error:
        _stop(str(error))
    for what in done.lost:
        terminal.say(what, err=True)
    terminal.say(said(
        "{runs} runs and {documents} versions of documents rebuilt in {place}", runs=done.runs, documents=done.documents, place=done.place,
    ))
    if done.moved:
        terminal.say(said("What was there before: {moved}", moved=done.moved))
    if not done.is_in_place:
        terminal.say(said(
            "{count} things could not be rebuilt (above), so the old warehouse stays in its place. Put them back into the archive and run "
            "`yusuan rebuild` again, or take the new warehouse without them with --force.", count=len(done.lost),
        ), err=True)
    raise typer.Exit(1 if done.lost else 0)


def _tell_lost(originals: Iterable[str]) -> None:
    """Name originals that are left out because they were damaged already."""
    lost = list(originals)
    for sha256 in lost:
        terminal.say(said("The original {sha256} is missing or damaged and is left out.", sha256=sha256), err=True)
    if lost:
        raise typer.Exit(1)


@app.command(epilog="Example: yusuan doctor")
def doctor(data: DataFolder = None, catalogue: CatalogueFolder = None) -> None:
    """Check this installation and say how to mend what is wrong."""
    from flows.doctor import examine

    checks = list(examine(_settings(data=data, catalogue=catalogue)))
    terminal.show(("", *map(said, ("what", "found", "how to mend it"))), [
        tuple(map(said, (check.state, check.subject, check.found, check.remedy))) for check in checks
    ])
    raise typer.Exit(1 if any(check.state == "wrong" for check in checks) else 0)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        terminal.say(f"yusuan {version('yusuan')}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Published budgets of Chinese government departments in one checked warehouse."""


def main() -> None:
    """The entry point of the `yusuan` command."""
    gc.set_threshold(10_000)    # starting makes 150,000 objects that stay, through which nobody need look for garbage again and again
    _speak_chinese()
    terminal.open_streams()
    try:
        try:
            program()()
        finally:
            sys.stdout.flush()    # not at the interpreter's end, which would call a closed pipe an error
    except (OSError, SystemExit) as end:
        if isinstance(end, BrokenPipeError) or isinstance(end.__context__, BrokenPipeError):    # Typer makes it an exit with 1
            terminal.leave_unread()
        if isinstance(end, OSError) and end.errno in FULL:
            terminal.say(f"yusuan: not all of it could be written: {end.strerror}", err=True)
            os._exit(1)    # without trying once more to write it
        raise


def program() -> Any:
    """The command with all its commands, its help in the spoken language."""
    command = get_command(app)
    if spoken() == "zh":
        from language.helping import translate

        translate(command)
    return command


def _speak_chinese() -> None:
    """Begin anew in UTF-8 where the system's locale (`LC_ALL=C`) has no Chinese: names of files and all output would break."""
    try:
        "预算".encode(sys.getfilesystemencoding())
    except UnicodeEncodeError:
        if not sys.flags.utf8_mode:
            os.environ["PYTHONUTF8"] = "1"
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 -- this very program


def _chosen_format(asked: OutputFormat | None, of_output: answers.Format | None) -> answers.Format | Literal["table"]:
    """What --format or a file's ending asks for; elsewhere a table on a terminal, csv in a pipe."""
    if asked and of_output and asked.value != of_output:
        raise typer.BadParameter(f"--output ends like {of_output}, not like {asked.value}.")
    if asked in {OutputFormat.PARQUET, OutputFormat.XLSX} and not of_output and sys.stdout.isatty():
        raise typer.BadParameter(f"{asked.value} is not for a terminal; name a file with --output.")
    at_hand = OutputFormat.TABLE if sys.stdout.isatty() else OutputFormat.CSV
    return of_output or (asked or at_hand).value


def _settings(*, catalogue: Path | None = None, data: Path | None = None, language: Language | None = None) -> Settings:
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from settings import Settings, UnusableFile

    _warn_of_settings()
    try:
        return Settings().at(catalogue=catalogue, data=data, language=language)
    except UnusableFile as error:
        _stop(str(error))
    except SettingsError as error:
        field = re.search(r'field "(\w+)"', str(error))
        _stop(f"YUSUAN_{field[1].upper() if field else '*'}: this is not JSON; docs/settings.md says what it may be")
    except ValidationError as error:
        wrong = [f"YUSUAN_{problem['loc'][0]!s}".upper() + f": {problem['msg']}" for problem in error.errors()]
        _stop("\n".join((*wrong, said("docs/settings.md says what settings may be, with examples."))))


@cache
def _warn_of_settings() -> None:
    """Tell, once in a command, what looks like a setting and is none."""
    from language.errors import told
    from settings import unknown_settings

    for complaint in unknown_settings():
        terminal.say(f"yusuan: {told(complaint)}", err=True)


def _check_vocabulary() -> None:
    from transforms.vocabulary import VocabularyError, check

    try:
        check()
    except VocabularyError as error:
        _stop(f"the files of words in transforms/vocabulary/ cannot be used:\n{error}")


def _stop(message: str) -> NoReturn:
    from language.errors import told

    terminal.say(f"yusuan: {told(message)}", err=True)
    raise typer.Exit(1)


def _program() -> str:
    """This program as it can be typed from here."""
    path = Path(sys.argv[0]).absolute()
    return shlex.quote(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))


def _documents(paths: Iterable[Path]) -> Iterator[Path]:
    """The files as given, and those in given folders by name, without hidden ones."""
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        else:
            yield path
