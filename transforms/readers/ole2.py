"""The container of older Office documents ([MS-CFB]), a small file system of named streams."""

from __future__ import annotations

import io

import olefile

from transforms.grid import UnreadableDocument

# What olefile raises for damage, its own errors being of OSError.
_DAMAGE = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError)


def is_container(data: bytes) -> bool:
    """Whether a file is such a container."""
    return data.startswith(olefile.MAGIC)


def names(data: bytes) -> set[str]:
    """The names of the streams at the top of a container, in small letters; none where it is damaged."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            return {path[0].lower() for path in container.listdir() if len(path) == 1}
    except _DAMAGE:
        return set()


def stream(data: bytes, *names: str) -> bytes | None:
    """A stream at the top of the container.

    Args:
        data: the whole file.
        names: the stream's names, the preferred one first.

    Returns:
        Its bytes; None where there is no such stream.

    Raises:
        UnreadableDocument: `damaged-file`.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            found = next((name for name in names if container.exists(name)), None)
            return container.openstream(found).read() if found else None
    except _DAMAGE as error:
        raise UnreadableDocument("damaged-file", f"The document is damaged ({error}); fetch or publish it again.") from error
