"""The commands of Yusuan, thin: each calls its room.

Every import of a room stands inside its command, so that `--help`, `parse`, `sql` and `status` start without Prefect,
Great Expectations or pandas.
"""

from __future__ import annotations

import shlex
import signal
import sys
from dataclasses import asdict
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from settings import Settings

app = typer.Typer(
    name="yusuan", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Published budgets of Chinese government departments in one checked warehouse.",
)
catalogue_app = typer.Typer(no_args_is_help=True, help="The catalogue of departments and their published files.")
app.add_typer(catalogue_app, name="catalogue")

CatalogueFolder = Annotated[Path | None, typer.Option(help="Folder of catalogue files instead of YUSUAN_CATALOGUE.", show_default=False)]
DataFolder = Annotated[Path | None, typer.Option(help="Folder of archive and warehouse instead of YUSUAN_DATA.", show_default=False)]

NEXT_COMMANDS = (
    'sql "SELECT department_name, fiscal_year, amount_yuan, is_complete FROM department_year ORDER BY ALL"',
    'sql "SELECT department_name, rule, message_zh FROM quality WHERE severity = \'critical\'"',
    "status",
)
INTERRUPTED = (
    "The night was interrupted. Originals that had been fetched are kept, and what was being loaded is undone or complete, never half; "
    "the published copy is the old one or the new one. Run again: it goes on from there and tells what was not told."
)


class OutputFormat(StrEnum):
    """The forms in which `sql` gives its result."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    MARKDOWN = "markdown"


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
    from flows.start import Unreachable, run_nightly
    from sources.archive import ArchiveError
    from warehouse.errors import WarehouseError

    typer.echo("Starting (the first run takes half a minute more) …", err=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)    # a stopped night ends as one that was interrupted at the terminal
    try:
        summary = run_nightly(_settings(catalogue=catalogue, data=data, language=lang))
    except (ArchiveError, Unreachable, WarehouseError) as error:
        _stop(str(error))
    except KeyboardInterrupt:
        _stop(INTERRUPTED, code=130)
    for title, text in summary.lines():
        typer.echo(f"{title:16}{text}")
    program, elsewhere = _program(), f" --data {shlex.quote(str(data))}" if data else ""
    typer.echo("\n".join(("", "Next:", *(f"  {program} {command}{elsewhere}" for command in NEXT_COMMANDS))))
    raise typer.Exit(0 if summary.sources else 1)


@app.command(epilog="Example: yusuan parse samples/published > records.jsonl")
def parse(
    paths: Annotated[list[Path], typer.Argument(help="Documents, archives of documents, or folders of them.", show_default=False)],
    jobs: Annotated[int, typer.Option(min=0, help="Processes; at most one per processor, 0: as many, or one for a single file.")] = 0,
) -> None:
    """Read documents and print their records, one JSON object per document and line (docs/parse-output.md)."""
    from flows.batch import parse_files
    from flows.workers import Limits

    settings = _settings()
    limits = Limits(settings.parse_seconds, settings.parse_memory_mb, settings.parse_output_mb)
    files = list(_documents(paths))
    failed = False
    signal.signal(signal.SIGTERM, signal.default_int_handler)    # its processes end, and so does LibreOffice
    try:
        for parsed in parse_files(files, jobs or (1 if len(files) == 1 else 0), limits):
            failed = failed or bool(parsed.errors)
            for problem in parsed.errors:
                typer.echo(f"{parsed.file}: {problem.code}: {problem.message}", err=True)
            typer.echo(parsed.line)
    except KeyboardInterrupt:
        _stop("interrupted; the lines printed so far are whole", code=130)
    raise typer.Exit(1 if failed else 0)


@app.command(epilog="Example: yusuan show budget.pdf --page 5")
def show(
    path: Annotated[Path, typer.Argument(help="A PDF.", show_default=False)],
    page: Annotated[int, typer.Option(help="Page, from 1.")] = 1,
    output: Annotated[Path | None, typer.Option(help="PNG to write; default: FILE-pN.png in this folder.", show_default=False)] = None,
    font: Annotated[Path | None, typer.Option(help="Font with Chinese characters instead of the system's.", show_default=False)] = None,
    row: Annotated[int | None, typer.Option(help="Cut out this row, as findings number it.", show_default=False)] = None,
) -> None:
    """Draw a page with the grid and texts that were recognised on it, to see why a table was read the way it was."""
    from transforms.evidence import draw_page, find_font
    from transforms.grid import UnreadableDocument

    chosen = font or find_font()
    if chosen is None:
        typer.echo("No font with Chinese characters was found, so no texts are drawn. Debian: apt install fonts-noto-cjk", err=True)
    target = output or Path(f"{path.stem}-p{page}.png")
    try:
        target.write_bytes(draw_page(path.read_bytes(), page, font=chosen, row=row))
    except (OSError, UnreadableDocument) as error:
        _stop(f"{path}: {error}")
    typer.echo(target)


@app.command(epilog='Example: yusuan sql "SELECT * FROM department_year" --format csv --output totals.csv')
def sql(
    statement: Annotated[str, typer.Argument(help="One SQL statement that reads; the views are described in docs/data-dictionary.md.")],
    output_format: Annotated[
        OutputFormat | None, typer.Option("--format", help="Default: by the output's ending; a table on a terminal, csv elsewhere."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output.", show_default=False)] = None,
    data: DataFolder = None,
) -> None:
    """Ask the published copy of the warehouse, read-only."""
    from warehouse import query
    from warehouse.errors import WarehouseError

    chosen = (output_format or _format_for(output)).value
    if chosen == "table" and output:
        raise typer.BadParameter("a table is for the terminal; --output takes csv, json, parquet or markdown.")
    try:
        with query.connect(_settings(data=data).published) as connection:
            if chosen == "table":
                _print_table(*query.rows(connection, statement))
            else:
                query.write(connection, statement, cast(query.Format, chosen), output)
    except WarehouseError as error:
        _stop(str(error))


@app.command(epilog="Example: yusuan rules --lang en")
def rules(lang: Annotated[Language, typer.Option(help="Language of the texts.")] = Language.ZH) -> None:
    """List the data-quality rules: what each says, how severe it is and on what it rests."""
    from expectations.rules import RULES

    _print_table(("rule", "severity", "says", "tolerance", "basis"), [
        (rule.id, rule.severity, *(text.get(lang.value) for text in (rule.says, rule.tolerance, rule.basis))) for rule in RULES.values()
    ])


@app.command("layouts", epilog="Example: yusuan layouts")
def list_layouts() -> None:
    """List the layouts, and the words by which tables, columns, labels and levels are recognised (docs/adding-a-layout.md)."""
    from transforms.layouts.listing import known

    for title, (columns, found) in known().items():
        typer.echo(f"\n{title}")
        _print_table(columns, found)


@catalogue_app.command("check", epilog="Example: yusuan catalogue check --catalogue samples/catalogue")
def catalogue_check(catalogue: CatalogueFolder = None) -> None:
    """Read the whole catalogue and name what is wrong, with file, line and field."""
    from sources.catalogue import check_catalogue

    counts, problems = check_catalogue(_settings(catalogue=catalogue).catalogue)
    for problem in problems:
        typer.echo(str(problem), err=True)
    found = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in asdict(counts).items())
    typer.echo(f"{found}; {len(problems)} problems")
    raise typer.Exit(1 if problems else 0)


@app.command(epilog="Example: yusuan status")
def status(data: DataFolder = None) -> None:
    """Show the last runs, the open issues and the coverage."""
    from warehouse import query
    from warehouse.errors import WarehouseError

    try:
        with query.connect(_settings(data=data).published) as connection:
            for title, (columns, found) in query.status(connection).items():
                typer.echo(f"\n{title}")
                _print_table(columns, found)
    except WarehouseError as error:
        _stop(str(error))


def main() -> None:
    """The entry point of the `yusuan` command."""
    try:
        app()
    except BrokenPipeError:   # the reader (`| head`) has seen enough; nothing more is to be flushed
        sys.stderr.close()
        sys.exit(0)


def _format_for(output: Path | None) -> OutputFormat:
    """What a file's ending asks for; elsewhere a table on a terminal, csv in a pipe."""
    if output:
        endings = {".json": OutputFormat.JSON, ".parquet": OutputFormat.PARQUET, ".md": OutputFormat.MARKDOWN}
        return endings.get(output.suffix.lower(), OutputFormat.CSV)
    return OutputFormat.TABLE if sys.stdout.isatty() else OutputFormat.CSV


def _settings(*, catalogue: Path | None = None, data: Path | None = None, language: Language | None = None) -> Settings:
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from settings import Settings

    try:
        return Settings().at(catalogue=catalogue, data=data, language=language)
    except SettingsError as error:
        _stop(f"{error}; docs/settings.md describes the settings")
    except ValidationError as error:
        _stop("\n".join(f"YUSUAN_{problem['loc'][0]!s}".upper() + f": {problem['msg']}" for problem in error.errors()))


def _stop(message: str, code: int = 1) -> NoReturn:
    typer.echo(f"yusuan: {message}", err=True)
    raise typer.Exit(code)


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


def _print_table(columns: Iterable[str], found: Iterable[Iterable[object]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, header_style="bold")
    for row in found:
        table.add_row(*map(_shown, row))
    Console().print(table)


def _shown(value: object) -> str:
    """A value for people: blank for null, a target value without the zeros of its column's type."""
    if isinstance(value, Decimal) and value.as_tuple().exponent not in (0, -2):    # money has two places
        return f"{value.normalize():f}"
    return "" if value is None else str(value)
