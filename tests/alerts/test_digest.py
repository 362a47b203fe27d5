"""What finance is told: what is new, in order, readable, and nothing when there is nothing new."""

from __future__ import annotations

import re

import duckdb
import pytest
from markdown import markdown
from nights import TIANHE, YUNSHAN, Bureau, Night

from alerts import digest
from alerts.digest import ENTRIES_PER_SEVERITY, Digest
from warehouse.schema import bring_up_to_date
from warehouse.tables import TABLES

OFFICE = "tianhe-people-congress-office"
DOCUMENT = "published/tianhe/people-congress-office/2023/tianhe-rd-2023.txt"
AMOUNTLESS: dict[str, object] = {"expected": None, "actual": None, "difference": None}


def build(night: Night, language: str = "zh") -> list[Digest]:
    return digest.build(night.connection, night.run_key, language)


def seed_document(night: Night) -> int:
    key: int = night.connection.execute("SELECT document_key FROM dim_document WHERE document_id = ?", [DOCUMENT]).fetchall()[0][0]
    return key


def test_an_entry_says_what_is_wrong_where_and_how_to_mend_it(seed: Night) -> None:
    [told] = build(seed)
    assert told.subject == "【预算公开数据质量】广州市天河区财政局，2023-03-06：新发现问题 1 项（严重 1）"
    assert "## 严重（1 项）\n\n### 广州市天河区人民代表大会常务委员会办公室\n\n" in told.body_markdown
    assert f"文件：tianhe-rd-2023.txt（{DOCUMENT}）\n\n" in told.body_markdown
    assert told.body_markdown.split("\n- **")[1].splitlines()[:7] == [
        "“合计”与所含 16 个项目之和不符。**",
        "    - 位置：第 1 页，第 3 行",
        "    - 公布原文：合计 ｜ 421.98 ｜ 421.98 ｜ 0.00 ｜ 0.00",
        "    - 公布数：4,219,800.00 元",
        "    - 核算数：4,210,000.00 元",
        "    - 差额：9,800.00 元",
        "    - 更正办法：请核对合计数和各项目金额。",
    ]


def test_the_plain_text_says_the_same_without_marks(seed: Night) -> None:
    [told] = build(seed)
    assert "  “合计”与所含 16 个项目之和不符。\n    位置：第 1 页，第 3 行\n" in told.body_text
    assert "    差额：9,800.00 元\n    更正办法：请核对合计数和各项目金额。\n" in told.body_text
    assert not re.search(r"^#|\*\*|\\|&\w+;", told.body_text, re.MULTILINE)


def test_english_is_the_same_digest_in_english(seed: Night) -> None:
    [told] = build(seed, language="en")
    assert told.subject == "[Published budgets: data quality] 广州市天河区财政局, 2023-03-06: new findings: 1 (1 critical)"
    assert "- **合计 differs from the sum of its 16 projects.**\n    - Place: page 1, row 3\n" in told.body_markdown
    assert "    Published figure: 4,219,800.00 yuan\n    Computed figure: 4,210,000.00 yuan\n" in told.body_text


def test_another_language_is_refused(seed: Night) -> None:
    with pytest.raises(ValueError, match="zh, en"):
        build(seed, language="fr")


def test_a_second_run_with_nothing_new_gives_no_digest(seed: Night) -> None:
    assert len(build(seed)) == 1
    assert build(Night(seed.connection, run_key=2)) == []


def test_a_known_problem_found_again_in_a_new_version_is_not_told_again(seed: Night) -> None:
    fingerprint = seed.connection.execute("SELECT fingerprint FROM quality_issue").fetchall()[0][0]
    second = Night(seed.connection, run_key=2)
    second.finding(OFFICE, seed_document(seed), fingerprint=fingerprint)
    assert build(second) == []
    second.finding(OFFICE, seed_document(seed), label="小计", message_zh="“小计”与所含项目之和不符。")
    [told] = build(second)
    assert "小计" in told.body_text
    assert "“合计”" not in told.body_text


def test_an_audience_hears_of_its_own_departments_only(seed: Night) -> None:
    health = seed.department("yunshan-health", "云山市卫生健康委员会", YUNSHAN)
    seed.finding(health, seed.document(health, "published/yunshan/health/2023/budget.html"), severity="warning")
    tianhe, yunshan = build(seed)
    assert "云山市卫生健康委员会" not in tianhe.body_text
    assert "云山市卫生健康委员会" in yunshan.body_text
    assert "天河" not in yunshan.body_text


@pytest.mark.parametrize(("threshold", "told"), [("critical", ["严重"]), ("warning", ["严重", "警告"]), ("info", ["严重", "警告", "提示"])])
def test_an_audience_hears_of_its_severity_and_above_worst_first(seed: Night, threshold: str, told: list[str]) -> None:
    for severity in ("info", "warning"):
        seed.finding(OFFICE, seed_document(seed), severity=severity)
    seed.audience(Bureau(TIANHE.id, TIANHE.name, threshold))
    [built] = build(seed)
    assert re.findall(r"^## (.*)（1 项）", built.body_markdown, re.MULTILINE) == told


def test_an_audience_with_nothing_at_its_severity_gets_no_digest(night: Night) -> None:
    office = night.department(OFFICE, "广州市天河区人民代表大会常务委员会办公室", Bureau(TIANHE.id, TIANHE.name, "critical"))
    night.finding(office, night.document(office, DOCUMENT), severity="warning")
    assert build(night) == []


def test_findings_stand_by_department_then_document_then_row(night: Night) -> None:
    for name in ("乙局", "甲局"):
        department = night.department(name, name)
        for file in ("2024.txt", "2023.txt"):
            document = night.document(department, f"{name}/{file}")
            for row in (9, 4):
                night.finding(department, document, row=row)
    [told] = build(night)
    places = re.findall(r"^(?:### (.+)|文件：(\S+)（|    - 位置：第 1 页，第 (\d+) 行)", told.body_markdown, re.MULTILINE)
    assert ["".join(place) for place in places] == [
        "乙局", "2023.txt", "4", "9", "2024.txt", "4", "9", "甲局", "2023.txt", "4", "9", "2024.txt", "4", "9",
    ]


def test_a_finding_without_document_or_place_is_told_by_its_department(night: Night) -> None:
    department = night.department("tianhe-health", "广州市天河区卫生健康局")
    night.finding(department, None, rule="not-published", severity="warning", subject="duty", message_zh="2023 年部门预算没有公开。",
                  published_text=None, page=None, row=None, remedy_zh=None, **AMOUNTLESS)
    [told] = build(night)
    assert "### 广州市天河区卫生健康局\n\n- **2023 年部门预算没有公开。**\n\n" in told.body_markdown


def test_ten_thousand_findings_stay_readable_and_the_rest_can_be_listed(night: Night) -> None:
    many = night.department("tianhe-many", "问题很多的局")
    document = night.document(many, "many/2023.txt")
    night.finding(many, document, finding_key=1, fingerprint="many")
    night.connection.execute(
        "INSERT INTO quality_issue BY NAME "
        "SELECT * EXCLUDE (n) REPLACE ('many ' || n AS fingerprint) FROM quality_issue, range(1, 10_000) AS more(n)"
    )
    night.connection.execute(
        "INSERT INTO fact_finding BY NAME "
        "SELECT * EXCLUDE (n) REPLACE (-n AS finding_key, 'many ' || n AS fingerprint) FROM fact_finding, range(1, 10_000) AS more(n)"
    )
    few = night.department("tianhe-few", "只有一个问题的局")
    night.finding(few, night.document(few, "few/2023.txt"))
    night.connection.execute("UPDATE quality_issue SET audience_id = ?", [TIANHE.id])
    bring_up_to_date(night.connection, TABLES.values())   # for the view that the query asks
    [told] = build(night)
    assert told.body_markdown.count("\n- **") == ENTRIES_PER_SEVERITY
    assert len(told.body_markdown) < 32_768 / 3
    assert "只有一个问题的局" in told.body_markdown
    assert f"另有 {10_001 - ENTRIES_PER_SEVERITY:,} 项未在此列出".replace(",", "") in told.body_markdown
    for body in (told.body_markdown, told.body_text):
        [query] = re.findall(r'yusuan sql "(.*)"', body)
        assert len(night.connection.execute(query).fetchall()) == 10_001


def test_the_head_counts_the_whole_night(seed: Night) -> None:
    seed.document(OFFICE, "published/tianhe/people-congress-office/2023/garbage.pdf", outcome="failed")
    seed.insert("quarantine", document_key=seed_document(seed), subject="project", subject_no=3, reasons="column-shift",
                run_key=seed.run_key)
    [told] = build(seed)
    assert "当晚采集总体情况：新取得文件 1 份，其中未能读取 1 份；存疑待核数据 1 行" in told.body_text


def test_a_file_that_could_not_be_fetched_is_told_once(night: Night) -> None:
    department = night.department("tianhe-health", "广州市天河区卫生健康局")
    address = "https://www.thnet.gov.cn/2023/budget.pdf"
    night.pull(department, address, "failed", "the server answered 503 Service Unavailable")
    [told] = build(night)
    assert told.subject.endswith("2023-03-06：未能取得文件 1 份")
    assert f"- 广州市天河区卫生健康局：{address}\n    - 原因：the server answered 503 Service Unavailable\n" in told.body_markdown
    night.ends()
    second = Night(night.connection, run_key=2)
    second.pull(department, address, "failed", "the server answered 503 Service Unavailable")
    assert build(second) == []
    second.ends()
    third = Night(night.connection, run_key=3)
    third.pull(department, address, "unchanged")
    assert build(third) == []
    third.ends()
    fourth = Night(night.connection, run_key=4)
    fourth.pull(department, address, "failed", "the server answered 503 Service Unavailable")
    assert len(build(fourth)) == 1


@pytest.mark.parametrize("status", ["interrupted", "failed"])
def test_a_night_that_did_not_end_has_told_nobody_of_what_it_could_not_fetch(night: Night, status: str) -> None:
    department = night.department("tianhe-health", "广州市天河区卫生健康局")
    address = "https://www.thnet.gov.cn/2023/budget.pdf"
    night.pull(department, address, "failed", "timed out")    # loaded with the first group of documents, before it was killed
    night.ends(status)
    second = Night(night.connection, run_key=2)
    second.pull(department, address, "failed", "timed out")
    assert len(build(second)) == 1
    second.ends()
    third = Night(night.connection, run_key=3)
    third.pull(department, address, "new")
    third.ends(status)
    fourth = Night(night.connection, run_key=4)
    fourth.pull(department, address, "failed", "timed out")
    assert len(build(fourth)) == 1    # it had been fetched in between


def test_a_site_that_lets_only_browsers_in_is_told_once_whichever_of_its_files_are_met(night: Night) -> None:
    health, schools = night.department("tianhe-health", "广州市天河区卫生健康局"), night.department("tianhe-schools", "广州市天河区教育局")
    for number, department in enumerate([health, health, schools]):
        night.pull(department, f"https://www.thnet.gov.cn/{number}.pdf", "blocked", "the site lets only browsers in")
    night.pull(health, "http://www.thjk.example/1.pdf", "blocked", "the site lets only browsers in")
    night.pull(health, "http://www.thjk.example/2.pdf", "failed", "timed out")
    [told] = build(night)
    assert (told.body_markdown.count("lets only browsers in"), told.body_markdown.count("timed out")) == (2, 1)
    assert told.subject.endswith("未能取得文件 3 份")
    night.ends()
    second = Night(night.connection, run_key=2)
    for number in (1, 7):
        second.pull(health, f"https://www.thnet.gov.cn/{number}.pdf", "blocked", "the site lets only browsers in")
    assert build(second) == []


def test_many_files_that_could_not_be_fetched_are_capped_and_can_be_listed(night: Night) -> None:
    department = night.department("tianhe-health", "广州市天河区卫生健康局")
    for number in range(ENTRIES_PER_SEVERITY + 5):
        night.pull(department, f"https://www.thnet.gov.cn/{number}.pdf", "failed", "timed out")
    [told] = build(night)
    assert told.body_markdown.count("原因：") == ENTRIES_PER_SEVERITY
    assert "另有 5 份未在此列出" in told.body_markdown
    [query] = re.findall(r'yusuan sql "(.*)"', told.body_markdown)
    assert len(night.connection.execute(query).fetchall()) == ENTRIES_PER_SEVERITY + 5


HOSTILE = [
    "a | b", "*甲*_乙_`丙`", "<script>alert(1)</script>", "[点这里](http://example.org)", "![图](x.png)", "第一行\n# 第二行\n- 第三行",
    "&lt;b&gt;", "~~删~~", "\\*", "</li></ul><h1>", "\x1b[31m红\x00",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_published_text_never_becomes_markup(seed: Night, text: str) -> None:
    seed.finding(OFFICE, seed_document(seed), published_text=text, message_zh=f"“{text}”缺少绩效目标。", **AMOUNTLESS)
    [told] = build(seed)
    html = markdown(told.body_markdown, extensions=["nl2br", "tables"])   # as apprise renders mails
    assert set(re.findall(r"<(\w+)", html)) <= {"h1", "h2", "h3", "p", "ul", "li", "strong"}
    assert html.count("<h1>") == 1
    visible = re.sub(r"[\x00-\x1f]", "\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
    assert f"    公布原文：{visible}\n" in told.body_text


@pytest.mark.parametrize("text", HOSTILE)
def test_published_text_is_shown_as_it_was_published(seed: Night, text: str) -> None:
    seed.finding(OFFICE, seed_document(seed), published_text=text, **AMOUNTLESS)
    [told] = build(seed)
    html = markdown(told.body_markdown, extensions=["nl2br", "tables"])
    visible = re.sub(r"[\x00-\x1f]", "\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
    escaped = visible.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "&#124;").replace("~", "&#126;")
    assert f"公布原文：{escaped}</li>" in html


def test_a_long_published_text_is_cut_where_a_person_can_still_find_it(seed: Night) -> None:
    seed.finding(OFFICE, seed_document(seed), published_text="产出指标：" + "听取和审议专项工作报告；" * 100, **AMOUNTLESS)
    [told] = build(seed)
    [shown] = re.findall(r"公布原文：(产出.*)", told.body_text)
    assert len(shown) < 200
    assert shown.endswith("……")


def test_values_that_are_no_amounts_are_shown_as_they_are(seed: Night) -> None:
    seed.finding(OFFICE, seed_document(seed), expected="2023", actual="2022", difference=None)
    [told] = build(seed)
    assert "    公布数：2023\n    核算数：2022\n" in told.body_text


def test_a_digest_keeps_its_id_when_it_is_built_again(seed: Night) -> None:
    [first], [again], [english] = build(seed), build(seed), build(seed, language="en")
    assert first == again
    assert first.outbox_id != english.outbox_id
    assert first.outbox_id[:8] in first.body_markdown


def test_a_digest_is_the_same_inside_the_loads_transaction(connection: duckdb.DuckDBPyConnection, seed: Night) -> None:
    connection.begin()
    seed.finding(OFFICE, seed_document(seed), severity="warning")
    inside = build(seed)
    connection.commit()
    assert build(seed) == inside
