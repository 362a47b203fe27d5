"""Conversion by LibreOffice of what no reader here opens: documents of Word 95 and before, and damaged ones.

It is the only place in `transforms` that starts a program and writes files. All of it is in one private folder that is removed at the end.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from transforms.grid import UnreadableDocument

PROGRAMS = ("soffice", "libreoffice")
PACKAGE = "libreoffice-writer-nogui"
# A start with a new profile takes 3 s and a booklet of 100 pages 10 s; a worker has 900 s, so that this limit comes first.
SECONDS = 60.0

# No macro is run, and no picture, page or template that the document only refers to is fetched.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""    # noqa: E501


def find_program() -> str | None:
    """The path of LibreOffice; None where it is not installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def convert(data: bytes, form: str, to: str = "docx") -> bytes:
    """Convert a document.

    Args:
        data: the whole file.
        form: what it is, as an ending of file names: `doc` or `rtf`.
        to: what it shall be.

    Returns:
        The converted file.

    Raises:
        UnreadableDocument: `needs-libreoffice`, `too-slow` or `damaged-file`.
    """
    program = find_program()
    if program is None:
        raise UnreadableDocument(
            "needs-libreoffice",
            f"This document of format {form} is read by LibreOffice only, which is not installed: install the package {PACKAGE} "
            f"(Debian: apt install {PACKAGE}), or save the document as DOCX.",
        )
    with tempfile.TemporaryDirectory(prefix="yusuan-") as name:
        folder = Path(name)
        source, profile = folder / f"document.{form}", folder / "profile"
        source.write_bytes(data)
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        _run([
            program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck", "--nodefault",
            "--convert-to", to, "--outdir", str(folder / "out"), str(source),
        ], folder)
        converted = folder / "out" / f"document.{to}"
        if not converted.is_file():
            raise UnreadableDocument("damaged-file", "LibreOffice cannot open the document; save it as DOCX, or fetch it again.")
        return converted.read_bytes()


def _run(command: list[str], folder: Path) -> None:
    """Run a program with all that it starts in a session of its own, which is ended whatever happens."""
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
    process = subprocess.Popen(    # noqa: S603 the program is LibreOffice, its arguments are paths of this module's own
        command, cwd=folder, env=environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise UnreadableDocument("too-slow", f"LibreOffice did not convert the document within {SECONDS:g} seconds.") from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:    # it has ended, and everything that it started
        return
    finally:
        process.wait()
