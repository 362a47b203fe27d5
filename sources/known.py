"""What earlier nights pulled, put in order once a night, so that each source finds its own files without walking through all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from sources.members import known_members
from sources.outcomes import Known


class KnownFiles(Mapping[str, Known]):
    """The last version of each file, by address.

    Args:
        files: all of them, documents in archives among them.
    """

    def __init__(self, files: Mapping[str, Known]) -> None:
        self._files = files
        self._members = known_members(files)
        inside = {address for members in self._members.values() for address in members}
        self._addresses = sorted(address for address in files if address not in inside)

    @classmethod
    def of(cls, files: Mapping[str, Known]) -> KnownFiles:
        """The files in order; those that are already stay as they are."""
        return files if isinstance(files, cls) else cls(files)

    def below(self, prefix: str) -> list[str]:
        """The addresses that begin with a prefix, without documents in archives; sorted."""
        start = bisect_left(self._addresses, prefix)
        end = start
        while end < len(self._addresses) and self._addresses[end].startswith(prefix):
            end += 1
        return self._addresses[start:end]

    def members(self, archive: str) -> Sequence[str]:
        """The addresses of the documents in an archive."""
        return self._members.get(archive, ())

    def __getitem__(self, address: str) -> Known:
        return self._files[address]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
