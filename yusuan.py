"""The entry point of the `yusuan` command: Ctrl-C ends it without a traceback, also while it imports its libraries."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command."""
    try:
        from cli import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("yusuan: interrupted\n")
        sys.exit(130)    # what shells give for a program that Ctrl-C ended
