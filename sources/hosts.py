"""A night's sources, host by host: hosts are asked in parallel, and none waits for another."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlsplit

from sources.outcomes import Pulled
from sources.schema import Department, Source

T = TypeVar("T")
Entry = tuple[Department, Source]
FOLDERS_AT_A_TIME = 50    # local sources that one thread reads in turn


def ask_all(
    entries: Sequence[Entry], ask: Callable[..., list[T]], threads: int, done: Callable[[int], None],
) -> list[T]:
    """Ask every source, those of one host in turn.

    Args:
        entries: sources with their departments.
        ask: asks one; called with source, department's id and `region`.
        threads: hosts at a time.
        done: told how many more sources are done.

    Returns:
        What came of each, in the order of the entries.
    """
    results: list[list[T]] = [[] for _ in entries]

    def work(positions: Sequence[int]) -> None:
        for position in positions:
            department, source = entries[position]
            results[position] = ask(source, department.id, region=department.region.adcode)
            done(1)

    groups = _by_host(entries)
    if not groups:
        return []
    with ThreadPoolExecutor(min(threads, len(groups)), thread_name_prefix="pull") as pool:
        asked = [pool.submit(work, positions) for positions in groups]
        finished, _ = wait(asked, return_when=FIRST_EXCEPTION)
        for one in finished:
            if error := one.exception():
                pool.shutdown(wait=False, cancel_futures=True)
                raise error
    return [one for part in results for one in part]


def once_per_site(pulled: Sequence[Pulled]) -> list[Pulled]:
    """What came of the addresses of a night, without those that were left alone because their site lets only browsers in.

    A site is told with its first address of each department, and how many more of that department's were not asked.
    """
    kept: list[Pulled] = []
    first: dict[tuple[str, str], int] = {}
    left: Counter[tuple[str, str]] = Counter()
    for one in pulled:
        site = urlsplit(one.address).netloc.lower() or one.address, one.department_id
        if one.outcome == "blocked" and one.status is None and site in first:
            left[site] += 1
            continue
        if one.outcome == "blocked":
            first.setdefault(site, len(kept))
        kept.append(one)
    for site, number in left.items():
        told = kept[first[site]]
        kept[first[site]] = replace(told, message=f"{told.message}; {number} more of its addresses were not asked")
    return kept


def _by_host(entries: Sequence[Entry]) -> list[list[int]]:
    """The positions of the sources of each host, largest hosts first, and local sources a few together."""
    hosts: dict[str, list[int]] = defaultdict(list)
    local: list[int] = []
    for position, (_, source) in enumerate(entries):
        if source.is_on_web:
            hosts[urlsplit(source.address).netloc.lower()].append(position)
        else:
            local.append(position)
    folders = [local[start:start + FOLDERS_AT_A_TIME] for start in range(0, len(local), FOLDERS_AT_A_TIME)]
    return sorted(hosts.values(), key=len, reverse=True) + folders
