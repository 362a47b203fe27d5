"""Documents: reading them, and showing how they were read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

import terminal
from cli.common import DataFolder, asked, check_vocabulary, chosen_settings, stop
from cli.common import show as show_rows
from language import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

app = typer.Typer()

DocumentPlace = Annotated[str, typer.Argument(
    show_default=False,
    help="A document, an archive, one in it as `yusuan parse` names it (a.zip/b.pdf), or an address that the views give.",
)]


class Stage(StrEnum):
    """What `show` draws of how a page was read."""

    RULINGS = "rulings"
    CELLS = "cells"
    TABLE = "table"


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

    check_vocabulary()
    settings = chosen_settings()
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
        stop(str(error))
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

    check_vocabulary()
    try:
        found = _documents_at(document, data)
        if len(found) > 1:
            names = ", ".join(name for name, _ in found)
            stop(said("{document} holds several documents, name one: {names}.", document=document, names=names))
        [(name, content)] = found
        target = output or Path(f"{Path(name).stem}-p{page}.png")
        form: Literal["PNG", "PDF"] = "PDF" if target.suffix.lower() == ".pdf" else "PNG"
        if target.suffix.lower() not in {".png", ".pdf"}:
            raise typer.BadParameter(f"{target} says no format that is drawn: let its name end with .png or .pdf.", param_hint="--output")
        target.write_bytes(evidence.draw(content, page, row=row, stage=stage.value, form=form))
    except (OSError, UnreadableDocument) as error:
        stop(f"{document}: {told(error)}")
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

    settings = chosen_settings(data=data)
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

    check_vocabulary()
    try:
        tables = [(name, table) for name, content in _documents_at(document, data) for table in explaining.explain(content, page, row)]
    except (OSError, UnreadableDocument) as error:
        stop(f"{document}: {told(error)}")
    for name, table in tables:
        terminal.say(f"\n{'' if name == document else f'{name}: '}{table.heading}")
        if table.labels:
            show_rows(explaining.LABELS, table.labels)
            terminal.say()
        show_rows(explaining.ROWS, table.rows)
    if not tables:
        terminal.say(said("No table was read there."))


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

    check_vocabulary()
    for title, (columns, found) in known().items():
        terminal.say(f"\n{title}")
        show_rows(columns, found)


def _show_assumed(data: Path | None) -> None:
    from warehouse import query

    show_rows(*asked(data, query.assumed))


def _documents(paths: Iterable[Path]) -> Iterator[Path]:
    """The files as given, and those in given folders by name, without hidden ones."""
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        else:
            yield path
