"""Questions to the published copy, and its export."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

import terminal
from cli.common import DataFolder, Language, asked, chosen_settings, show, shown_address, stop
from language import said

if TYPE_CHECKING:
    from expectations.rules import Rule
    from warehouse import answers
    from warehouse.query import Result

app = typer.Typer()

EXAMPLES = 3         # problems shown of a rule
PROGRAM_MB = 1024    # for everything but a question: libraries, and the stacks of a thread for each processor


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

    settings = chosen_settings(data=data)
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
        stop(str(error))
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

    settings = chosen_settings(data=data)
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
        stop(str(error))
    terminal.say(target)


def _say_rows(name: str, count: int) -> None:
    terminal.say(said("{name}: {count:,} rows", name=name, count=count), err=True)


@app.command(epilog="Example: yusuan history 河道养护")
def history(
    project: Annotated[str, typer.Argument(help="A part of the project's name.", show_default=False)], data: DataFolder = None,
) -> None:
    """Show a project through the years: budget, change against the year before, final accounts (yuan)."""
    from warehouse import questions

    found = asked(data, lambda copy: questions.history(copy, project))
    show(*found) if found.rows else terminal.say(said("No project in force has that in its name."))


@app.command(epilog="Example: yusuan diff people-congress-office/2023/budget.txt")
def diff(
    document: Annotated[
        str | None, typer.Argument(help="Address of the document, or a part that no other has.", show_default=False),
    ] = None,
    version: Annotated[int | None, typer.Option(min=1, help="This version instead of the one in force.", show_default=False)] = None,
    runs: Annotated[
        tuple[str, str] | None,
        typer.Option(help="Two runs instead of a document, the earlier first: their ids or the days of their nights.", show_default=False),
    ] = None,
    data: DataFolder = None,
) -> None:
    """Show what a republished version, or a night, changed: projects, goals, targets and lines, before and after."""
    if (document is None) == (runs is None) or (runs and version):
        raise typer.BadParameter("Name a document, with or without a --version, or two runs with --runs.")
    if runs:
        _show_between(data, *runs)
    elif document:
        _show_difference(data, document, version)


def _show_difference(data: Path | None, document: str, version: int | None) -> None:
    """What a version of a document changed against the one before."""
    from warehouse import questions

    changed = asked(data, lambda copy: questions.diff(copy, document, version))
    address = shown_address(data, changed.address)
    if changed.before is None:
        terminal.say(said("{address} has no version before version {number}.", address=address, number=changed.after))
        return
    terminal.say(said("{address}: version {before} → {after}, {count} differences",
        address=address, before=changed.before, after=changed.after, count=len(changed.found.rows)))
    if changed.found.rows:
        show(*changed.found)


def _show_between(data: Path | None, earlier: str, later: str) -> None:
    """What happened from one run to a later one: documents, problems, and what the documents say otherwise."""
    from warehouse import questions

    found = asked(data, lambda copy: questions.between(copy, earlier, later))
    terminal.say(said("{earlier} → {later}: {documents} documents, {problems} problems, {count} differences",
        earlier=found.earlier, later=found.later, documents=len(found.documents.rows), problems=len(found.problems.rows),
        count=len(found.differences.rows)))
    for part in (found.documents, found.problems, found.differences):
        if part.rows:
            terminal.say("")
            _show_found(data, part)


def _show_found(data: Path | None, found: Result) -> None:
    """Print an answer, with addresses as somebody can open them."""
    shown = dict.fromkeys(row[found.columns.index("address")] for row in found.rows) if "address" in found.columns else {}
    addresses = {address: shown_address(data, address) for address in shown}
    is_address = [column == "address" for column in found.columns]
    show(found.columns, [
        [addresses[value] if here else value for here, value in zip(is_address, row, strict=True)] for row in found.rows
    ])


@app.command(epilog="Example: yusuan search 河道")
def search(
    words: Annotated[str, typer.Argument(help="Words, all of which must stand in the name, an indicator or the goal.", show_default=False)],
    limit: Annotated[int, typer.Option(min=1, help="The most projects that are shown.")] = 20,
    data: DataFolder = None,
) -> None:
    """Find projects by words in their names, indicators and goals, the best first."""
    from warehouse import questions

    found = asked(data, lambda copy: questions.search(copy, words, limit))
    _show_found(data, found) if found.rows else terminal.say(said("No project in force says that."))


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
    show(("rule", "severity", "says", "tolerance", "basis"), [
        (rule.id, rule.severity, *(text.get(lang.value) for text in (rule.says, rule.tolerance, rule.basis))) for rule in RULES.values()
    ])


def _show_rule(rule: Rule, language: Literal["zh", "en"], data: Path | None) -> None:
    """All that is declared of a rule, how often it passed, failed and did not apply, and what it found."""
    from expectations.rules import described
    from warehouse import query, questions
    from warehouse.errors import NotPublished

    for title, text in described(rule, language):
        terminal.say(f"{title:16}{text}")
    settings = chosen_settings(data=data)
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
        with query.connect(chosen_settings(data=data).published) as copy:
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
                show(columns, found)
    except WarehouseError as error:
        stop(str(error))


def _chosen_format(asked: OutputFormat | None, of_output: answers.Format | None) -> answers.Format | Literal["table"]:
    """What --format or a file's ending asks for; elsewhere a table on a terminal, csv in a pipe."""
    if asked and of_output and asked.value != of_output:
        raise typer.BadParameter(f"--output ends like {of_output}, not like {asked.value}.")
    if asked in {OutputFormat.PARQUET, OutputFormat.XLSX} and not of_output and sys.stdout.isatty():
        raise typer.BadParameter(f"{asked.value} is not for a terminal; name a file with --output.")
    at_hand = OutputFormat.TABLE if sys.stdout.isatty() else OutputFormat.CSV
    return of_output or (asked or at_hand).value
