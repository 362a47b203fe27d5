"""What decides how a document is read, as one value: where it differs, the same bytes may be read otherwise."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import expectations
import transforms
from transforms.readers import libreoffice

ROOMS = (transforms, expectations)
# The libraries that read documents or judge them: another version may see another text in the same bytes.
LIBRARIES = (
    "cssselect", "great_expectations", "lxml", "manimgx-fonts-cjk", "msoffcrypto-tool", "numpy", "olefile", "onnxruntime",
    "opencv-python-headless", "pandas", "pillow", "pypdfium2", "pyyaml", "rapidocr", "tinycss2",
)


@cache
def fingerprint() -> str:
    """SHA-256 over code, vocabularies and rules of the rooms that read and judge, the versions of their libraries, and LibreOffice.

    Of LibreOffice it is whether it is there: its version would take a second to ask for. Limits of time and memory are no part of
    it: they decide whether a document is read, not what is read in it.
    """
    digest = hashlib.sha256()
    for room in ROOMS:
        folder = Path(next(iter(room.__path__)))
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            digest.update(f"{room.__name__}/{file.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\0".encode())
    digest.update(b"libreoffice" if libreoffice.find_program() else b"")
    return digest.hexdigest()
