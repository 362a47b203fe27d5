"""The archive of originals in a bucket of S3-compatible storage, through fsspec.

Who may use it and where it is, the usual variables of S3's clients say (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_ENDPOINT_URL`).
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from sources.archive import SHA256, AnyArchive, ArchiveError

_PROBE = ".probe"    # an object by which the right to write is tried; it stays, so that no right to remove is asked for


class Bucket(AnyArchive):
    """Originals in a bucket, as `prefix/ab/abcd…` by SHA-256.

    Which there are is asked once, a thousand at a time: asking for each of a country's would take an hour of every night.

    Args:
        address: `s3://bucket/prefix`.
        incoming: folder of files that come in, until they are whole; None keeps nothing.

    Raises:
        ArchiveError: s3fs is not installed, or its settings cannot be used.
    """

    def __init__(self, address: str, incoming: Path | None = None) -> None:
        try:
            from fsspec.core import url_to_fs

            files, self._root = url_to_fs(address, use_listings_cache=False)
        except ImportError:
            raise ArchiveError(f"YUSUAN_ARCHIVE is {address}, and s3fs is not installed: pip install 'yusuan[s3]'") from None
        self._files: Any = files
        self.address = address
        self._asking = threading.Lock()
        self._known: dict[str, int] | None = None
        with self._told():
            self._files.connect()    # now: later, the variables with its keys may be hidden from a process that starts
        super().__init__(incoming)

    def place(self, sha256: str) -> str:
        """See `AnyArchive.place`."""
        return f"{self.address.rstrip('/')}/{sha256[:2]}/{sha256}"

    def open(self, sha256: str) -> BinaryIO:
        """See `AnyArchive.open`."""
        with self._told():
            return io.BytesIO(self._files.cat_file(self._path(sha256)))

    def size(self, sha256: str) -> int | None:
        """See `AnyArchive.size`."""
        return self._sizes().get(self._path(sha256))

    def lend(self, sha256: str) -> Path | bytes:
        """The original itself: whoever reads it needs no right to the bucket."""
        return self.read(sha256)

    def reach(self) -> None:
        """Try to list.

        Raises:
            ArchiveError: it cannot be done; the message says why and what to do.
        """
        bucket, _, prefix = self._root.partition("/")
        with self._told():
            self._files.call_s3("list_objects_v2", Bucket=bucket, Prefix=prefix, MaxKeys=1)

    def examine(self) -> None:
        """Try to list, write and read; raises as `reach`."""
        self.reach()
        probe = f"{self._root}/{_PROBE}"
        with self._told():
            self._files.pipe_file(probe, b"")
            self._files.cat_file(probe)

    def _path(self, sha256: str) -> str:
        return f"{self._root}/{sha256[:2]}/{sha256}"

    def _sizes(self) -> dict[str, int]:
        """The bytes of what there was when it was asked first, and of what was kept here since."""
        with self._asking:
            if self._known is None:
                with self._told():
                    found = self._files.find(self._root, detail=True)
                self._known = {path: int(about["size"]) for path, about in found.items()}
            return self._known

    def _listed(self) -> tuple[set[str], list[str]]:
        paths = set(self._sizes())
        present = {path for path in paths if SHA256.fullmatch(name := path.rpartition("/")[2]) and path == self._path(name)}
        strays = sorted(paths - present - {f"{self._root}/{_PROBE}"})
        return {path.rpartition("/")[2] for path in present}, [f"s3://{path}" for path in strays]

    def _is_intact(self, sha256: str) -> bool:
        is_intact = super()._is_intact(sha256)
        if not is_intact:
            self._sizes().pop(self._path(sha256), None)    # so that it is written anew when it comes again
        return is_intact

    def _settle(self, unfinished: Path, sha256: str) -> None:
        size = unfinished.stat().st_size
        if self.size(sha256) == size:    # it was compared with its hash when its turn came, and storage keeps what it has
            return
        with self._told():
            self._files.put_file(str(unfinished), self._path(sha256))    # whole or not at all, large ones too
        self._sizes()[self._path(sha256)] = size

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say plainly what storage refuses; that one object is missing is left as it is."""
        try:
            yield
        except FileNotFoundError as error:
            if "NoSuchBucket" not in _code(error):
                raise
            raise ArchiveError(
                f"The bucket of {self.address} is not there. Make it, or correct YUSUAN_ARCHIVE, and run again."
            ) from error
        except PermissionError as error:
            raise ArchiveError(
                f"The bucket of {self.address} refuses these keys ({_code(error) or error}). Everything archived before is safe and "
                "nothing half-written is left. Give them (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) the rights to list, read and write "
                "there, and run again."
            ) from error
        except Exception as error:    # the libraries below have a dozen bases of errors, and all mean this
            raise ArchiveError(
                f"The bucket of {self.address} cannot be used ({type(error).__name__}: {error}). Everything archived before is safe and "
                "nothing half-written is left. See whether AWS_ENDPOINT_URL names its server, whether that answers, and whether "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set, and run again."
            ) from error


def _code(error: BaseException) -> str:
    """What S3 calls an error; empty where it is none of S3's."""
    response = getattr(error.__cause__, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))
