"""`unknown-department`: a document states the department that the catalogue has behind its address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from batches import CATALOGUE, EXPERTS, RD, ZX, Batch, rows

from warehouse.store import Warehouse

Row = dict[str, Any]
OUTCOME = "SELECT passed, failed, not_applicable, reason FROM fact_rule_outcome ORDER BY rowid DESC LIMIT 1"


@pytest.fixture
def outcome(warehouse: Warehouse, night: Any, rule: Callable[[str], Any]) -> Callable[..., tuple[Any, ...]]:
    night.rules = (rule("unknown-department"),)

    def judge(batch: Batch, **changes: list[Row]) -> tuple[Any, ...]:
        night(batch, catalogue=CATALOGUE | changes)
        return rows(warehouse.connection, OUTCOME)[0]

    return judge


@pytest.mark.parametrize("name", [
    "广州市天河区人民代表大会常务委员会办公室", "天河区人大常委会办公室", "101-天河区人民代表大会常务委员会办公室（本级）", "天河区人大办", "区人大常委会办公室",
])
def test_passes_where_the_name_is_the_departments(outcome: Any, name: str) -> None:
    assert outcome(Batch().add("rd.txt", [EXPERTS], department_name=name)) == (1, 0, 0, None)


def test_fails_with_the_nearest_names_and_adds_no_department(warehouse: Warehouse, outcome: Any) -> None:
    batch = Batch().add("rd.txt", [EXPERTS], department_name="天河区人民代表大会常务委员会机关")
    assert outcome(batch) == (0, 1, 0, None)
    (found,) = rows(warehouse.connection, "SELECT rule, department_id, expected, actual, message_zh, message_en FROM quality")
    assert found[:4] == ("unknown-department", RD, "天河区人民代表大会常务委员会机关", "广州市天河区人民代表大会常务委员会办公室")
    assert "最接近的是：广州市天河区人民代表大会常务委员会办公室。" in found[4]
    assert "no such name" in found[5]
    assert rows(warehouse.connection, "SELECT department_id FROM dim_department ORDER BY 1") == [(RD,), (ZX,)]
    assert rows(warehouse.connection, "SELECT DISTINCT department_id FROM project") == [(RD,)]


def test_fails_with_the_other_department_that_is_meant(warehouse: Warehouse, outcome: Any) -> None:
    assert outcome(Batch().add("rd.txt", [EXPERTS], department_name="天河区政协办公室")) == (0, 1, 0, None)
    (message,) = rows(warehouse.connection, "SELECT message_zh FROM quality")[0]
    assert "另一个部门：政协广州市天河区委员会办公室" in message


def test_does_not_apply_where_no_department_is_stated(outcome: Any) -> None:
    assert outcome(Batch().add("rd.txt", [EXPERTS])) == (0, 0, 1, "department-not-stated")


def test_a_line_in_the_catalogue_settles_it_without_the_document_being_read_again(warehouse: Warehouse, outcome: Any) -> None:
    outcome(Batch().add("rd.txt", [EXPERTS], department_name="天河区人大机关"))
    alias = {"department_id": RD, "alias": "天河区人大机关", "first_year": None, "last_year": None}
    assert outcome(Batch(), department_alias=[alias]) == (1, 0, 0, None)
    assert rows(warehouse.connection, "SELECT state FROM quality_issue") == [("resolved",)]


@pytest.mark.parametrize(("year", "passed"), [(2018, 1), (2019, 0), (None, 1)])
def test_a_former_name_holds_for_documents_of_its_years(outcome: Any, year: int | None, passed: int) -> None:
    former = {"department_id": RD, "alias": "天河区人大机关", "first_year": None, "last_year": 2018}
    batch = Batch().add("rd.txt", [EXPERTS], department_name="天河区人大机关", fiscal_year=year)
    assert outcome(batch, department_alias=[former])[0] == passed


def test_a_department_that_is_renamed_in_the_catalogue_is_known_under_its_earlier_name(warehouse: Warehouse, outcome: Any) -> None:
    name = "广州市天河区人民代表大会常务委员会办公室"
    outcome(Batch().add("rd.txt", [EXPERTS], department_name=name))
    rd, zx = CATALOGUE["department"]
    renamed = [rd | {"department_name": "广州市天河区人大机关服务中心"}, zx]
    assert outcome(Batch(), department=renamed) == (1, 0, 0, None)
    assert rows(warehouse.connection, "SELECT department_id, version_no, is_current FROM dim_department ORDER BY ALL") == [
        (RD, 1, False), (RD, 2, True), (ZX, 1, True),
    ]
    taken = [rd | {"department_name": "广州市天河区人大机关服务中心"}, zx | {"department_name": name}]
    assert outcome(Batch(), department=taken) == (0, 0, 0, None)
    assert rows(warehouse.connection, "SELECT standing FROM document_standing") == [("misplaced",)]    # the name is another's now


def test_a_catalogues_own_region_is_understood(outcome: Any) -> None:
    region = [{"region_code": "990100", "region_name": "云山市", "parent_region_code": None},
              {"region_code": "990101", "region_name": "云山市海曲区", "parent_region_code": "990100"}]
    rd, zx = CATALOGUE["department"]
    haiqu = rd | {"department_name": "云山市海曲区教育局", "region_code": "990101", "region_name": "云山市海曲区"}
    batch = Batch().add("rd.txt", [EXPERTS], department_name="海曲区教育局（本级）")
    assert outcome(batch, region=region, department=[haiqu, zx]) == (1, 0, 0, None)
