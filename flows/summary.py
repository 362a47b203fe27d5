"""What a night did, in numbers, for the terminal and for Prefect's artifact."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alerts.deliver import Delivery
from warehouse.loading import LoadCounts

SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts and places of one run; `findings` are those new in this run, by severity."""

    run_id: str
    counts: LoadCounts
    findings: dict[str, int]
    problems: tuple[str, ...]
    deliveries: tuple[Delivery, ...]
    warehouse: Path
    published: Path

    def lines(self) -> list[tuple[str, str]]:
        """Title and text of each line of the summary, in the order in which it is told."""
        counts = self.counts
        read = counts.new - counts.unreadable
        return [
            ("Sources asked", f"{counts.sources} files ({counts.failed} failed, {counts.gone} gone)"),
            ("Documents", f"{read} new, {counts.unchanged} unchanged, {counts.unreadable} failed ({counts.duplicates} of the new are duplicates)"),
            ("Rows loaded", f"{sum(counts.rows.values()):,}" if counts.new else "none: nothing new was published"),
            ("Quarantined", f"{counts.quarantined} rows"),
            ("New findings", ", ".join(f"{self.findings.get(severity, 0)} {severity}" for severity in SEVERITIES)),
            *(("Catalogue", problem) for problem in self.problems),
            ("Warehouse", str(self.warehouse)),
            ("Published copy", str(self.published)),
            *(("Alert digest", _told(delivery)) for delivery in self.deliveries),
        ]

    def markdown(self) -> str:
        """The summary as a Markdown table."""
        rows = [f"| {title} | {text} |" for title, text in self.lines()]
        return "\n".join([f"# {self.run_id}", "", "| | |", "|---|---|", *rows, ""])


def _told(delivery: Delivery) -> str:
    return delivery.where if delivery.ok else f"{delivery.where} NOT DELIVERED: {delivery.error}; it is tried again next night"

