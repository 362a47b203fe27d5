"""Asks a source for what changed; each file asked is one outcome, and every new original is in the archive."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

from sources import naming
from sources.archive import AnyArchive, ArchiveCorrupt, ArchiveError
from sources.client import Client, Web
from sources.http import Manner
from sources.journal import Journal
from sources.kinds.kind import Address, Kind
from sources.kinds.listing import Chosen, Listed, ListPage, NoYears, Seen
from sources.kinds.plain import LocalFiles, WebFile
from sources.known import KnownFiles
from sources.members import Members, Unpack
from sources.memory import Memory
from sources.outcomes import Answer, Known, Limits, Pulled, PullFailed
from sources.schema import Source
from sources.selection import bodies_in

_OF_ANSWER = tuple(one.name for one in fields(Answer))

__all__ = ["Chosen", "Fetcher", "Known", "KnownFiles", "Limits", "NoYears", "Pulled", "pull"]


class Identify(Protocol):
    """Finds the department that a published name means."""

    def __call__(self, published: str, region: str | None, year: int | None) -> str | None:
        """The department's id; None where the name means none, or several."""
        ...


class Fetcher:
    """What a night's pulls share: the archive, connections, the limits. A context manager; safe to use from several threads.

    Args:
        archive: takes the originals.
        limits: what one address may cost.
        unpack: gives the documents in an archive, none for other files; None takes every file as one document.
        memory: what earlier nights saw on list pages; None remembers nothing.
        identify: gives the department that a name means; None takes every document as the department's whose source it is.
        chosen: which files of lists are asked for; None takes all.
        journal: notes what is new until it is loaded; None does not.
    """

    def __init__(  # noqa: PLR0913, PLR0917 -- what a night's pulls share
        self, archive: AnyArchive, limits: Limits, unpack: Unpack | None = None, memory: Memory | None = None,
        identify: Identify | None = None, chosen: Chosen | None = None, journal: Journal | None = None,
    ) -> None:
        self.archive = archive
        self.limits = limits
        self.members = Members(archive, limits, unpack) if unpack else None
        self.identify = identify
        self.journal = journal or Journal(None)
        self._memory = memory or Memory(None)
        self._chosen = chosen or Chosen()
        self._web = Web(archive, limits)

    def kind(self, source: Source, report: Callable[[Seen], None] | None = None) -> Kind:
        """The source as its kind; `report` hears of every link of a list."""
        if source.kind == "list":
            listed = Listed(source, self.limits, self._chosen)
            client = self._client(source)

            def get(address: Address, known: Known | None) -> Answer:
                return client.fetch(address.url, referer=address.page, known=known, title=address.name)

            return ListPage(listed, client, get, self._memory, report=report)
        if source.is_on_web:
            return WebFile(source, self._client(source))
        return LocalFiles(source, self.archive, self.limits)

    def _client(self, source: Source) -> Client:
        return self._web.client(Manner(source.is_internal, source.is_weak_tls))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._web.close()


def pull(
    source: Source, department_id: str, known: Mapping[str, Known], fetcher: Fetcher, region: str | None = None,
) -> list[Pulled]:
    """Asks a source for its files.

    Args:
        source: an entry of the catalogue.
        department_id: whose source it is.
        known: the last version of each file, by address; `KnownFiles` where many sources are asked.
        fetcher: shared by all sources of the night.
        region: code of the region whose departments publish there.

    Returns:
        One outcome per file, in the order of addresses, followed by those of the documents in it if it is an archive.
        `unchanged` files cost a conditional request or the reading of a local file; a known file that its place says is not
        there any more is `gone`; whatever else goes wrong is `failed`.

    Raises:
        ArchiveError: no original can be kept, so that asking on makes no sense.
    """
    kind, files = fetcher.kind(source), KnownFiles.of(known)

    def asked(address: Address) -> _Asked:
        return _Asked(source, kind, address, department_id, region, fetcher, files)

    pulled: list[Pulled] = []
    try:
        for address in kind.addresses(files):
            pulled += asked(address).outcomes()
    except Exception as error:    # noqa: BLE001 `failed` says which one ends the night
        pulled.append(asked(Address(source.location)).failed(error))
    return pulled


@dataclass(frozen=True, slots=True)
class _Asked:
    """One address of a source, and what comes of asking it: no server and no file may end the night."""

    source: Source
    kind: Kind
    where: Address
    owner_id: str
    region: str | None
    fetcher: Fetcher
    known: KnownFiles
    pulled_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: float = field(default_factory=time.monotonic)

    def outcomes(self) -> list[Pulled]:
        """The outcome of the file, and those of the documents in it."""
        if self.where.failure:
            return [self.failed(self.where.failure)]
        before, journal = self.known.get(self.address), self.fetcher.journal
        try:
            noted = journal.take(self.source.location, _shown(self.address))
            if noted and self._is_to_load(noted, before):
                return [noted, *self._of_members(noted)]
            pulled = self._pulled(self.kind.get(self.where, before))
            if pulled.is_matched and before and not before.is_read and pulled.outcome == "unchanged":
                pulled = replace(pulled, outcome="new")    # it was kept for a department that the catalogue has only now
            if self.source.is_on_web:
                journal.write(pulled)
            return [pulled, *self._of_members(pulled)]
        except Exception as error:    # noqa: BLE001 `failed` says which one ends the night
            pulled = self.failed(error)
            return [pulled, *self._of_members(pulled)]

    def failed(self, error: Exception) -> Pulled:
        """The outcome of an address that gave no file.

        Raises:
            ArchiveError: no original can be kept, of no address.
        """
        if isinstance(error, ArchiveError) and not isinstance(error, ArchiveCorrupt):
            raise error
        failure = error if isinstance(error, PullFailed) else PullFailed(f"{type(error).__name__}: {error}")
        entry = self.source.place_of("address")
        return self._pulled(Answer(
            outcome="gone" if self.address in self.known and failure.is_absent else failure.outcome, status=failure.status,
            message=f"{entry.file}:{entry.line}: {_shown(self.address)}: {_shown(str(failure))}",
        ))

    def _is_to_load(self, noted: Pulled, before: Known | None) -> bool:
        """Whether what a killed night noted is there, and is not what is loaded."""
        is_held = noted.sha256 is not None and self.fetcher.archive.holds(noted.sha256, noted.byte_count)
        return is_held and not (before and before.sha256 == noted.sha256)

    @property
    def address(self) -> str:
        """The file's stable name."""
        return self.where.url

    @property
    def department_id(self) -> str | None:
        """Whose document it is by the names on its way; None where a region's list names none that the catalogue knows.

        A department's own list holds its units' documents under names that the catalogue does not have, and some of other departments.
        """
        identify, year = self.fetcher.identify, self.where.fiscal_year
        named = [found for body in self.where.bodies if (found := identify(body, self.region, year))] if identify else []
        if self.source.serves == "region" and identify and self.where.title:
            return named[0] if named else None
        return self.owner_id if self.owner_id in named or not named else named[0]

    def _of_members(self, pulled: Pulled) -> list[Pulled]:
        if not self.fetcher.members:
            return []
        before = self.known.members(pulled.address)
        return [self._of_its_department(member) for member in self.fetcher.members.outcomes(pulled, self.known, before)]

    def _of_its_department(self, member: Pulled) -> Pulled:
        """A document in an archive as that of the department that the names in its path mean, where a region's list has the archive."""
        identify = self.fetcher.identify
        if self.source.serves != "region" or identify is None:
            return member
        path = member.address.removeprefix(self.address).lstrip("#/").split("/")
        named = (identify(name, self.region, member.fiscal_year) for name in (*bodies_in(*reversed(path)), *path))
        department_id = next(filter(None, named), None)
        if department_id is None:
            return member
        message = None if not member.is_matched else member.message
        return replace(member, department_id=department_id, is_matched=True, message=message)

    def _pulled(self, answer: Answer) -> Pulled:
        address, department_id, where = _shown(self.address), self.department_id, self.where
        if department_id is None and answer.outcome == "new":    # told once; what stays unmatched stays so
            names = "、".join(where.bodies) or "no department"
            answer = replace(answer, message=f"it names {names}, which no department of the catalogue is called: kept, not read")
        return Pulled(
            **{name: getattr(answer, name) for name in _OF_ANSWER}, department_id=department_id or self.owner_id, address=address,
            file_name=_file_name(self.source, where, answer),
            fiscal_year=self.source.fiscal_year or where.fiscal_year, stage=self.source.stage or where.stage,
            stated_department=self.source.stated_department,
            seconds=time.monotonic() - self.started, pulled_at=self.pulled_at, publication_title=where.title,
            published_date=where.published_on, page_address=where.page,
            source_address=self.source.location, is_matched=department_id is not None,
        )


def _shown(text: str) -> str:
    """A text that can be stored: file names that are not UTF-8 could not."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _file_name(source: Source, where: Address, answer: Answer) -> str:
    if source.is_on_web:
        return naming.name_of(_shown(where.url), answer.name, where.name)
    return _shown(where.url).rpartition("/")[2]
