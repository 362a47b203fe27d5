"""An installation: what keeps running, the archive of originals, backups, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import terminal
from cli.common import CatalogueFolder, DataFolder, check_vocabulary, chosen_settings, show, stop
from language import said

if TYPE_CHECKING:
    from collections.abc import Iterable

app = typer.Typer()
archive_app = typer.Typer(no_args_is_help=True, help="The archive of originals.")
warehouse_app = typer.Typer(no_args_is_help=True, help="Where the warehouse is kept.")

SQL_SECONDS_OF_PAGE = 20    # a browser's user goes on to something else, and others wait for the processors


@archive_app.command("verify", epilog="Example: yusuan archive verify")
def archive_verify(data: DataFolder = None) -> None:
    """Compare every original with its SHA-256, and read the records of runs; name what is damaged, missing or no original."""
    from flows.verifying import verify_archive
    from sources.archive import ArchiveError
    from warehouse.errors import WarehouseError

    counts = dict.fromkeys(("damaged", "missing", "stray"), 0)
    try:
        for damage in verify_archive(chosen_settings(data=data)):
            counts[damage.kind] += 1
            of = "; ".join(f"{document.address} (version {document.version_no})" for document in damage.documents)
            terminal.say(f"{damage.place}: {damage.kind}{': ' if of else ''}{of}: {damage.way_out}", err=True)
    except (ArchiveError, WarehouseError) as error:
        stop(str(error))
    terminal.say(", ".join(f"{count} {said(kind)}" for kind, count in counts.items()))
    raise typer.Exit(1 if counts["damaged"] or counts["missing"] else 0)


@warehouse_app.command("copy", epilog="Example: yusuan warehouse copy data/warehouse.duckdb 'ducklake:postgres:dbname=yusuan host=db'")
def warehouse_copy(
    source: Annotated[
        str, typer.Argument(metavar="FROM", help="Path of a DuckDB file, or an address as in YUSUAN_WAREHOUSE.", show_default=False),
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="TO", help="The same, of a place where nothing is yet; a DuckLake's files go to YUSUAN_LAKE.", show_default=False,
        ),
    ],
    data: DataFolder = None,
) -> None:
    """Copy the warehouse from a DuckDB file onto DuckLake or back: whole and compared, or not at all; FROM stays as it is."""
    from flows.storing import copy_warehouse
    from warehouse.errors import WarehouseError

    try:
        done = copy_warehouse(chosen_settings(data=data), source, target)
    except WarehouseError as error:
        stop(str(error))
    terminal.say(said(
        "{rows:,} rows of {tables} tables copied; rows, hashes and sums of every table are equal", rows=done.rows, tables=done.tables,
    ))


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
    from warehouse.errors import WarehouseError

    try:
        run_all(chosen_settings(catalogue=catalogue, data=data), host, port, page_port, lambda line: terminal.say(line, err=True))
    except (NotUp, WarehouseError, OSError) as error:
        stop(str(error))
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

    settings = chosen_settings(data=data)
    try:
        archive = open_archive(settings.originals)
    except ArchiveError as error:
        stop(str(error))
    forget_secrets()    # the process that draws what strangers have written begins with what is left

    def original(sha256: str) -> bytes:
        try:
            return archive.read(sha256)
        except ArchiveError as error:
            raise FileNotFoundError(str(error)) from error

    portal = Portal(
        settings.published, original, (*guard.LOCAL, host, *(name or ())), {rule.id: rule.title for rule in RULES.values()},
        limits_of_sql=query.Limits(min(settings.sql_seconds, SQL_SECONDS_OF_PAGE), settings.sql_memory_mb),
        drawing=Limits(settings.parse_seconds, settings.parse_memory_mb), inbox=settings.inbox, prefect_page=settings.prefect_page,
        door=Door(
            Accounts(settings.accounts_file), Audit(settings.audit), [str(proxy) for proxy in settings.proxies], settings.identity_header,
            settings.identity_roles, settings.login_to_read,
        ),
    )
    terminal.say(said("The page is at http://{host}:{port}/ until Ctrl-C.", host=host, port=port), err=True)
    # What proxies say is for the page to believe: it knows which.
    uvicorn.run(create_app(portal), host=host, port=port, log_level="warning", server_header=False, proxy_headers=False)


@app.command(epilog="Example: yusuan backup /mnt/backup/yusuan")
def backup(
    folder: Annotated[Path, typer.Argument(help="Folder of backups, outside of the data folder; made if missing.", show_default=False)],
    data: DataFolder = None,
) -> None:
    """Back up originals, warehouse, decisions and undelivered digests; originals that the folder holds are not copied again."""
    from flows.backup import backup as back_up
    from warehouse.errors import WarehouseError

    try:
        done = back_up(chosen_settings(data=data), folder)
    except WarehouseError as error:
        stop(str(error))
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

    settings = chosen_settings(data=data)
    try:
        done = put_back(settings, folder, name, force=force)
    except WarehouseError as error:
        stop(str(error))
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

    check_vocabulary()
    settings = chosen_settings(data=data)
    try:
        with ended_by_signals(said("interrupted; the old warehouse is untouched, and the next `yusuan rebuild` goes on from here")):
            done = make_again(settings, force=force)
    except (ArchiveError, NoProcesses, WarehouseError) as error:
        stop(str(error))
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


@app.command(epilog="Example, from cron on Sundays at 13:00: yusuan maintenance")
def maintenance(data: DataFolder = None) -> None:
    """Remove what killed runs have left and old published copies, and tidy the warehouse; once a week is enough."""
    from flows.upkeep import clear
    from warehouse.errors import WarehouseError

    try:
        terminal.say(clear(chosen_settings(data=data)))
    except (OSError, WarehouseError) as error:
        stop(str(error))


@app.command(epilog="Example: yusuan doctor")
def doctor(data: DataFolder = None, catalogue: CatalogueFolder = None) -> None:
    """Check this installation and say how to mend what is wrong."""
    from flows.doctor import examine

    checks = list(examine(chosen_settings(data=data, catalogue=catalogue)))
    show(("", "what", "found", "how to mend it"), [
        tuple(map(said, (check.state, check.subject, check.found, check.remedy))) for check in checks
    ])
    raise typer.Exit(1 if any(check.state == "wrong" for check in checks) else 0)
