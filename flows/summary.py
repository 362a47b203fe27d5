"""What a night did, in numbers, for the terminal and for Prefect's artifact."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alerts.deliver import Delivery
from alerts.digest import SEVERITIES
from flows.rereading import Rereading
from warehouse.loading import LoadCounts


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts and places of one run.

    `sources` are catalogue entries, `findings` those new in this run, by severity, `restored` the unchanged files whose original was
    fetched again, `unmatched` the new files of departments that the catalogue does not have, `hidden` the addresses whose change
    their server's validators hid.
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
    warehouse: Path
    published: Path

    def lines(self) -> list[tuple[str, str]]:
        """Title and text of each line of the summary, in the order in which it is told."""
        counts = self.counts
        unreadable = f" ({counts.unreadable} cannot be read)" if counts.unreadable else ""
        return [
            ("Sources asked", f"{self.sources} ({counts.sources} files; {counts.failed} failed, {counts.gone} gone)"),
            ("Documents", f"{counts.new} new{unreadable}, {counts.unchanged} unchanged"),
            *([("Duplicates", f"{counts.duplicates} of the new documents, loaded once")] if counts.duplicates else []),
            *([("Originals", f"{self.restored} damaged or missing in the archive, fetched again")] if self.restored else []),
            *([("Kept, not read", f"{self.unmatched} files of departments that the catalogue does not have; fact_pull.message names them")]
                if self.unmatched else []),
            *([("Validators", f"validator-lies: a change was hidden at {self.hidden[0]}"
                + (f" and {len(self.hidden) - 1} more" if self.hidden[1:] else ""))] if self.hidden else []),
            *self.reread.lines(),
            ("Rows loaded", f"{sum(counts.rows.values()):,}" if counts.new else "none: nothing new was published"),
            ("Quarantined", f"{counts.quarantined} rows"),
            ("New findings", ", ".join(f"{self.findings.get(severity, 0)} {severity}" for severity in SEVERITIES)),
            *(("Catalogue", problem) for problem in self.problems),
            ("Warehouse", _from_here(self.warehouse)),
            ("Published copy", _from_here(self.published)),
            *(("Alert digest", _told(delivery)) for delivery in self.deliveries),
            *([] if self.deliveries else [("Alert digest", "none: there is nothing new to tell")]),
        ]

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
    return f"{where} NOT DELIVERED: {delivery.error}; it is tried again next night"

