"""What a walk over sources would fetch, and why, without fetching it: `yusuan pull --dry-run` and `yusuan catalogue add`."""

from __future__ import annotations

import ipaddress
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from flows.matching import identification
from sources.archive import Archive
from sources.catalogue import Catalogue, read_source
from sources.kinds.kind import Address
from sources.kinds.listing import ListPage, Seen
from sources.outcomes import Limits, PullFailed
from sources.pull import Chosen, Fetcher, Identify
from sources.schema import Department, Source

_PLAIN = re.compile(r"[\w./:%?=&~+-]+")    # what YAML takes without quotation marks; `#` after a space would begin a comment


@dataclass(frozen=True, slots=True)
class Looked:
    """What a source would give: `files` that would be asked for, `left` links, `failures` of its pages; `system` that its pages are of."""

    source: Source
    files: list[Address]
    left: list[Seen]
    failures: list[Address]
    system: str | None = None

    def lines(self) -> Iterator[str]:
        """The files with what their titles say, or else their entry, then what was left and why."""
        for file in self.files:
            year, stage = file.fiscal_year or self.source.fiscal_year, file.stage or self.source.stage
            said = " ".join(map(str, filter(None, (year, stage, "、".join(file.bodies[:1])))))
            yield f"take   {file.title or file.url} [{said or 'nothing said'}] {file.name or ''} {file.url}"
        for seen in self.left:
            yield f"leave  {seen.title} ({seen.why}) {seen.url}"
        for failed in self.failures:
            yield f"failed {failed.title or ''} {failed.url}: {failed.failure}"


def look(source: Source, limits: Limits, chosen: Chosen) -> Looked:
    """Walk a source's pages and fetch none of its files."""
    seen: list[Seen] = []
    with TemporaryDirectory() as folder, Fetcher(Archive(Path(folder)), limits, chosen=chosen) as fetcher:
        kind = fetcher.kind(source, seen.append)
        try:
            addresses = list(kind.addresses({}))
        except PullFailed as failure:
            addresses = [Address(source.location, failure=failure)]
    left = {one.url: one for one in seen if not one.is_taken}
    system = kind.system.name if isinstance(kind, ListPage) and kind.system else None
    files, failures = [one for one in addresses if not one.failure], [one for one in addresses if one.failure]
    return Looked(source, files, list(left.values()), failures, system)


def unreachable(catalogue: Catalogue, limits: Limits) -> Iterator[str]:
    """Ask each source on the web for one file; give those that have none, with file and line of the entry."""
    for _, source in catalogue.sources:
        if not source.is_on_web:
            continue
        with TemporaryDirectory() as folder, Fetcher(Archive(Path(folder)), limits, chosen=Chosen(sample=1)) as fetcher:
            kind = fetcher.kind(source)
            failure: PullFailed | None
            try:
                first = next(iter(kind.addresses({})), None)
                failure = first.failure if first else PullFailed("its pages lead to no file")
                if first and not failure:
                    kind.get(first, None)
            except PullFailed as error:
                failure = error
            if failure:
                yield f"{source.place}: {source.location}: {failure}"


def chosen_sources(catalogue: Catalogue, names: Sequence[str], failed: Iterable[str] | None) -> list[tuple[Department, Source]]:
    """The sources that are asked for.

    Args:
        catalogue: all of them.
        names: parts of addresses, or departments' ids; none takes all.
        failed: addresses that failed last; None does not ask for it. A list is one of these by its host.
    """
    def is_named(department: Department, source: Source) -> bool:
        return not names or any(name == department.id or name in source.address for name in names)

    in_order = sorted(failed or ())
    hosts = {urlsplit(address).netloc for address in in_order}

    def is_failed(source: Source) -> bool:
        if failed is None or (source.kind == "list" and urlsplit(source.address).netloc in hosts):
            return True
        folder = f"{source.location}/"
        return _first_from(in_order, source.location) == source.location or _first_from(in_order, folder).startswith(folder)

    return [(department, source) for department, source in catalogue.sources if is_named(department, source) and is_failed(source)]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry for review, as YAML, and what the walk for it saw."""

    looked: Looked
    text: str


def propose(address: str, catalogue: Catalogue, limits: Limits, values: Sequence[str] = ()) -> Proposal:
    """Walk a list page once and write the entry that would make it a source.

    Args:
        address: of the list page.
        catalogue: whose departments are told from those that it does not have.
        limits: what the walk may cost.
        values: `name=value` of what the page's requests need and the page does not hold.
    """
    fields = {"address": address, "kind": "list"} | ({"internal": "true"} if _is_internal(address) else {})
    lines = [f"{name}: {_quoted(value)}" for name, value in fields.items()]
    if values:
        lines.append(f"values: {{{', '.join(f'{name}: {_quoted(value)}' for name, _, value in (one.partition('=') for one in values))}}}")
    looked = look(read_source("\n".join(lines)), limits, Chosen())
    identify = identification(catalogue)
    bodies = list(dict.fromkeys(file.bodies[0] for file in looked.files if file.bodies))
    known = {body: found for body in bodies if (found := _anywhere(identify, catalogue, body))}
    if len(set(known.values())) > 1 or len(bodies) - len(known) > 3:
        lines.append("serves: region")
    head = f"# {len(looked.files)} files; {f'system {looked.system}' if looked.system else 'links in its pages'}"
    told = [f"#   {body}: {known.get(body, 'not in the catalogue')}" for body in bodies]
    entry = "\n".join([head, *(["# names of bodies in titles and file names, with the department that each means:", *told] if told else []),
                       "sources:", *(f"  {'- ' if number == 0 else '  '}{line}" for number, line in enumerate(lines))])
    return Proposal(looked, entry)


def _first_from(in_order: Sequence[str], start: str) -> str:
    """The first of sorted texts that is not before another one; empty where all are."""
    position = bisect_left(in_order, start)
    return in_order[position] if position < len(in_order) else ""


def _anywhere(identify: Identify, catalogue: Catalogue, body: str) -> str | None:
    """The department that a name means in one of the catalogue's regions."""
    regions = [None, *(region.adcode for region in catalogue.regions)]
    return next((found for region in regions if (found := identify(body, region, None))), None)


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) and not value.isdecimal() else "'" + value.replace("'", "''") + "'"


def _is_internal(address: str) -> bool:
    try:
        return not ipaddress.ip_address(urlsplit(address).hostname or "").is_global
    except ValueError:
        return False
