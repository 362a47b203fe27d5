"""What a night did, in numbers, for the terminal and for Prefect's artifact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alerts.deliver import Delivery
from alerts.digest import SEVERITIES
from flows.rereading import Rereading
from language import said
from language.errors import told
from warehouse.loading import LoadCounts


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts and places of one run.

    `sources` are catalogue entries, `findings` those new in this run, by severity, `restored` the unchanged files whose original was
    fetched again, `unmatched` the new files of departments that the catalogue does not have, `hidden` the addresses whose change
    their server's validators hid, `complaints` what is wrong with what people decided.
    """

    sources: int
    counts: LoadCounts
    findings: dict[str, int]
    problems: tuple[str, ...]
    reread: Rereading
    restored: int
    unmatched: int
    hidden: list[str]
    deliveries: tuple[Delivery, ...]
    warehouse: Path | str
    published: Path
    complaints: tuple[str, ...] = ()

    def lines(self) -> list[tuple[str, str]]:
        """Title and text of each line of the summary, in the order in which it is told."""
        counts, unreadable = self.counts, ""
        if counts.unreadable:
            unreadable = said(" ({count} cannot be read)", count=counts.unreadable)
        lines = [
            ("Sources asked", said("{sources} ({files} files; {failed} failed, {gone} gone)",
                sources=self.sources, files=counts.sources, failed=counts.failed, gone=counts.gone)),
            ("Documents", said("{new} new{unreadable}, {unchanged} unchanged",
                new=counts.new, unreadable=unreadable, unchanged=counts.unchanged)),
            *self._exceptions(),
            *self.reread.lines(),
            ("Rows loaded", f"{sum(counts.rows.values()):,}" if counts.new else said("none: nothing new was published")),
            ("Quarantined", said("{count} rows", count=counts.quarantined)),
            ("New findings", ", ".join(f"{self.findings.get(severity, 0)} {said(severity)}" for severity in SEVERITIES)),
            *(("Catalogue", told(problem)) for problem in self.problems),
            *(("Decided", complaint) for complaint in self.complaints),
            ("Warehouse", _from_here(self.warehouse) if isinstance(self.warehouse, Path) else self.warehouse),
            ("Published copy", _from_here(self.published)),
            *(("Alert digest", _told(delivery)) for delivery in self.deliveries),
            *([] if self.deliveries else [("Alert digest", said("none: there is nothing new to tell"))]),
        ]
        return [(said(title), text) for title, text in lines]

    def _exceptions(self) -> Iterator[tuple[str, str]]:
        """What happens in few nights."""
        if self.counts.duplicates:
            yield "Duplicates", said("{count} of the new documents, loaded once", count=self.counts.duplicates)
        if self.restored:
            yield "Originals", said("{count} damaged or missing in the archive, fetched again", count=self.restored)
        if self.unmatched:
            yield "Kept, not read", said(
                "{count} files of departments that the catalogue does not have; fact_pull.message names them", count=self.unmatched)
        if self.hidden:
            more = said(" and {count} more", count=len(self.hidden) - 1) if self.hidden[1:] else ""
            yield "Validators", said("validator-lies: a change was hidden at {address}{more}", address=self.hidden[0], more=more)

    def markdown(self) -> str:
        """The summary as a Markdown table."""
        rows = [f"| {title} | {text} |" for title, text in self.lines()]
        return "\n".join(["| | |", "|---|---|", *rows, ""])


def _from_here(path: Path) -> str:
    """A path as short as it can be copied from the terminal."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _told(delivery: Delivery) -> str:
    where = _from_here(Path(delivery.where)) if Path(delivery.where).is_absolute() else delivery.where
    if delivery.ok:
        return f"{where} {delivery.remark}" if delivery.remark else where
    return said("{where} NOT DELIVERED: {error}; it is tried again next night", where=where, error=delivery.error)

