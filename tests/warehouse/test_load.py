"""Loading: every row once, exactly as published, under the version of the file that published it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from batches import CATALOGUE, EXPERTS, MEETINGS, RD, SEED, ZX, Batch, Project, contents, rows

from expectations.frames import FRAMES as HANDED_OVER
from warehouse.errors import KeyCollision, UnusableInput
from warehouse.frames import DOCUMENTS
from warehouse.store import KnownFile, Warehouse

Night = Callable[..., Any]


def test_a_document_fills_the_star(warehouse: Warehouse, night: Night) -> None:
    counts = night(Batch().add(SEED, [EXPERTS, MEETINGS]).total(0, "370000.00"))
    assert counts.rows == {
        "fact_published_table": 1, "fact_budget_line": 0, "fact_budget_figure": 0, "fact_project": 2, "fact_project_budget": 2, "fact_performance_target": 4,
        "fact_project_total": 1, "fact_stated_change": 0,
    }
    found = rows(warehouse.connection, """
        SELECT project_standard_name, amount_yuan, funding_source, indicator_name, operator, value, target_text, department_name
        FROM fact_project_budget AS budget
        JOIN dim_project USING (project_key) JOIN dim_document USING (document_key) JOIN dim_department USING (department_key)
        JOIN fact_performance_target USING (document_key, project_no)
        WHERE indicator_no = 0 ORDER BY budget.project_no
    """)
    name = "广州市天河区人民代表大会常务委员会办公室"
    assert found == [
        ("专家咨询、聘任活动费用", Decimal("40000.00"), "fiscal_appropriation", "聘用专家人次", ">=", Decimal(20), "≥20", name),
        ("人大会议经费", Decimal("330000.00"), "fiscal_appropriation", "听取和审议“一府两院”专项工作报告", "=", Decimal(11), "11项", name),
    ]


def test_loading_the_same_batch_twice_changes_nothing(warehouse: Warehouse, night: Any) -> None:
    batch = Batch().add(SEED, [EXPERTS, MEETINGS]).total(0, "370000.00").find(0, "missing-goal", "warning", "人大会议经费")
    batch.quarantine(0, "议案督办", "议案督办\t待定").pull("published/tianhe/zx.txt", "failed", ZX, message="404")
    night(batch)
    before = contents(warehouse.connection)
    with warehouse.transaction():
        counts = warehouse.load(night.run, CATALOGUE, batch.pulled, batch.frames)
    assert contents(warehouse.connection) == before
    assert (counts.sources, counts.new, counts.failed, counts.quarantined) == (2, 1, 1, 1)


def test_a_night_with_nothing_new_loads_nothing(warehouse: Warehouse, night: Night) -> None:
    night(Batch().add(SEED, [EXPERTS]))
    counts = night(Batch().pull(SEED, "unchanged"))
    assert (counts.new, counts.unchanged, sum(counts.rows.values())) == (0, 1, 0)
    assert rows(warehouse.connection, "SELECT count(*) FROM dim_document") == [(1,)]


def test_an_old_batch_loaded_again_makes_no_version(warehouse: Warehouse, night: Night) -> None:
    first = Batch(pulled_at="2026-01-10 18:00:00+00:00").add(SEED, [EXPERTS])
    night(first)
    night(Batch(pulled_at="2026-01-11 18:00:00+00:00").add(SEED, [MEETINGS]))
    night(first)
    assert rows(warehouse.connection, "SELECT version_no, is_current FROM dim_document ORDER BY 1") == [(1, False), (2, True)]


def test_a_republished_file_becomes_a_version_and_the_old_facts_stay(warehouse: Warehouse, night: Night) -> None:
    night(Batch(pulled_at="2026-01-10 18:00:00+00:00").add(SEED, [EXPERTS, MEETINGS]))
    night(Batch(pulled_at="2026-01-11 18:00:00+00:00").add(SEED, [Project("人大会议经费", "350000.00")]))
    first, second = rows(warehouse.connection, """
        SELECT document_key, supersedes_key, is_current, valid_from, valid_to FROM dim_document ORDER BY version_no
    """)
    assert first[1:] == (None, False, datetime(2026, 1, 10, 18), datetime(2026, 1, 11, 18))  # noqa: DTZ001 -- stored as UTC
    assert second[1:] == (first[0], True, datetime(2026, 1, 11, 18), None)  # noqa: DTZ001
    assert rows(warehouse.connection, "SELECT count(*) FROM fact_project") == [(3,)]
    assert rows(warehouse.connection, "SELECT project_name, amount_yuan FROM project") == [("人大会议经费", Decimal("350000.00"))]


def test_a_version_that_cannot_be_read_leaves_the_readable_one_current(warehouse: Warehouse, night: Night) -> None:
    night(Batch().add(SEED, [EXPERTS]))
    counts = night(Batch(pulled_at="2026-01-11 18:00:00+00:00").add(SEED, [], sha256="bad", error="unknown-format"))
    assert counts.unreadable == 1
    assert rows(warehouse.connection, "SELECT outcome, error_code, is_current, valid_to FROM dim_document ORDER BY version_no") == [
        ("read", None, True, None), ("failed", "unknown-format", False, None),
    ]
    assert rows(warehouse.connection, "SELECT project_name FROM project") == [("专家咨询、聘任活动费用",)]


def test_known_files_carry_what_a_conditional_request_needs(warehouse: Warehouse, night: Night) -> None:
    address = "https://www.thnet.gov.cn/2023.txt"
    night(Batch().add(address, [EXPERTS], sha256="abc", pulled={"etag": '"5f"', "last_modified": "Wed, 01 Mar 2023 08:00:00 GMT"}))
    assert warehouse.known_files("the code") == {address: KnownFile("abc", '"5f"', "Wed, 01 Mar 2023 08:00:00 GMT", is_stale=False)}


def test_the_same_bytes_at_two_addresses_are_loaded_once(warehouse: Warehouse, night: Night) -> None:
    batch = Batch().add(SEED, [EXPERTS], sha256="same").add("copy/rd.txt", [EXPERTS], sha256="same")
    counts = night(batch)
    night(Batch().add("third/rd.txt", [EXPERTS], sha256="same"))
    assert counts.duplicates == 1
    assert rows(warehouse.connection, """
        SELECT copy.document_id, original.document_id FROM dim_document AS copy
        JOIN dim_document AS original ON original.document_key = copy.duplicate_of_key ORDER BY 1
    """) == [("copy/rd.txt", SEED), ("third/rd.txt", SEED)]
    assert rows(warehouse.connection, "SELECT count(*) FROM fact_project") == [(1,)]
    assert rows(warehouse.connection, "SELECT address FROM project") == [(SEED,)]


def test_a_copy_stands_for_the_content_when_the_original_is_replaced(warehouse: Warehouse, night: Night) -> None:
    night(Batch().add(SEED, [EXPERTS], sha256="same").add("copy/rd.txt", [EXPERTS], sha256="same"))
    night(Batch(pulled_at="2026-01-11 18:00:00+00:00").add(SEED, [MEETINGS]))
    assert rows(warehouse.connection, "SELECT project_name, address FROM project ORDER BY 2") == [
        ("专家咨询、聘任活动费用", "copy/rd.txt"), ("人大会议经费", SEED),
    ]


def test_a_file_put_back_to_its_old_bytes_counts_again(warehouse: Warehouse, night: Night) -> None:
    for day, projects in ((10, [EXPERTS]), (11, [MEETINGS]), (12, [EXPERTS])):
        night(Batch(pulled_at=f"2026-01-{day} 18:00:00+00:00").add(SEED, projects))
    assert rows(warehouse.connection, "SELECT version_no, outcome, is_current FROM dim_document ORDER BY 1") == [
        (1, "read", False), (2, "read", False), (3, "duplicate", True),
    ]
    assert rows(warehouse.connection, "SELECT project_name FROM project") == [("专家咨询、聘任活动费用",)]


def test_a_file_that_is_gone_keeps_its_last_version(warehouse: Warehouse, night: Night) -> None:
    night(Batch().add(SEED, [EXPERTS]))
    night(Batch().pull(SEED, "gone"))
    assert rows(warehouse.connection, "SELECT project_name FROM project") == [("专家咨询、聘任活动费用",)]
    assert rows(warehouse.connection, "SELECT outcome, document_key IS NOT NULL FROM fact_pull ORDER BY run_key = document_key, 1") == [
        ("gone", True), ("new", True),
    ]


@pytest.mark.parametrize(
    ("stated", "catalogued", "expected"),
    [
        ((2023, "budget"), (2022, "final"), (2023, "document", "budget", "document")),
        ((None, None), (2023, "budget"), (2023, "catalogue", "budget", "catalogue")),
        ((None, None), (None, None), (None, None, None, None)),
    ],
)
def test_year_and_stage_are_the_documents_own_before_the_catalogues(
    warehouse: Warehouse, night: Night, stated: Any, catalogued: Any, expected: Any
) -> None:
    year, stage = stated
    catalogue = dict(zip(("fiscal_year", "stage"), catalogued, strict=True))
    night(Batch().add(SEED, [EXPERTS], fiscal_year=year, stage=stage, pulled=catalogue))
    assert rows(warehouse.connection, "SELECT fiscal_year, fiscal_year_source, stage, stage_source FROM dim_document") == [expected]


def test_marks_of_a_project_name_go_into_columns_of_their_own(warehouse: Warehouse, night: Night) -> None:
    night(Batch().add(SEED, [Project("人大会议经费（23n）", "1.00")]))
    night(Batch().add("2024.txt", [Project("人大会议经费（2024-2025）", "2.00")], fiscal_year=2024))
    assert rows(warehouse.connection, """
        SELECT project_standard_name, project_name, carryover_mark, year_from, year_to
        FROM fact_project JOIN dim_project USING (project_key) ORDER BY amount_yuan
    """) == [
        ("人大会议经费", "人大会议经费（23n）", "23n", None, None), ("人大会议经费", "人大会议经费（2024-2025）", None, 2024, 2025),
    ]


def test_a_project_of_a_department_is_one_across_years_and_another_departments_is_another(warehouse: Warehouse, night: Night) -> None:
    names = {2022: "一、绿化养护", 2023: "440106210000000001234-2023年绿化养护（22n）", 2024: "绿化养护（2024-2026）", 2025: "绿化养护(第二年)"}
    for year, name in names.items():
        night(Batch().add(f"{year}.txt", [Project(name, "1.00")], fiscal_year=year))
    night(Batch().add("zx.txt", [Project("绿化养护", "1.00")], department_id=ZX))
    assert rows(warehouse.connection, "SELECT department_id, project_standard_name FROM dim_project ORDER BY 1") == [
        (RD, "绿化养护"), (ZX, "绿化养护"),
    ]
    assert rows(warehouse.connection, f"""
        SELECT fiscal_year, project_name FROM project JOIN dim_project USING (project_key, department_id)
        WHERE department_id = '{RD}' ORDER BY 1
    """) == list(names.items())


def test_a_new_name_of_a_department_starts_a_version(warehouse: Warehouse, night: Night) -> None:
    night(Batch().add(SEED, [EXPERTS]))
    rd, zx = CATALOGUE["department"]
    night(Batch(), catalogue=CATALOGUE | {"department": [rd | {"department_name": "天河区人大办公室"}, zx]})
    assert rows(warehouse.connection, """
        SELECT department_id, version_no, department_name, is_current, valid_to IS NULL FROM dim_department ORDER BY 1, 2
    """) == [
        (RD, 1, rd["department_name"], False, False), (RD, 2, "天河区人大办公室", True, True), (ZX, 1, zx["department_name"], True, True),
    ]
    assert rows(warehouse.connection, "SELECT department_name FROM project") == [("天河区人大办公室",)]


def test_an_alias_that_the_catalogue_drops_ends_but_not_with_a_broken_entry(warehouse: Warehouse, night: Night) -> None:
    former = {"department_id": ZX, "alias": "天河区政协", "first_year": None, "last_year": 2018}
    night(Batch(), catalogue=CATALOGUE | {"department_alias": [*CATALOGUE["department_alias"], former, former]})
    night(Batch(), catalogue=CATALOGUE | {"department": CATALOGUE["department"][1:], "department_alias": []})
    assert rows(warehouse.connection, "SELECT department_id, alias, last_year, is_active FROM dim_department_alias ORDER BY 1") == [
        (RD, "天河区人大办", None, True), (ZX, "天河区政协", 2018, False),
    ]


def test_regions_are_those_of_the_standard_and_the_catalogues_own(warehouse: Warehouse, night: Night) -> None:
    own = [{"region_code": "990100", "region_name": "云山市", "parent_region_code": None}]
    night(Batch(), catalogue=CATALOGUE | {"region": CATALOGUE["region"] + own})
    found = rows(warehouse.connection, """
        SELECT region_code, region_name, parent_region_code, region_level, region_last_year FROM dim_region
        WHERE region_code IN ('440000', '440106', '440105', '469006', '110103', '990100') ORDER BY ALL
    """)
    assert found == [
        ("110103", "北京市崇文区", "110000", "county", 2009), ("440000", "广东省", None, "province", None),
        ("440105", "广州市海珠区", "440100", "county", None), ("440106", "天河区", "440100", "county", None),
        ("469006", "海南省万宁市", "460000", "county", None), ("990100", "云山市", None, "prefecture", None),
    ]


def test_a_duty_that_the_catalogue_drops_ends_but_not_with_a_broken_entry(warehouse: Warehouse, night: Night) -> None:
    night(Batch())
    rd, _zx = CATALOGUE["department"]
    night(Batch(), catalogue=CATALOGUE | {"department": [rd], "publication_duty": []})
    assert rows(warehouse.connection, "SELECT department_id, is_active FROM dim_publication_duty ORDER BY 1") == [(RD, False), (ZX, True)]


@pytest.mark.parametrize("as_frames", [False, True])
def test_eighteen_digits_stay_exact(warehouse: Warehouse, night: Night, as_frames: bool) -> None:
    batch = Batch().add(SEED, [Project("债务还本", "9999999999999999.99"), Project("无金额项目", None)])
    if as_frames:
        # 3,000 blank amounts first: no type may be guessed from them.
        for number in range(2, 3002):
            batch.frames["project"].insert(0, batch.frames["project"][-1] | {"project_no": number, "amount_yuan": None})
        batch.frames = {
            name: pd.DataFrame(batch.frames.get(name, []), columns=list(types)).astype(types)
            for name, types in HANDED_OVER.items() if name in DOCUMENTS
        }
    night(batch)
    exact = [(Decimal("9999999999999999.99"),)]
    assert rows(warehouse.connection, "SELECT amount_yuan FROM fact_project WHERE amount_yuan IS NOT NULL") == exact
    assert rows(warehouse.connection, "SELECT amount_yuan FROM fact_project_budget") == exact
    assert rows(warehouse.connection, "SELECT project_sum_yuan FROM department_year WHERE document_count > 0") == exact


@pytest.mark.parametrize("amount", ["10000000000000000.00", "0.005", "三十万", "1e3", "", "-"])
def test_a_document_with_a_value_that_does_not_fit_loses_itself_and_not_the_night(warehouse: Warehouse, night: Night, amount: str) -> None:
    night(Batch().add(SEED, [Project("人大会议经费", amount)]).add("zx.txt", [EXPERTS], department_id=ZX))
    assert rows(warehouse.connection, "SELECT document_id, outcome, error_code FROM dim_document ORDER BY 1") == [
        (SEED, "failed", "unfit-value"), ("zx.txt", "read", None),
    ]
    (message,) = rows(warehouse.connection, "SELECT error_message FROM dim_document WHERE outcome = 'failed'")[0]
    assert f"project: amount_yuan cannot be {amount}" in message
    assert rows(warehouse.connection, "SELECT project_name FROM fact_project") == [("专家咨询、聘任活动费用",)]


def test_a_row_without_the_row_that_it_belongs_to_is_not_dropped_silently(warehouse: Warehouse, night: Night) -> None:
    batch = Batch().add(SEED, [EXPERTS])
    batch.frames["project"].clear()
    night(batch)
    (message,) = rows(warehouse.connection, "SELECT error_message FROM dim_document WHERE outcome = 'failed'")[0]
    assert "a row of indicator belongs to no project" in message


def test_amounts_as_floating_point_numbers_are_refused(warehouse: Warehouse, night: Night) -> None:
    batch = Batch().add(SEED, [EXPERTS])
    batch.frames["project"] = pd.DataFrame(batch.frames["project"]).assign(amount_yuan=40000.0)  # type: ignore[assignment]
    with pytest.raises(UnusableInput, match="floating-point"):
        night(batch)


def test_a_frame_without_a_declared_column_is_refused(warehouse: Warehouse, night: Night) -> None:
    batch = Batch().add(SEED, [EXPERTS])
    batch.frames["project"] = pd.DataFrame(batch.frames["project"]).drop(columns="goal")  # type: ignore[assignment]
    with pytest.raises(UnusableInput, match="`project` lacks the column `goal`"):
        night(batch)


def test_a_pull_of_an_unknown_department_is_refused(warehouse: Warehouse, night: Night) -> None:
    with pytest.raises(UnusableInput, match="440106-xx"):
        night(Batch().add(SEED, [EXPERTS], department_id="440106-xx"))
    assert rows(warehouse.connection, "SELECT count(*) FROM dim_department") == [(0,)]


def test_a_new_file_without_its_document_is_refused(warehouse: Warehouse, night: Night) -> None:
    with pytest.raises(UnusableInput, match=SEED):
        night(Batch().pull(SEED, "new", document_no=7, sha256="abc"))


def test_a_document_that_was_read_from_other_bytes_is_refused(warehouse: Warehouse, night: Night) -> None:
    batch = Batch().add(SEED, [EXPERTS]).add("other.txt", [MEETINGS])
    first, second = batch.pulled
    first["document_no"], second["document_no"] = 1, 0    # what was read of one file under the address of the other
    with pytest.raises(UnusableInput, match=r"read from other bytes .*please report it. Nothing was loaded"):
        night(batch)
    assert rows(warehouse.connection, "SELECT count(*) FROM dim_document") == [(0,)]


def test_different_things_with_the_same_key_are_an_error(warehouse: Warehouse, night: Night) -> None:
    night(Batch().add(SEED, [EXPERTS]))
    warehouse.connection.execute("UPDATE dim_project SET project_standard_name = '另一个项目'")
    with pytest.raises(KeyCollision, match="dim_project"):
        night(Batch().add("2024.txt", [EXPERTS], fiscal_year=2024))


def test_keys_are_63_bits_of_sha_256_of_the_natural_key(warehouse: Warehouse, night: Night) -> None:
    night(Batch().add(SEED, [EXPERTS]))
    digest = hashlib.sha256(f"{RD}\x1f{EXPERTS.name}".encode()).digest()
    assert rows(warehouse.connection, "SELECT project_key FROM dim_project") == [(int.from_bytes(digest[:8], "big") >> 1,)]


def test_a_run_that_never_ended_is_marked_as_interrupted(warehouse: Warehouse, night: Night) -> None:
    warehouse.start_run("1", pd.Timestamp("2026-01-09").date())
    night(Batch())
    assert rows(warehouse.connection, "SELECT status FROM load_run ORDER BY started_at") == [("interrupted",), ("succeeded",)]


def test_two_patterns_that_meet_the_same_file_ask_for_it_once(warehouse: Warehouse, night: Night) -> None:
    counts = night(Batch().add(SEED, [EXPERTS]).pull(SEED, "unchanged"))
    assert (counts.sources, counts.new) == (1, 1)


def test_the_catalogue_that_was_loaded_last_is_not_loaded_again(warehouse: Warehouse, night: Night) -> None:
    night(Batch())
    warehouse.connection.execute("UPDATE dim_audience SET audience_name = 'changed behind its back'")
    names = "SELECT audience_name FROM dim_audience"
    night(Batch())
    assert rows(warehouse.connection, names) == [("changed behind its back",)]
    other = {**CATALOGUE, "publication_duty": []}
    night(Batch(), catalogue=other)
    assert rows(warehouse.connection, names) == [("天河区财政局",)]
    night(Batch())    # the first one again is another than the last
    assert rows(warehouse.connection, "SELECT count(*) FROM dim_publication_duty WHERE is_active") == [(2,)]


def test_a_catalogue_of_frames_is_always_loaded(warehouse: Warehouse, night: Night) -> None:
    frames = {name: pd.DataFrame(given) for name, given in CATALOGUE.items()}
    night(Batch(), catalogue=frames)
    warehouse.connection.execute("UPDATE dim_audience SET audience_name = 'changed behind its back'")
    night(Batch(), catalogue=frames)
    assert rows(warehouse.connection, "SELECT audience_name FROM dim_audience") == [("天河区财政局",)]


@pytest.mark.parametrize("value", ["9999999999.99999999", "10000000000", "-99999999999999999999.99999999", "0.000000010", "1E3"])
def test_a_target_is_kept_to_the_last_place_whatever_its_size(warehouse: Warehouse, night: Night, value: str) -> None:
    project = Project("河道养护", "1.00", indicators=[("产出指标", "数量", ">=", value, "项", f"≥{value}")])
    night(Batch().add(SEED, [project]))
    kept = rows(warehouse.connection, "SELECT value FROM fact_performance_target")
    assert kept == ([] if "E" in value else [(Decimal(value),)])
