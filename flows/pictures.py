"""Pictures of rows for the lists that go with digests, drawn by worker processes with limits: they are worth seconds, not a night."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from alerts.workbook import Draw, Spot
from flows.workers import Limits, ReaderPool
from settings import Settings
from sources.archive import ArchiveError, lent, open_archive
from transforms import evidence
from transforms.grid import Box
from transforms.records import ParseError

SECONDS_EACH = 20      # to open a booklet of 400 pages and draw one takes a second
SECONDS_ALL = 60       # what pictures may hold up a night, of all its digests
LARGEST = 400_000      # bytes: a row of a scan at the size in which it can be read has half of them


def drawing(settings: Settings) -> Draw:
    """What draws the rows of one night's digests, until its time is over."""
    return partial(row_pictures, settings, end=time.monotonic() + SECONDS_ALL)


def row_pictures(settings: Settings, spots: Sequence[Spot], *, end: float) -> list[bytes | None]:
    """Draw rows of documents; None for one that cannot be drawn, in time or at all.

    Args:
        settings: say where the originals are.
        spots: the rows.
        end: when no further one is waited for (`time.monotonic`).
    """
    if not spots or time.monotonic() >= end:
        return [None] * len(spots)
    made: list[bytes | None] = []
    processes = min(settings.processes or os.cpu_count() or 1, len(spots))
    try:
        archive = open_archive(settings.originals)
    except ArchiveError:    # the night has come so far without it
        return [None] * len(spots)
    with ReaderPool(processes, Limits(SECONDS_EACH, settings.parse_memory_mb, settings.parse_output_mb)) as pool:
        for future in [pool.start(draw_row, spot, last=partial(archive.lend, spot.sha256)) for spot in spots]:
            if time.monotonic() >= end:
                pool.stop()
                break
            try:
                picture = pool.result(future)
            except ArchiveError:
                pool.stop()
                break
            made.append(picture if isinstance(picture, bytes) and len(picture) <= LARGEST else None)
    return made + [None] * (len(spots) - len(made))


def draw_row(spot: Spot, archive: Path | bytes) -> bytes | ParseError:
    """Draw one row of what the archive lends (runs in the worker)."""
    return evidence.cut(lent(archive, spot.sha256), spot.page, Box(*json.loads(spot.box)))
