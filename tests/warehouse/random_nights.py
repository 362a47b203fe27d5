"""Nights drawn at random: files that appear, change, are copied, fail, go and come back, are read again, and a catalogue that changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from batches import CATALOGUE, EXPERTS, MEETINGS, PLACE, RD, ZX, Batch, Project, rows

from warehouse.store import Warehouse

ADDRESSES = [(department, f"https://www.thnet.gov.cn/{department}/{number}.txt") for department in (RD, ZX) for number in range(3)]
TITLES = (None, None, "2023年部门预算（更正）")
Night = tuple[Batch, dict[str, Any]]


def random_nights(draw: Random, warehouse: Warehouse, count: int) -> Iterator[Night]:
    """So many nights, each a batch and a catalogue; the warehouse tells what there is to be read again."""
    for number in range(count):
        batch = Batch(pulled_at=f"2026-02-{number + 1:02} 18:00:00+00:00", summary=draw.choice([None, "40907700.00", "907700.00"]))
        for department, address in ADDRESSES:
            _ask(draw, batch, department, address, number)
        if number and draw.random() < 0.6:
            _read_again(draw, batch, warehouse, number)
        yield batch, _catalogue(draw)


def _ask(draw: Random, batch: Batch, department: str, address: str, number: int) -> None:
    outcome = "new" if number == 0 else draw.choice(["new", "copy", "failed", "unreadable", "gone", "unchanged", "nothing", "nothing"])
    if outcome in ("gone", "failed", "unchanged"):
        batch.pull(
            address, outcome, department, fiscal_year=draw.choice([None, 2023]), source_address=draw.choice([None, "https://www.thnet.gov.cn/"]),
            publication_title=draw.choice(TITLES))
    elif outcome == "unreadable":
        batch.add(address, error="reader-crashed", sha256=f"{address}{number}", department_id=department)
    elif outcome != "nothing":
        sha256 = "the same bytes" if outcome == "copy" else f"{address}{number}"
        projects = _projects(draw) if outcome == "new" else [EXPERTS]
        batch.add(address, projects, sha256=sha256, department_id=department, fiscal_year=2022 + ADDRESSES.index((department, address)) % 2,
                  stage=draw.choice(["budget", "budget", "final"]), pulled={"publication_title": draw.choice(TITLES)})
        _add_rest(draw, batch)


def _add_rest(draw: Random, batch: Batch) -> None:
    document = len(batch.frames["document"]) - 1
    if draw.random() < 0.5:
        batch.find(document, "missing-goal", draw.choice(["critical", "warning"]), draw.choice(["会议", "专家"]))
        batch.put("outcome_count", document_no=document, rule="missing-goal", passed=1, failed=1, not_applicable=0, reason=None)
    if draw.random() < 0.3:
        batch.quarantine(document, "不明", "一二三", "100.00")
    if draw.random() < 0.3:
        batch.put("outcome_count", document_no=document, rule="silently-replaced", passed=1, failed=0, not_applicable=0, reason=None)
    if batch.summary is not None:
        batch.put(
            "stated_change", document_no=document, statement_no=0, figure="income", amount_yuan=batch.summary, compared_year=2022,
            stated_change_yuan=draw.choice(["100.00", "40900000.00"]), step_yuan="100.00", compared_with="预算", is_certain=True,
            published_text="比上年预算增加", **PLACE)
    if draw.random() < 0.3 and batch.summary is None:
        batch.total(document, "370000.00")


def _projects(draw: Random) -> Sequence[Project]:
    amount = draw.choice(["900.00", "6000000.00", "18000000.00", str(Decimal(draw.randrange(1_000_000)) / 100)])
    some = draw.sample([EXPERTS, MEETINGS, Project("城市河道养护（23n）", amount, "改善水质")], draw.randint(0, 3))
    return [Project("信息化运行维护", draw.choice(["6000000.00", "18000000.00"])), *some]


def _read_again(draw: Random, batch: Batch, warehouse: Warehouse, number: int) -> None:
    known = rows(warehouse.connection, "SELECT document_key, sha256, document_id FROM dim_document ORDER BY document_key")
    asked = {pulled["address"] for pulled in batch.pulled}
    waiting = [(key, sha256) for key, sha256, address in known if address not in asked]
    if waiting:
        batch.reread(*draw.choice(waiting), _projects(draw), fiscal_year=2023, error=draw.choice([None, None, "too-slow"]))


def _catalogue(draw: Random) -> dict[str, Any]:
    if draw.random() < 0.8:
        return CATALOGUE
    renamed = [{**row, "department_name": "广州市天河区人民代表大会"} if row["department_id"] == RD else row for row in CATALOGUE["department"]]
    return {**CATALOGUE, "department": renamed, "publication_duty": CATALOGUE["publication_duty"][1:]}
