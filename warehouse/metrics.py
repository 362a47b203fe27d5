"""How the nights and the problems stand, in the text form of Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from warehouse.query import STATUS, Copy, rows

METRICS = {
    "last_night_timestamp_seconds": "When the last published night began, in seconds since 1970.",
    "last_night_sources": "Addresses that the last published night asked.",
    "last_night_documents": "Documents of the last published night, by what came of them.",
    "last_night_step_seconds": "What each step of the last published night took.",
    "runs": "Runs in the warehouse, by how they ended.",
    "open_issues": "Problems that stand, by severity.",
    "quarantined_rows": "Rows in quarantine.",
}


def metrics(copy: Copy) -> str:
    """The metrics, each named `yusuan_…`.

    Args:
        copy: from `query.connect`.
    """
    registry = CollectorRegistry()
    registry.register(_Published(copy))
    return generate_latest(registry).decode()


class _Published(Collector):
    def __init__(self, copy: Copy) -> None:
        self._copy = copy

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = rows(self._copy, (STATUS / "metrics.sql").read_text(encoding="utf-8")).rows
        for metric, said in METRICS.items():
            of_it = [(label, labelled, value) for name, label, labelled, value in found if name == metric]
            family = GaugeMetricFamily(f"yusuan_{metric}", said, labels=sorted({label for label, *_ in of_it if label}))
            for label, labelled, value in of_it:
                family.add_metric([labelled] if label else [], float(value))
            yield family
