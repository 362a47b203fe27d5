"""The catalogue of departments and their published files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

import terminal
from cli.common import CatalogueFolder, DataFolder, chosen_settings, show, stop
from language import said

app = typer.Typer(no_args_is_help=True, help="The catalogue of departments and their published files.")


@app.command("check", epilog="Example: yusuan catalogue check --catalogue samples/catalogue")
def catalogue_check(
    catalogue: CatalogueFolder = None,
    online: Annotated[bool, typer.Option("--online", help="Also ask each source on the web for one file.")] = False,
) -> None:
    """Read the whole catalogue and name what is wrong, with file, line and field."""
    from language.errors import told
    from sources.catalogue import check_catalogue

    settings = chosen_settings(catalogue=catalogue)
    counts, catalogue_problems = check_catalogue(settings.catalogue)
    problems = list(map(str, catalogue_problems))
    if online:
        from flows.looking import unreachable
        from flows.runs import pull_limits
        from sources.catalogue import load_catalogue

        problems += unreachable(load_catalogue(settings.catalogue)[0], pull_limits(settings))
    for problem in problems:
        terminal.say(told(problem), err=True)
    found = ", ".join(f"{count} {said(name.replace('_', ' '))}" for name, count in asdict(counts).items())
    terminal.say(said("{found}; {count} problems", found=found, count=len(problems)))
    raise typer.Exit(1 if problems else 0)


@app.command("add", epilog="Example: yusuan catalogue add https://www.example.gov.cn/zwgk/ysjs/ > entry.yaml")
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

    settings = chosen_settings(catalogue=catalogue)
    departments, _ = load_catalogue(settings.catalogue)
    try:
        proposal = propose(address, departments, pull_limits(settings), value or ())
    except ValueError as error:
        stop(str(error))
    for line in proposal.looked.lines():
        terminal.say(line, err=True)
    terminal.say(proposal.text)
    raise typer.Exit(0 if proposal.looked.files else 1)


@app.command("coverage", epilog="Example: yusuan catalogue coverage")
def catalogue_coverage(data: DataFolder = None) -> None:
    """Show by region, year and stage who should have published, who did, who was late and who did not."""
    from warehouse import query
    from warehouse.errors import WarehouseError

    try:
        with query.connect(chosen_settings(data=data).published) as copy:
            show(*query.coverage(copy))
    except WarehouseError as error:
        stop(str(error))
