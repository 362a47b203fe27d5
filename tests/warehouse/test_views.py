"""Views: questions across departments are one line, and each project counts once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from batches import EXPERTS, MEETINGS, RD, SEED, ZX, Batch, Project, rows

from transforms.funding import funding_sources
from warehouse.frames import DOCUMENTS, STATED_DEPARTMENT
from warehouse.store import Warehouse
from warehouse.tables import ACCOUNT_NAMES, FIELDS, SEARCH, TABLES, VIEWS

ZX_NAME = "政协广州市天河区委员会办公室"
RD_NAME = "广州市天河区人民代表大会常务委员会办公室"


@pytest.fixture
def connection(warehouse: Warehouse, night: Any) -> duckdb.DuckDBPyConnection:
    batch = Batch().add(SEED, [EXPERTS, MEETINGS]).total(0, "380000.00").add("z-copy.txt", [EXPERTS, MEETINGS], sha256="copy")
    night(batch.find(0, "total-ties-to-projects", "critical", "合计", subject="total", expected="380000.00", actual="370000.00"))
    return warehouse.connection


def test_total_by_department_and_year(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "SELECT department_name, fiscal_year, stage, project_count, project_sum_yuan FROM department_year WHERE document_count > 0") == [
        (RD_NAME, 2023, "budget", 2, Decimal("370000.00")),
    ]


REASONS = "SELECT department_id, fiscal_year, reason, count, amount_yuan FROM incomplete_reason ORDER BY ALL"


def test_an_incomplete_row_says_why(connection: duckdb.DuckDBPyConnection, night: Any) -> None:
    batch = Batch(summary="1.00").add("zx.txt", [EXPERTS], department_id=ZX)
    batch.quarantine(0, "议案督办", "议案督办\t待定", amount="1234567.80").quarantine(0, "委员视察", "委员视察\t1000.00", amount="1000.00")
    night(batch.add("2024.txt", [EXPERTS], fiscal_year=2024).add("2022.txt", [EXPERTS, Project("委员活动", None)], fiscal_year=2022))
    assert rows(connection, REASONS) == [
        (RD, 2022, "blank-amounts", 1, None), (RD, 2023, "critical-findings", 1, None), (RD, 2023, "no-summary", 1, None),
        (ZX, 2023, "quarantined", 2, Decimal("1235567.80")),
    ]
    assert rows(connection, "SELECT fiscal_year, project_total_yuan, is_complete FROM department_year ORDER BY ALL") == [
        (2022, None, False), (2023, Decimal("380000.00"), False), (2023, None, False), (2024, None, True),
    ]
    assert rows(connection, "SELECT 不完整原因 FROM 部门预算 WHERE 部门 LIKE '政协%'") == [(["2 行已隔离（项目金额：1,235,567.80 元）"],)]
    assert rows(connection, f"SELECT incomplete_reasons FROM department_year WHERE department_id = '{ZX}'") == [
        (["rows in quarantine: 2 (amount of projects: 1,235,567.80 yuan)"],),
    ]


@pytest.mark.parametrize(("stated", "reasons"), [
    ("370000.00", []), ("370100.00", []), ("380000.00", ["projects-differ"]), ("0.00", ["projects-differ"]),
])
def test_projects_that_are_not_the_project_expenditure_of_the_summary_are_not_complete(
    connection: duckdb.DuckDBPyConnection, night: Any, stated: str, reasons: list[str],
) -> None:
    batch = Batch(summary="1.00").add("rd.txt", [EXPERTS])
    night(batch.budget_table(0, "expenditure_summary", [(None, "合计", "项目支出", stated)], table_no=10))
    surplus = Decimal("370000.00") - Decimal(stated)
    found = rows(connection, "SELECT reason, amount_yuan FROM incomplete_reason WHERE reason = 'projects-differ'")
    assert found == [(reason, surplus) for reason in reasons]


def test_a_sum_over_departments_says_how_many_state_it_and_why_it_is_not_complete(connection: duckdb.DuckDBPyConnection, night: Any) -> None:
    batch = Batch(summary="1.00").add("zx.txt", [EXPERTS], department_id=ZX)
    batch.quarantine(0, "议案督办", "议案督办\t待定", amount="1234567.80").quarantine(0, "委员视察", "委员视察\t1000.00", amount="1000.00")
    night(batch)
    of_2023 = (2, 2, Decimal("1.00"), 1, 3, Decimal("410000.00"), [
        "1 个严重问题尚未解决（1 个部门）", "没有公布收入、支出总表，或者其中的合计不能确定（1 个部门）", "2 行已隔离（项目金额：1,235,567.80 元）（1 个部门）",
    ])
    found = rows(connection, """
        SELECT region_code, department_count, incomplete_count, income_yuan, income_count, project_count, project_sum_yuan, incomplete_reasons_zh
        FROM region_year WHERE fiscal_year = 2023 ORDER BY ALL
    """)
    assert found == [("440106", *of_2023), (None, *of_2023)]    # the one region, and all of them


def test_a_department_that_published_nothing_has_a_row_that_says_so(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "SELECT 部门, 收入, 项目数, 是否完整, 不完整原因 FROM 部门预算 WHERE 部门 LIKE '政协%'") == [
        (ZX_NAME, None, 0, False, ["应公开而未公开"]),
    ]


def test_a_booklet_without_projects_is_not_complete(warehouse: Warehouse, night: Any) -> None:
    night(Batch(summary="40907700.00").add("booklet.pdf"))
    found = rows(warehouse.connection, f"SELECT income_yuan, project_sum_yuan, is_complete, incomplete_reasons FROM department_year WHERE department_id = '{RD}'")
    assert found == [(Decimal("40907700.00"), None, False, ["no projects were published"])]


CONTRADICTED = "SELECT count FROM incomplete_reason WHERE reason = 'contradicted-projects'"
LATER = "2026-01-11 18:00:00+00:00"
SUM = "SELECT project_sum_yuan, project_total_yuan, is_complete FROM department_year WHERE department_id = '440106-rd'"
TOTAL = Decimal("370000.00")


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ([("grand", "370000.00"), ("grand", "370000.00")], (TOTAL, TOTAL, True)),         # above and below the projects
        ([("grand", "370000.00"), ("part", "40000.00")], (TOTAL, TOTAL, True)),
        ([("grand", "370000.00"), ("grand", "380000.00")], (TOTAL, None, False)),
        ([("part", "370000.00")], (TOTAL, None, True)),
    ],
)
def test_a_table_has_one_grand_total(warehouse: Warehouse, night: Any, totals: list[tuple[str, str]], expected: tuple[Any, ...]) -> None:
    batch = Batch(summary="1.00").add(SEED, [EXPERTS, MEETINGS])
    for kind, amount in totals:
        batch.total(0, amount, kind=kind)
    night(batch)
    assert rows(warehouse.connection, SUM) == [expected]


def test_the_totals_of_parts_are_added_but_not_where_one_has_none(warehouse: Warehouse, night: Any) -> None:
    parts = Batch(summary="1.00").add("1.txt", [EXPERTS]).total(0, "40000.00").add("2.txt", [MEETINGS]).total(1, "330000.00")
    for table, title in zip([table for table in parts.frames["table"] if table["table_no"] == 0], ["（本级项目）", "（转移支付项目）"], strict=True):
        table["title"] = f"项目支出绩效目标表{title}"
    night(parts)
    assert rows(warehouse.connection, SUM) == [(TOTAL, TOTAL, True)]
    night(Batch(summary="1.00", pulled_at=LATER).add("2.txt", [MEETINGS], sha256="no total"))
    assert rows(warehouse.connection, SUM) == [(TOTAL, None, True)]


def test_a_total_of_projects_that_count_in_part_elsewhere_is_none(warehouse: Warehouse, night: Any) -> None:
    night(Batch(summary="1.00").add("booklet.txt", [EXPERTS, MEETINGS]).total(0, "370000.00"))
    night(Batch(summary="1.00", pulled_at=LATER).add("attachment.txt", [EXPERTS]))
    assert rows(warehouse.connection, SUM) == [(TOTAL, None, True)]


def test_documents_that_contradict_each_other_give_no_complete_sum(warehouse: Warehouse, night: Any) -> None:
    night(Batch(summary="1.00").add("booklet.txt", [EXPERTS, MEETINGS]))
    night(Batch(summary="1.00", pulled_at=LATER).add("attachment.txt", [Project(EXPERTS.name, "41000.00")]))
    assert rows(warehouse.connection, CONTRADICTED) == [(2,)]


def test_a_project_with_its_unit_here_and_without_it_there_may_be_one(warehouse: Warehouse, night: Any) -> None:
    night(Batch(summary="1.00").add("1.txt", [Project("办公设备购置", "1000.00")]).add("2.txt", [Project("办公设备购置", "1000.00", unit_name=None)]))
    assert rows(warehouse.connection, "SELECT project_count, is_complete FROM department_year WHERE document_count > 0") == [(2, False)]


def test_a_project_in_two_tables_of_a_document_may_be_one(warehouse: Warehouse, night: Any) -> None:
    batch = Batch(summary="1.00").add(SEED, [EXPERTS, EXPERTS])
    batch.put("table", **(batch.frames["table"][0] | {"table_no": 1}))
    batch.frames["project"][1]["table_no"] = 1
    night(batch)
    assert rows(warehouse.connection, CONTRADICTED) == [(2,)]


@pytest.mark.parametrize(("accounts", "unit", "is_complete"), [(["30000.00", "10000.00"], None, True), (["30000.00"], None, False)])
def test_a_project_expenditure_table_counts_no_project_again(
    warehouse: Warehouse, night: Any, accounts: list[str], unit: str | None, is_complete: bool
) -> None:
    batch = Batch(summary="1.00").add(SEED, [EXPERTS, *(Project(EXPERTS.name, amount, unit_name=unit) for amount in accounts)])
    batch.put("table", **(batch.frames["table"][0] | {"table_no": 1, "table_kind": "project_expenditure"}))
    for project in batch.frames["project"][1:]:
        project["table_no"] = 1
    night(batch)
    assert rows(warehouse.connection, "SELECT project_count, project_sum_yuan, is_complete FROM department_year WHERE document_count > 0") == [
        (1, Decimal("40000.00"), is_complete),
    ]


@pytest.mark.parametrize(("amounts", "sources"), [
    (["30000.00", "10000.00"], (Decimal("30000.00"), Decimal("10000.00"))), (["30000.00"], (None, None)),
])
def test_what_targets_do_not_say_of_sources_the_expenditure_table_says(
    warehouse: Warehouse, night: Any, amounts: list[str], sources: tuple[Decimal | None, ...],
) -> None:
    batch = Batch(summary="1.00").add(SEED, [EXPERTS, *(Project(EXPERTS.name, amount) for amount in amounts)])
    batch.put("table", **(batch.frames["table"][0] | {"table_no": 1, "table_kind": "project_expenditure"}))
    for project, source in zip(batch.frames["project"][1:], ("general_budget", "government_fund"), strict=False):
        project["table_no"] = 1
        batch.frames["funding"][project["project_no"]]["funding_source"] = source
    del batch.frames["funding"][0]
    night(batch)
    found = rows(warehouse.connection, f"SELECT general_budget_yuan, government_fund_yuan FROM project WHERE project_name = '{EXPERTS.name}'")
    assert found == [sources]


def test_a_project_that_only_the_expenditure_table_lists_counts(warehouse: Warehouse, night: Any) -> None:
    batch = Batch(summary="1.00").add(SEED, [EXPERTS, MEETINGS])
    batch.put("table", **(batch.frames["table"][0] | {"table_no": 1, "table_kind": "project_expenditure"}))
    batch.frames["project"][1]["table_no"] = 1
    night(batch)
    assert rows(warehouse.connection, "SELECT project_count, project_sum_yuan, is_complete FROM department_year WHERE document_count > 0") == [(2, Decimal("370000.00"), True)]


def test_money_carried_over_is_another_project(warehouse: Warehouse, night: Any) -> None:
    night(Batch(summary="1.00").add("1.txt", [Project("人大会议经费", "1.00")]).add("2.txt", [Project("人大会议经费（23n）", "2.00")]))
    assert rows(warehouse.connection, "SELECT project_count, project_sum_yuan, is_complete FROM department_year WHERE document_count > 0") == [(2, Decimal("3.00"), True)]


@pytest.mark.parametrize(
    ("address", "year", "is_complete"), [(SEED, 2023, False), (SEED, 2022, False), ("b.txt", None, False), ("b.txt", 2022, True)]
)
def test_a_newest_version_that_cannot_be_read_leaves_no_complete_sum(
    warehouse: Warehouse, night: Any, address: str, year: int | None, is_complete: bool
) -> None:
    night(Batch(summary="1.00").add(SEED, [EXPERTS]))
    night(Batch(summary="1.00", pulled_at=LATER).add(address, [], error="unknown-format", fiscal_year=year))
    assert rows(warehouse.connection, "SELECT is_complete FROM department_year WHERE document_count > 0") == [(is_complete,)]
    found = rows(warehouse.connection, "SELECT count FROM incomplete_reason WHERE reason = 'unreadable' AND fiscal_year = 2023")
    assert found == ([] if is_complete else [(1,)])


def test_a_file_that_can_be_read_again_completes_the_sum(warehouse: Warehouse, night: Any) -> None:
    night(Batch(summary="1.00").add(SEED, [EXPERTS], sha256="a"))
    night(Batch(summary="1.00", pulled_at=LATER).add(SEED, [], sha256="b", error="unknown-format").find(0, "unreadable-document", "critical", SEED))
    night(Batch(summary="1.00", pulled_at="2026-01-12 18:00:00+00:00").pull(SEED, "gone"))
    night(Batch(summary="1.00", pulled_at="2026-01-13 18:00:00+00:00").add(SEED, [EXPERTS], sha256="a"))
    assert rows(warehouse.connection, "SELECT project_sum_yuan, is_complete FROM department_year WHERE document_count > 0") == [(Decimal("40000.00"), True)]


def test_bytes_that_two_departments_publish_count_for_one_but_not_as_its_complete_sum(warehouse: Warehouse, night: Any) -> None:
    night(Batch(summary="1.00").add(SEED, [EXPERTS], sha256="same").add("zx.txt", [EXPERTS], sha256="same", department_id=ZX))
    assert rows(warehouse.connection, "SELECT department_id, project_sum_yuan, is_complete FROM department_year WHERE document_count > 0") == [
        (RD, Decimal("40000.00"), False),
    ]


@pytest.mark.parametrize(("year", "stage"), [(None, "budget"), (2023, None)])
def test_a_sum_of_an_unknown_year_or_stage_is_not_complete(warehouse: Warehouse, night: Any, year: int | None, stage: str | None) -> None:
    night(Batch(summary="1.00").add(SEED, [EXPERTS], fiscal_year=year, stage=stage))
    assert rows(warehouse.connection, "SELECT is_complete FROM department_year WHERE document_count > 0") == [(False,)]


def test_the_ten_largest_projects_across_departments(connection: duckdb.DuckDBPyConnection, night: Any) -> None:
    night(Batch().add("zx.txt", [Project("政协会议经费", "350000.00")], department_id=ZX))
    assert rows(connection, "SELECT department_name, project_name, amount_yuan FROM project ORDER BY amount_yuan DESC LIMIT 10") == [
        (ZX_NAME, "政协会议经费", Decimal("350000.00")), (RD_NAME, "人大会议经费", Decimal("330000.00")),
        (RD_NAME, "专家咨询、聘任活动费用", Decimal("40000.00")),
    ]


def test_indicators_whose_target_is_at_least_95_percent(connection: duckdb.DuckDBPyConnection) -> None:
    found = rows(connection, "SELECT project_name, indicator_name, operator, value, row FROM indicator WHERE unit = '%' AND value >= 95")
    assert found == [("专家咨询、聘任活动费用", "费用支付及时率", "=", Decimal(100), 4)]


def test_departments_that_have_not_published(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "SELECT department_name, fiscal_year FROM coverage WHERE status = 'not_published'") == [(ZX_NAME, 2023)]
    assert rows(connection, "SELECT department_name, address FROM coverage WHERE status = 'published'") == [(RD_NAME, SEED)]


def test_coverage_is_judged_against_the_runs_date(warehouse: Warehouse, night: Any) -> None:
    night(Batch(), as_of=date(2023, 2, 1))
    assert rows(warehouse.connection, "SELECT DISTINCT status, as_of_date FROM coverage") == [("not_due", date(2023, 2, 1))]


def test_funding_sources_are_columns_of_a_project(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "SELECT fiscal_appropriation_yuan, other_yuan FROM project WHERE project_name = '人大会议经费'") == [
        (Decimal("330000.00"), None),
    ]


def test_every_funding_source_has_its_name(connection: duckdb.DuckDBPyConnection) -> None:
    assert {source for (source,) in rows(connection, "SELECT funding_source FROM dim_funding_source")} == set(FIELDS["funding_source"].values)


def test_every_funding_source_is_a_column_in_both_languages(warehouse: Warehouse, night: Any) -> None:
    batch = Batch().add(SEED, [EXPERTS])
    batch.frames["funding"] = [
        {**batch.frames["funding"][0], "funding_source": source.key, "amount_yuan": f"{number}.00"}
        for number, source in enumerate(funding_sources(), start=1)
    ]
    night(batch)
    in_english = ", ".join(f"{source.key}_yuan" for source in funding_sources())
    in_chinese = ", ".join(source.zh for source in funding_sources())
    expected = [tuple(Decimal(number) for number in range(1, 10))]
    assert rows(warehouse.connection, f"SELECT {in_english} FROM project") == expected
    assert rows(warehouse.connection, f"SELECT {in_chinese} FROM 项目支出") == expected


def test_chinese_views_answer_in_chinese(connection: duckdb.DuckDBPyConnection) -> None:
    assert rows(connection, "SELECT 部门, 年度, 阶段, 项目金额合计 FROM 部门预算 WHERE 文件数 > 0") == [(RD_NAME, 2023, "预算", Decimal("370000.00"))]
    assert rows(connection, "SELECT 金额 FROM 项目支出 WHERE 项目名称 = '人大会议经费'") == [(Decimal("330000.00"),)]
    assert rows(connection, "SELECT 性质 FROM 绩效指标 WHERE 指标名称 = '聘用专家人次'") == [("定量",)]


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_has_the_declared_columns_and_types(warehouse: Warehouse, name: str) -> None:
    found = [(column, kind) for column, kind, *_ in rows(warehouse.connection, f"DESCRIBE {name}")]
    assert found == [(column.name, column.type) for column in VIEWS[name].columns]


def test_every_table_view_and_column_has_a_comment_in_both_languages(warehouse: Warehouse) -> None:
    commented = rows(warehouse.connection, """
        SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal AND NOT temporary
        UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal AND NOT temporary
        UNION ALL SELECT table_name || '.' || column_name, comment FROM duckdb_columns()
        WHERE NOT internal AND database_name = current_database()
    """)
    assert len(commented) > 300
    assert [name for name, comment in commented if " / " not in (comment or "")] == []


def test_every_field_is_used_and_every_value_is_described() -> None:
    used = {column.field.name for table in (*TABLES.values(), *SEARCH, *VIEWS.values(), *DOCUMENTS.values(), STATED_DEPARTMENT) for column in table.columns}
    assert set(FIELDS) == used
    assert [field.name for field in FIELDS.values() if not (field.zh and field.en)] == []


def test_an_account_of_the_first_level_has_the_official_name_of_the_year(warehouse: Warehouse, night: Any) -> None:
    batch = Batch()
    for number, year in enumerate((2018, 2019, None)):
        batch.add(f"{year}.txt", [EXPERTS], fiscal_year=year).budget_table(number, "expenditure_table", [(None, "（六）文化", "合计", "1.00")])
        batch.frames["line"][-1]["account_code"] = "207"
        batch.budget_table(number, "expenditure_table", [(None, "图书馆", "合计", "1.00")], table_no=10)
        batch.frames["line"][-1]["account_code"] = "2070104"
    night(batch)
    assert rows(warehouse.connection, "SELECT DISTINCT fiscal_year, account_code, account_name, label FROM budget_line ORDER BY ALL") == [
        (2018, "207", "文化体育与传媒支出", "（六）文化"), (2018, "2070104", "图书馆", "图书馆"),
        (2019, "207", "文化旅游体育与传媒支出", "（六）文化"), (2019, "2070104", "图书馆", "图书馆"),
        (None, "207", "（六）文化", "（六）文化"), (None, "2070104", "图书馆", "图书馆"),
    ]
    assert rows(warehouse.connection, "FROM account ORDER BY ALL") == [
        ("207", "文化体育与传媒支出", "function", 1, None, 2014, 2018, True),
        ("207", "文化旅游体育与传媒支出", "function", 1, None, 2019, None, True),
        ("2070104", "图书馆", "function", 3, "20701", None, None, False),
    ]


def test_one_official_name_holds_in_a_year() -> None:
    for name in ACCOUNT_NAMES:
        assert len(name["account_code"]) == 3
        assert int(name["first_year"]) <= int(name["last_year"] or 9999)
    ends = {(name["account_code"], int(name["last_year"]) + 1) for name in ACCOUNT_NAMES if name["last_year"]}
    assert len({name["account_code"] for name in ACCOUNT_NAMES}) == len(ACCOUNT_NAMES) - len(ends)
    assert ends <= {(name["account_code"], int(name["first_year"])) for name in ACCOUNT_NAMES}
