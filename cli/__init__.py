"""The commands of Yusuan, thin: each calls its room.

Every import of a room stands inside its command, so that `--help`, `parse`, `sql` and `status` start without Prefect,
Great Expectations or pandas.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from typing import Annotated, Any

import typer
from typer.main import get_command

import terminal
from cli import accounts, catalogue, documents, night, problems, questions, upkeep
from language import spoken

app = typer.Typer(
    name="yusuan", no_args_is_help=True, pretty_exceptions_enable=False,
    help="Published budgets of Chinese government departments in one checked warehouse.",
)
for commands in (night, documents, questions, upkeep):
    app.add_typer(commands.app)
app.add_typer(accounts.app, name="account")
app.add_typer(catalogue.app, name="catalogue")
app.add_typer(upkeep.archive_app, name="archive")
app.add_typer(problems.issues_app, name="issues")
app.add_typer(problems.quarantine_app, name="quarantine")

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}    # what a system says where nothing more can be written


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
