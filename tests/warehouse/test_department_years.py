"""A department over the years: its name and region are those of the fiscal year, its id is that of all years."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from batches import CATALOGUE, EXPERTS, RD, SEED, ZX, Batch, Row, rows

from warehouse.store import Warehouse
from warehouse.tables import statement

Night = Callable[..., Any]
RD_NAME, ZX_NAME = (department["department_name"] for department in CATALOGUE["department"])


def former(name: str, until: int, department: str = RD, region: str | None = None) -> Row:
    return {"department_id": department, "alias": name, "first_year": None, "last_year": until, "region_code": region}


def catalogue(*names: Row, **merged: Any) -> dict[str, list[Row]]:
    rd, zx = CATALOGUE["department"]
    return CATALOGUE | {"department": [rd, zx | merged], "department_alias": list(names)}


RENAMED = catalogue(former("天河区人大办", 2019), former("天河区人大机关", 2016), former("人大机关", 2016))
YEARS: tuple[int | None, ...] = (2015, 2016, 2017, 2019, 2020, None)
NAMES = ["天河区人大机关", "天河区人大机关", "天河区人大办", "天河区人大办", RD_NAME, RD_NAME]


def batch_of_years() -> Batch:
    batch = Batch()
    for year in YEARS:
        batch.add(f"rd-{year}.txt", [EXPERTS], fiscal_year=year, sha256=f"{year}")
    return batch


NAMES_OF_YEARS = """
    SELECT department_name FROM {} WHERE department_id = '440106-rd' ORDER BY fiscal_year NULLS LAST
"""


@pytest.mark.parametrize("is_told_later", [False, True])
def test_views_show_the_name_of_the_year_whenever_the_catalogue_told_it(warehouse: Warehouse, night: Night, is_told_later: bool) -> None:
    night(batch_of_years(), catalogue=CATALOGUE if is_told_later else RENAMED)
    night(Batch(), catalogue=RENAMED)
    for view in ("document", "project", "department_year", "project_version", "indicator"):
        names = rows(warehouse.connection, NAMES_OF_YEARS.format(view))
        assert list(dict.fromkeys(names)) == [(name,) for name in dict.fromkeys(NAMES)], view
    assert rows(warehouse.connection, NAMES_OF_YEARS.format("document")) == [(name,) for name in NAMES]
    assert rows(warehouse.connection, "SELECT count(*), count(DISTINCT project_key) FROM project") == [(len(YEARS), 1)]
    assert rows(warehouse.connection, "SELECT DISTINCT lasting_department_id, lasting_department_name FROM department_year") == [
        (RD, RD_NAME), (ZX, ZX_NAME)]
    assert rows(warehouse.connection, f"SELECT first_year, last_year, is_current FROM department WHERE department_id = '{RD}' ORDER BY 1 NULLS FIRST") == [
        (None, 2016, False), (2017, 2019, False), (2020, None, True)]


def test_what_the_catalogue_said_before_stays_with_its_time(warehouse: Warehouse, night: Night) -> None:
    for known in (CATALOGUE, RENAMED, RENAMED, catalogue(former("天河区人大办公室", 2019))):
        night(batch_of_years(), catalogue=known)
    assert rows(warehouse.connection, f"""
        SELECT department_name, last_year, valid_from::DATE - min(valid_from) OVER ()::DATE, valid_to::DATE - min(valid_from) OVER ()::DATE
        FROM dim_department WHERE department_id = '{RD}' ORDER BY version_no
    """) == [
        (RD_NAME, None, 0, 1), ("天河区人大机关", 2016, 1, 3), ("天河区人大办", 2019, 1, 3), (RD_NAME, None, 1, None),
        ("天河区人大办公室", 2019, 3, None),
    ]
    assert rows(warehouse.connection, "SELECT count(*) FROM dim_document SEMI JOIN department USING (department_key)") == [(len(YEARS),)]
    leading = {name for _, name, *_ in rows(warehouse.connection, statement("names", "known_department_name"))}
    assert leading == {RD_NAME, ZX_NAME, "天河区人大办公室"}    # a former name that the catalogue took back leads to nobody


def test_every_year_lies_in_one_period(warehouse: Warehouse, night: Night) -> None:
    """Periods that overlap, have gaps or end in one year, and a merged department whose own entry is older than its former name."""
    known = catalogue(
        former("甲", 2012), former("乙乙", 2012), former("丙", 2013), former("丁", 2018), former(ZX_NAME, 2020, ZX), last_year=2019,
        lasting_department_id=RD)
    due = [duty | {"fiscal_year": year} for duty in CATALOGUE["publication_duty"] for year in range(2000, 2030)]
    night(Batch(), catalogue=known | {"publication_duty": due})
    assert rows(warehouse.connection, "SELECT DISTINCT count(*) FROM coverage GROUP BY department_id, fiscal_year") == [(1,)]
    assert rows(warehouse.connection, "SELECT count(*) FROM coverage") == [(len(due),)]


def test_a_merged_department_keeps_its_documents_and_adds_to_the_one_that_lives_on(warehouse: Warehouse, night: Night) -> None:
    batch = Batch().add("rd.txt", [EXPERTS], fiscal_year=2018, sha256="rd").add("zx.txt", [EXPERTS], department_id=ZX, fiscal_year=2018, sha256="zx")
    night(batch.add("both.txt", [EXPERTS], fiscal_year=2019, sha256="both"), catalogue=catalogue(last_year=2018, lasting_department_id=RD))
    assert rows(warehouse.connection, """
        SELECT lasting_department_name, fiscal_year, count(DISTINCT department_name), sum(project_sum_yuan)::INTEGER
        FROM department_year WHERE fiscal_year <> 2023 GROUP BY ALL ORDER BY 2
    """) == [(RD_NAME, 2018, 2, 80_000), (RD_NAME, 2019, 1, 40_000)]
    night(Batch(), catalogue=CATALOGUE)
    assert rows(warehouse.connection, "SELECT DISTINCT lasting_department_id FROM department_year ORDER BY 1") == [(RD,), (ZX,)]


def test_a_department_that_moved_counts_in_the_region_of_the_year(warehouse: Warehouse, night: Night) -> None:
    night(batch_of_years(), catalogue=catalogue(former(RD_NAME, 2019, region="440111")))
    assert rows(warehouse.connection, """
        SELECT region_code, list(fiscal_year ORDER BY fiscal_year) FROM region_year WHERE region_code IS NOT NULL AND project_count > 0
        GROUP BY ALL ORDER BY 1
    """) == [("440106", [2020, None]), ("440111", [2015, 2016, 2017, 2019])]


def test_a_corrected_year_takes_the_document_to_the_department_of_that_year(warehouse: Warehouse, night: Night) -> None:
    night(Batch().add(SEED, [EXPERTS], fiscal_year=None, pulled={"fiscal_year": 2020}), catalogue=RENAMED)
    night(Batch().pull(SEED, "unchanged", fiscal_year=2015), catalogue=RENAMED)
    assert rows(warehouse.connection, "SELECT fiscal_year, department_name FROM project") == [(2015, "天河区人大机关")]


def test_a_department_that_is_missing_tonight_stays_as_it_was(warehouse: Warehouse, night: Night) -> None:
    night(batch_of_years(), catalogue=RENAMED)
    night(Batch(), catalogue=RENAMED | {"department": RENAMED["department"][1:], "department_alias": []})
    assert rows(warehouse.connection, NAMES_OF_YEARS.format("document")) == [(name,) for name in NAMES]
