"""What a night did, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts and places of one run; `findings` by severity, `catalogue_problems` as printed lines."""

    run_id: str
    sources: int
    sources_failed: int
    new: int
    unchanged: int
    failed: int
    rows: dict[str, int]
    quarantined: int
    findings: dict[str, int]
    catalogue_problems: tuple[str, ...]
    warehouse: Path
    published: Path
    digests: tuple[str, ...] = field(default=())

    @property
    def rows_loaded(self) -> int:
        """Fact rows that were not in the warehouse before."""
        return sum(self.rows.values())
