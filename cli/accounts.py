"""Who may log in to the page."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.common import DataFolder, chosen_settings, show, stop
from language import said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.accounts import Accounts

app = typer.Typer(no_args_is_help=True, help="Who may log in to the page, to decide on problems (docs/page.md).")

Role = Literal["reader", "quality_officer", "admin"]
Name = Annotated[str, typer.Argument(help="Name of the account; it stands beside what its owner decides.", show_default=False)]


@app.command("add", epilog="Example: yusuan account add 王某 --role quality_officer")
def add(
    name: Name,
    role: Annotated[
        Role, typer.Option(help="A reader only looks, a quality officer decides on problems, an admin also sees who did what."),
    ] = "reader",
    data: DataFolder = None,
) -> None:
    """Add an account; its password is asked for, or read from standard input."""
    with _accounts(data) as accounts:
        accounts.add(name, _password(), role)


@app.command("list", epilog="Example: yusuan account list")
def list_accounts(data: DataFolder = None) -> None:
    """List the accounts with their roles."""
    with _accounts(data) as accounts:
        show(("name", "role"), [(name, account.role) for name, account in sorted(accounts.current().items())])


@app.command("password", epilog="Example: yusuan account password 王某")
def password(
    name: Name, role: Annotated[Role | None, typer.Option(help="Another role, too.", show_default=False)] = None,
    data: DataFolder = None,
) -> None:
    """Give an account another password; whoever is logged in with it is logged out."""
    with _accounts(data) as accounts:
        accounts.change_password(name, _password(), role)


@app.command("remove", epilog="Example: yusuan account remove 王某")
def remove(name: Name, data: DataFolder = None) -> None:
    """Remove an account; whoever is logged in with it is logged out, what was decided stays."""
    with _accounts(data) as accounts:
        accounts.remove(name)


@contextmanager
def _accounts(data: Path | None) -> Iterator[Accounts]:
    """The accounts of the page; what cannot be done with them ends the command."""
    from portal.accounts import AccountError, Accounts

    try:
        yield Accounts(chosen_settings(data=data).accounts_file)
    except AccountError as error:
        stop(str(error))


def _password() -> str:
    """A password, asked for twice at a terminal; otherwise the first line of standard input. No argument: all users see those."""
    if sys.stdin.isatty():
        return str(typer.prompt(said("Password"), hide_input=True, confirmation_prompt=said("The same again")))
    return sys.stdin.readline().rstrip("\r\n")
