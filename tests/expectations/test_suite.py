from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from published import booklet, budget, document, project, table, total
from test_column_shift import SHIFT

from expectations import check
from expectations.frames import FRAMES, build_frames
from expectations.outcome import Outcome
from expectations.rows import rows_of
from expectations.rules import DOCUMENT_RULES
from expectations.suite import LOADED, Validation, validate
from transforms.grid import TextLine
from transforms.indicators import parse_indicator
from transforms.parse import parse_document
from transforms.records import Assumption, Line, ParsedDocument, ParseError, Place
from warehouse.frames import DOCUMENTS as DECLARED

SAMPLES = Path(__file__).parents[2] / "samples" / "published"
STATUSES = ("pass", "fail", "not_applicable")
SOUND = document([project("人大会议经费|33.00|33.00||")], [total("合计|33.00|33.00||", [0])])
WRONG = document(
    [
        project("编外人员薪酬|待定|||"), project("办公用房物业管理|9.00|4.28|2.96|"), project("历史档案数字化|20.00|20.00|||"),
        project("历史档案数字化|20.00|20.00|||", indicators=()),
    ],
    [total("合计|90.00|90.00||", [1, 2]), total("小计|见附件|||", [])],
)
WITHOUT_UNIT = document(
    [project("秸秆综合利用|12.5|12.5||", unit=None)], [total("合计|12.5|||", [0], unit=None)],
    [table(unit=None, lines=[Line(None, None, "合计", "金额", None, Place(1, 9))]), table()],
)
SHIFTED = document(
    [
        project("离退休干部管理工作经费|2.90|2.90||", shift=SHIFT),
        project("离退休干部管理工作经费（23n）|2.90|2.90||", shift=replace(SHIFT, is_certain=False)),
    ]
)
BOOKLET = booklet(
    budget("income_expenditure_summary", "预算数", ["<|收入总计|100.00", ">|一般公共服务支出|91.00", ">|支出总计|100.00"]),
    budget("income_summary", "合计|财政拨款收入|其他收入", ["|合计|90.00|80.00|9.00", "201|一般公共服务支出XX|待定|1.00|"], title="2022年部门收入总表"),
    budget("expenditure_summary", "合计", ["|合计|1000000.00"]),
    budget("government_fund_expenditure", "合计", [], empty=True),
    prose=[
        "2023年收入预算130.00万元，比上年增加30.00万元，增长40%。",
        "一、部门收支总表", "二、部门收入总表", "三、部门支出总表", "四、政府性基金预算支出表", "五、一般公共预算“三公”经费支出表",
    ],
)
SCANNED = document([project("人大会议经费|33.00|33.00||", place=Place(1, 4, None, 0.5, 0.5))])
UNREADABLE = ParsedDocument("garbage.pdf", "00", None, errors=[ParseError("unknown-format", "no known format")])
MUDDLED = document([project("甲|20.00|15.00||"), project("乙|10.00|8.00||")])    # most rows do not tie: read wrong, not published wrong
MUDDLED.tables[0].assumptions.append(Assumption("其它资金安排", "其他资金", "words +4.2"))
COVERED = document([project("人大会议经费|33.00|33.00||")])
COVERED.hidden.append(TextLine("29.00", 1, 4, None))
TARGETS = document([
    project("会议系统维保|1.00|1.00|||保障会议。"), project("公众号升级|1.00|1.00|||升级公众号。"), project("人大会议经费|1.00|1.00||"),
])
for of_project in TARGETS.projects[:2]:
    of_project.indicators = [
        *parse_indicator("费用支付及时率", "≥105%", levels=("效益指标", None)), *parse_indicator("巡查次数", "若干", levels=("产出指标", None)),
        *parse_indicator("验收合格率", "100%", levels=("产出指标", None)), *parse_indicator("参会人数", "20人", levels=("产出指标", None)),
    ]
ACCOUNTS = booklet(budget("general_budget_basic_expenditure", "合计", ["30201|办公费|1.00", "30205|水费|2.00", "30204|电费|32.00"]))
CUT_OFF = ParsedDocument("half.pdf", "01", "pdf", errors=[ParseError("incomplete-document", "its last byte is not its end")])
BATCH = [SOUND, WRONG, WITHOUT_UNIT, SHIFTED, BOOKLET, SCANNED, UNREADABLE, MUDDLED, COVERED, CUT_OFF, TARGETS, ACCOUNTS]


@pytest.fixture(scope="module")
def outcomes() -> list[list[Outcome]]:
    return [check(each) for each in BATCH]


@pytest.fixture(scope="module")
def validation(outcomes: list[list[Outcome]]) -> Validation:
    return validate(build_frames(list(map(rows_of, BATCH, outcomes))), DECLARED)


def samples() -> list[ParsedDocument]:
    return [parse_document(path.name, path.read_bytes()) for path in sorted(SAMPLES.rglob("*")) if path.is_file()]


@pytest.mark.parametrize("documents", [BATCH, samples()], ids=["made for this", "samples"])
def test_great_expectations_and_the_plain_check_agree_on_every_subject(documents: list[ParsedDocument]) -> None:
    batch = [(each, check(each)) for each in documents]
    validation = validate(build_frames([rows_of(*each) for each in batch]), DECLARED)
    failed = {(number, each.rule, each.subject, each.index) for number, (_, of) in enumerate(batch) for each in of if each.status == "fail"}
    reported = validation.finding[["document_no", "rule", "subject", "subject_no"]].itertuples(index=False, name=None)
    assert set(reported) == failed
    counted = Counter((each.subject, each.rule, each.status) for _, of in batch for each in of)
    for result in validation.results:
        if not result.rule.startswith("base:"):
            found = (result.passed, result.failed, result.not_applicable)
            assert found == tuple(counted[(result.subject, result.rule, status)] for status in STATUSES)
            assert result.success == (result.failed == 0)


def test_every_rule_fails_somewhere_in_this_batch_so_that_agreement_means_something(validation: Validation) -> None:
    said_alone = {"silently-replaced"}    # a document gives notice, and never fails by itself
    assert {result.rule for result in validation.results if result.failed} == set(DOCUMENT_RULES) - said_alone


def test_outcomes_are_counted_by_document_and_rule(validation: Validation, outcomes: list[list[Outcome]]) -> None:
    counted = {
        (row.document_no, row.rule): (row.passed, row.failed, row.not_applicable) for row in validation.outcome_count.itertuples()
    }
    for number, of_document in enumerate(outcomes):
        for rule in {outcome.rule for outcome in of_document}:
            statuses = Counter(outcome.status for outcome in of_document if outcome.rule == rule)
            assert counted[(number, rule)] == tuple(statuses[status] for status in STATUSES)


def test_the_reasons_of_what_did_not_apply_are_kept(validation: Validation) -> None:
    counts = validation.outcome_count
    [reason] = counts[(counts["document_no"] == 1) & (counts["rule"] == "total-ties-to-projects")]["reason"]
    assert reason == "members-unknown"


def test_what_was_not_read_with_certainty_is_quarantined_verbatim(validation: Validation) -> None:
    rows = {(row.document_no, row.subject, row.subject_no): row for row in validation.quarantine.itertuples()}
    assert {key: row.reasons for key, row in rows.items()} == {
        (1, "project", 0): "unreadable-amount",
        (1, "total", 1): "unreadable-amount",
        (2, "line", 0): "missing-unit",
        (2, "project", 0): "missing-unit",
        (2, "total", 0): "missing-unit",
        (3, "project", 1): "column-shift",
        (4, "line", 6): "unreadable-amount",
        (5, "project", 0): "uncertain-reading",
    }
    unreadable = rows[(1, "project", 0)]
    assert unreadable.published_text == "编外人员薪酬\t待定\t\t\t"
    assert json.loads(unreadable.record)["name"] == "编外人员薪酬"
    assert (unreadable.page, unreadable.row) == (1, 4)


def test_a_quarantined_row_leaves_with_all_that_belongs_to_it(validation: Validation) -> None:
    frames = validation.frames
    assert [tuple(key) for key in frames["project"][["document_no", "project_no"]].to_numpy()] == [(0, 0), (1, 1), (1, 2), (1, 3), (3, 0), (7, 0), (7, 1), (8, 0), (10, 0), (10, 1), (10, 2)]
    for name in ("funding", "indicator"):
        kept = set(frames[name][["document_no", "project_no"]].itertuples(index=False, name=None))
        assert not kept & {(1, 0), (2, 0), (3, 1)}
    assert set(frames["total"]["document_no"]) == {0, 1}
    assert [tuple(key) for key in frames["line"][["document_no", "line_no"]].to_numpy()] == [
        *((4, number) for number in (0, 1, 2, 3, 4, 5, 7, 8)), *((11, number) for number in range(3)),
    ]
    assert len(frames["table"]) == 14


def test_what_was_published_wrong_is_loaded_as_published(validation: Validation) -> None:
    kept = validation.frames["total"]
    assert kept[(kept["document_no"] == 1) & (kept["funding_source"] == "total")]["amount_yuan"].tolist() == ["900000.00"]


def test_every_frame_that_the_warehouse_asks_for_is_there(validation: Validation) -> None:
    assert set(validation.to_load) == set(DECLARED)
    for name, frame in validation.to_load.items():
        assert {column.name for column in DECLARED[name].columns} <= set(frame.columns)


def test_severity_comes_from_the_rules(validation: Validation) -> None:
    severities = {result.rule: result.severity for result in validation.results}
    assert (severities["total-ties-to-projects"], severities["missing-goal"]) == ("critical", "warning")


@dataclass
class Column:
    name: str
    nullable: bool = True
    values: tuple[str, ...] = ()


@dataclass
class Declared:
    columns: list[Column]
    key: tuple[str, ...] = ("document_no",)


def held_to(name: str, column: Column, batch: list[ParsedDocument], key: tuple[str, ...] = ("document_no",)) -> Validation:
    return validate(build_frames([rows_of(each, check(each)) for each in batch]), {name: Declared([column], key)})


def test_a_row_that_the_declaration_refuses_is_quarantined_with_the_expectation() -> None:
    columns = Column("kind", values=("quantitative",))
    odd = document([project("人大会议经费|33.00|33.00||")])
    odd.projects[0].indicators[1].kind = "qualitative"
    validation = held_to("indicator", columns, [odd], ("document_no", "indicator_no"))
    assert validation.quarantine[["subject", "subject_no", "reasons"]].to_numpy().tolist() == [
        ["indicator", 1, "base:kind:allowed-values"]
    ]
    assert len(validation.frames["indicator"]) == 1
    assert len(validation.frames["project"]) == 1


def test_a_refused_funding_row_takes_its_project_with_it() -> None:
    sources = Column("funding_source", values=("other",))
    validation = held_to("funding", sources, [SOUND], ("document_no", "project_no", "funding_source"))
    assert validation.quarantine["reasons"].tolist() == ["base:funding_source:allowed-values"]
    assert validation.frames["project"].empty
    assert validation.frames["indicator"].empty


def test_a_refused_table_takes_its_rows_with_it() -> None:
    validation = held_to("table", Column("note", nullable=False), [SOUND], ("document_no", "table_no"))
    assert validation.quarantine["subject"].tolist() == ["table", "project", "total"]
    assert all(validation.frames[name].empty for name in ("table", "project", "funding", "indicator", "total"))


def test_a_refused_document_stays_as_a_failed_one_and_harms_no_other() -> None:
    validation = held_to("document", Column("department_name", nullable=False), [SOUND, replace(SOUND, department=None)])
    documents = validation.frames["document"]
    assert documents["outcome"].tolist() == ["read", "failed"]
    assert "base:department_name:not-null" in documents["error_message"].iloc[1]
    assert set(validation.frames["project"]["document_no"]) == {0}
    assert set(validation.quarantine["document_no"]) == {1}


def test_repeated_keys_are_refused() -> None:
    validation = held_to("project", Column("project_name"), [document([project("甲|1.00|||"), project("乙|1.00|||")])], ("document_no",))
    assert validation.quarantine["reasons"].tolist() == ["base:document_no:unique"] * 2


def test_a_declared_column_that_no_frame_has_is_an_error() -> None:
    with pytest.raises(ValueError, match="The frame project has no column colour"):
        held_to("project", Column("colour"), [SOUND])


def test_a_night_without_documents_gives_empty_frames_and_does_without_great_expectations() -> None:
    code = (
        "import sys; from expectations.frames import build_frames; from expectations.suite import validate; "
        "from warehouse.frames import DOCUMENTS; found = validate(build_frames([]), DOCUMENTS); "
        "print('great_expectations' in sys.modules, sum(map(len, found.frames.values())), len(found.results))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    imported, rows, results = ran.stdout.split()
    assert (imported, rows) == ("False", "0")
    assert int(results) > 0
    empty = validate(build_frames([]), DECLARED)
    assert {name: list(empty.frames[name].columns) for name in LOADED} == {name: list(FRAMES[name]) for name in LOADED}
    assert list(empty.quarantine.columns) == [column.name for column in DECLARED["quarantine"].columns]
    assert list(empty.outcome_count.columns) == [column.name for column in DECLARED["outcome_count"].columns]


def test_a_row_that_a_person_let_out_is_loaded_and_told_no_more() -> None:
    frames = build_frames([rows_of(SHIFTED, check(SHIFTED))])
    held = validate(frames, DECLARED)
    [[subject, label, text]] = held.quarantine[["subject", "label", "published_text"]].to_numpy().tolist()
    [sha256] = frames["document"]["sha256"]
    out = validate(frames, DECLARED, {(sha256, subject, label, text)})
    assert len(out.quarantine) == 0
    assert len(out.frames["project"]) == len(held.frames["project"]) + 1
    assert len(out.finding) < len(held.finding)
    assert len(validate(frames, DECLARED, {("another document", subject, label, text)}).quarantine) == 1
