"""The treemap: its areas are to each other as the amounts, it covers the whole, and each department is a way to its page."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import combinations
from pathlib import Path

from batches import CATALOGUE, Batch, Night
from browsing import getter
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from portal.app import TILES, Portal, create_app
from portal.charts import HEIGHT, WIDTH, bars, shares, treemap
from warehouse import query
from warehouse.store import Warehouse

NEARLY = 0.5    # of the units of the SVG: a department of a yuan beside one of 100 milliards is thinner than its own rounding
AMOUNTS = st.lists(st.one_of(st.none(), st.decimals(-10, 10**11, places=0)), max_size=60)


@given(AMOUNTS)
def test_areas_are_as_the_amounts_and_fill_the_whole(amounts: list[Decimal | None]) -> None:
    tiles = treemap([{"amount": amount} for amount in amounts], "amount")
    shown = [amount for amount in amounts if amount and amount > 0]
    assert [tile.record["amount"] for tile in tiles] == sorted(shown, reverse=True)
    for tile in tiles:
        share = float(tile.record["amount"]) / float(sum(shown))
        assert abs(tile.width * tile.height / (WIDTH * HEIGHT) - share) < 1e-6
        assert min(tile.left, tile.top) > -NEARLY
        assert tile.left + tile.width < WIDTH + NEARLY
        assert tile.top + tile.height < HEIGHT + NEARLY


@given(AMOUNTS)
def test_no_two_lie_over_each_other(amounts: list[Decimal | None]) -> None:
    for one, other in combinations(treemap([{"amount": amount} for amount in amounts], "amount"), 2):
        across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
        down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
        assert min(across, down) < NEARLY


def test_the_overview_draws_the_largest_and_leads_to_them(tmp_path: Path) -> None:
    """The newest year and stage alone; who is not among the largest is one tile; a name is text, whatever it says."""
    names = [f"<b>{number}局" for number in range(TILES + 2)]
    like = CATALOGUE["department"][0]
    departments = [{**like, "department_id": f"d-{number}", "department_name": name} for number, name in enumerate(names)]
    batch = Batch()
    for number in range(TILES + 2):
        batch.summary = f"{(number + 1) * 100}.00"
        batch.add(f"{number}.pdf", department_id=f"d-{number}", department_name=f"<b>{number}局", fiscal_year=2024)
    batch.summary = "50.00"
    batch.add("before.pdf", department_id="d-41", department_name="<b>41局", fiscal_year=2023)
    batch.summary = "9999999.00"
    batch.add("old.pdf", fiscal_year=2023)
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        Night(warehouse)(batch, catalogue={**CATALOGUE, "department": [like, *departments]})
        warehouse.publish(tmp_path / "yusuan.duckdb")
    app = create_app(Portal(tmp_path / "yusuan.duckdb", bytes, limits_of_sql=query.Limits(1, 256)))
    try:
        get = getter(app)
        drawn = get("/?lang=en&region=440106").text.partition('aria-label="Expenditure by department"')[2].partition("</figure>")[0]
        [change] = get("/api/v1/lists/year_on_year").json()["rows"]
        others = re.search(r'href="(/lists/totals[^"]*)"', drawn)
        assert others
        assert "region=440106&amp;year=2024" in others[1]
        assert get(others[1].replace("&amp;", "&")).status_code == 200
    finally:
        app.state.close()
    largest = [escape(name) for name in reversed(names[2:])]
    assert re.findall(r"<title>(.*?) [\d,.]+ yuan", drawn) == [*largest, "Other departments (2)"]
    assert 'href="/departments/d-41"' in drawn
    assert "Other departments (2) 300" in drawn
    # Who states but one of the years is in neither sum.
    assert change == {
        "fiscal_year": 2024, "stage": "budget", "department_count": 1, "expenditure_yuan": "4200.00", "previous_expenditure_yuan": "50.00",
        "change_yuan": "4150.00", "change_rate": "8300.00", "incomplete_count": change["incomplete_count"],
    }


def test_bars_are_as_the_values_and_those_below_zero_go_to_the_left() -> None:
    drawn = bars([("a", Decimal(300)), ("b", Decimal(-100)), ("c", None)])
    assert [(bar.left, bar.width) for bar in drawn.bars] == [(drawn.zero, WIDTH * 3 / 4), (0, WIDTH / 4), (drawn.zero, 0)]
    assert bars([]).bars == []


def test_shares_fill_the_whole() -> None:
    quarter = WIDTH / 4
    assert shares([1, 0, 3]) == [(0, quarter), (quarter, 0), (quarter, 3 * quarter)]
    assert shares([0, 0]) == [(0, 0), (0, 0)]
