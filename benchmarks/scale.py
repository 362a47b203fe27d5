"""Plans a district, a province and the country from measured figures: writes docs/scale.md.

`scale.yaml` has the figures, each with the benchmark that it is from, and what is assumed. Between the measured shares of a national year
times are drawn straight, beyond the largest they go on as steeply.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from tabulate import tabulate

PROJECT = Path(__file__).resolve().parents[1]
PAGE = """# How large a machine

From measured figures, by `make scale`: a night's times are sums of what its parts take. No night of that size was run; the warehouse was
made and asked at three tenths of the country, so what lies beyond is drawn on from there.

{plan}

A busy night is one of the {peak:.0%} of a year's documents that come at once, because all are due within twenty days; an idle one finds
nothing new. What a night takes beside its documents is its start and the hosts, which are asked side by side, each once in {request:g}
seconds. Questions are those about one department. Storage is originals, the warehouse and one published copy; a backup of the two doubles
them. A bucket (`YUSUAN_ARCHIVE`) takes the originals off the machine: a night asks for its list, a request for 1,000 originals, and sends
and fetches each new one. A first year in one go is a backfill: reading all documents on all processors; hosts take longer where each has
many.

## What it is made of
{measured}

Assumed: {documents:,} documents a year in the country, {hosts} hosts; departments and hosts are spread evenly.
"""


@dataclass(frozen=True)
class Plan:
    """A place's needs, from the figures of `scale.yaml`."""

    place: Mapping[str, Any]
    measured: Mapping[str, Any]
    assumed: Mapping[str, Any]

    @property
    def share(self) -> float:
        """Of the country's year."""
        return float(self.place["documents"] / self.assumed["documents_of_a_year"])

    def value(self, name: str) -> float:
        """A figure, at this share of a national year where it depends on that."""
        value = self.measured[name]["value"]
        return between(value, self.share) if isinstance(value, dict) else float(value)

    def idle_night(self) -> float:
        """Seconds of a night with nothing new: its start, and the hosts side by side."""
        asked = self.place["departments"] / self.place["hosts"] * self.assumed["request_seconds"]
        return self.value("start_seconds") + max(asked, self.place["departments"] * self.value("idle_seconds"))

    def busy_night(self) -> float:
        """Seconds of the busiest night: that, and reading, loading, checking and publishing its documents."""
        documents = self.place["documents"] * self.assumed["peak_share"]
        fetched = documents / self.place["hosts"] * self.assumed["request_seconds"]
        read = documents * self.value("read_seconds") / self.place["processors"]
        rest = documents * self.value("load_seconds") + self.value("check_seconds") + self.value("publish_seconds")
        return self.idle_night() + fetched + read + rest

    def first_year(self) -> float:
        """Seconds to read and load a whole year."""
        documents = self.place["documents"]
        return float(documents * (self.value("read_seconds") / self.place["processors"] + self.value("load_seconds")))

    def gigabytes(self) -> float:
        """Of a year: originals, the warehouse and its published copy."""
        return float(self.place["documents"] * (self.value("original_kb") + 2 * self.value("warehouse_kb")) / 1e6)

    def memory(self) -> float:
        """Gigabytes: who leads the night, and its workers."""
        return self.value("leader_gb") + self.place["processors"] * self.value("worker_gb")


def between(points: Mapping[float, float], at: float) -> float:
    """The value on the line through the measured points; before the first it is the first's."""
    places = sorted(points)
    if at <= places[0]:
        return float(points[places[0]])
    right = min(bisect_left(places, at), len(places) - 1)
    low, high = places[right - 1], places[right]
    return points[low] + (points[high] - points[low]) * (at - low) / (high - low)


def shown(seconds: float) -> str:
    """A time as people say it."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def page(figures: Mapping[str, Any]) -> str:
    """The text of docs/scale.md."""
    plans = {name: Plan(place, figures["measured"], figures["assumed"]) for name, place in figures["places"].items()}
    rows = [
        ("departments", *(f"{plan.place['departments']:,}" for plan in plans.values())),
        ("documents a year", *(f"{plan.place['documents']:,}" for plan in plans.values())),
        ("processors", *(plan.place["processors"] for plan in plans.values())),
        ("memory", *(f"{plan.memory():.1f} GB" for plan in plans.values())),
        ("storage a year", *(f"{plan.gigabytes():.1f} GB" for plan in plans.values())),
        ("an idle night", *(shown(plan.idle_night()) for plan in plans.values())),
        ("the busiest night", *(shown(plan.busy_night()) for plan in plans.values())),
        ("a first year in one go", *(shown(plan.first_year()) for plan in plans.values())),
        ("a question", *(f"{plan.value('question_ms'):.0f} ms" for plan in plans.values())),
    ]
    measured = [(name, told["value"], told["from"]) for name, told in figures["measured"].items()]
    assumed = figures["assumed"]
    return PAGE.format(
        plan=tabulate(rows, ("", *(f"{name} ({plan.place['zh']})" for name, plan in plans.items())), tablefmt="github"),
        measured=tabulate(measured, ("figure", "value", "from"), tablefmt="github"), peak=assumed["peak_share"],
        request=assumed["request_seconds"], documents=assumed["documents_of_a_year"], hosts=figures["places"]["country"]["hosts"],
    )


if __name__ == "__main__":
    told = yaml.safe_load((PROJECT / "benchmarks" / "scale.yaml").read_text(encoding="utf-8"))
    (PROJECT / "docs" / "scale.md").write_text(page(told), encoding="utf-8")
