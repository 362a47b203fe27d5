"""What every kind of source is, and what kinds on the web are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from sources.outcomes import Answer, Known, PullFailed
from sources.schema import Stage
from sources.web import Page


@dataclass(frozen=True, slots=True)
class Address:
    """A published file of a source.

    `url`: its stable name. `title`: of the publication, as the list gives it. `published_on`: the date beside the title.
    `page`: the page it stood on, sent as Referer. `name`: of the file. `bodies`: names of bodies that file, title, list and columns
    give, the nearest first. `fiscal_year`, `stage`: what these say. `failure`: why the page that should give files gave none.
    """

    url: str
    title: str | None = None
    published_on: date | None = None
    page: str | None = None
    name: str | None = None
    bodies: tuple[str, ...] = ()
    fiscal_year: int | None = None
    stage: Stage | None = None
    failure: PullFailed | None = None


class Kind(Protocol):
    """A kind of source, for one entry of the catalogue."""

    def addresses(self, known: Mapping[str, Known]) -> Iterable[Address]:
        """What is published there: files that are new, and those known from earlier that still have to be asked for.

        Args:
            known: earlier files by address.

        Raises:
            PullFailed: the source itself cannot be had.
        """
        ...

    def get(self, address: Address, known: Known | None) -> Answer:
        """Have a file put into the archive.

        Raises:
            PullFailed: there is no file to be had.
            ArchiveError: the archive cannot take it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Response:
    """What a server sent, whole: `url` behind all redirects, `name` as the server calls the file."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    name: str | None = None

    @property
    def is_unchanged(self) -> bool:
        """Whether the server says that the known version is the present one."""
        return self.status == 304


class Client(Protocol):
    """Asks one address; everything that is polite, stubborn and safe about it is the client's."""

    def get(
        self, url: str, *, referer: str | None = None, known: Known | None = None,
        kind: Literal["document", "page", "data"] = "document", data: Mapping[str, str] | str | None = None,
    ) -> Response:
        """Ask for an address.

        Args:
            url: http(s) address.
            referer: the page on which it stood.
            known: the last version, whose validators are sent along.
            kind: what is expected there.
            data: a form, or JSON as text, to post; None asks with GET.

        Raises:
            PullFailed: no whole answer came.
        """
        ...

    def is_home(self, page: Page, asked: str) -> bool:
        """Whether a page that came for an address is the home page of its site."""
        ...
