"""What finance is told: what is new, in order, readable, and nothing when there is nothing new."""

from __future__ import annotations

import re

import duckdb
import pytest
from markdown import markdown
from nights import TIANHE, YUNSHAN, Bureau, Night

from alerts import digest
from alerts.digest import LONGEST_SENTENCE, ROWS, Digest
from expectations.rules import RULES

OFFICE = "tianhe-people-congress-office"
DOCUMENT = "published/tianhe/people-congress-office/2023/tianhe-rd-2023.txt"
AMOUNTLESS: dict[str, object] = {"expected": None, "actual": None, "difference": None}


def build(night: Night, language: str = "zh") -> list[Digest]:
    return digest.build(night.connection, night.run_key, language)


def seed_document(night: Night) -> int:
    key: int = night.connection.execute("SELECT document_key FROM dim_document WHERE document_id = ?", [DOCUMENT]).fetchall()[0][0]
    return key


def test_a_row_says_what_is_wrong_and_where_and_its_group_how_to_mend_it(seed: Night) -> None:
    [told] = build(seed)
    assert told.subject == "【预算公开数据质量】广州市天河区财政局，2023-03-06：新发现 1（严重 1）"
    assert "## 新发现 1 项\n\n### 广州市天河区人民代表大会常务委员会办公室\n\ntianhe-rd-2023.txt\n\n" in told.body_markdown
    assert (
        "**合计与各项目之和不符（严重，1 项）**\n\n"
        "| 位置 | 内容 | 公布数 | 各项之和 | 差额 |\n|---|---|---|---|---|\n"
        "| 第1页 第3行 | 合计 | 4,219,800.00 元 | 4,210,000.00 元 | 9,800.00 元 |\n\n"
        "更正办法：请核对合计数和各项目金额"
    ) in told.body_markdown


def test_the_first_screen_is_one_of_a_phone(night: Night) -> None:
    for number in range(40):
        department = night.department(f"d{number}", f"第{number}局")
        night.finding(department, night.document(department, f"{number}.txt"), severity="critical" if number == 30 else "warning")
    [told] = build(night)
    screen = told.body_text.split("【")[0].strip().splitlines()
    assert screen[0] == "广州市天河区财政局，2023年3月6日夜间核对：新发现 40（严重 1）"
    assert screen[2] == "- 第30局：新发现 1（严重 1）"
    assert screen[-2:] == ["- 另有 28 个部门，见下文", "- 仍未解决：严重 1 项，警告 39 项"]
    assert len(screen) <= 20


def test_the_remedy_stands_once_for_the_rows_of_a_document_and_rule(seed: Night) -> None:
    for row in (5, 9):
        seed.finding(OFFICE, seed_document(seed), label=f"小计{row}", row=row)
    [told] = build(seed)
    assert told.body_markdown.count("更正办法：") == 1
    assert told.body_markdown.count("\n| 第1页") == 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobody_is_shown_sql_or_paths_of_this_machine(seed: Night, language: str) -> None:
    department = seed.department("tianhe-health", "广州市天河区卫生健康局")
    for rule in RULES.values():
        seed.finding(department, seed.document(department, f"../published/{rule.id}.txt"), rule=rule.id, severity=rule.severity, **AMOUNTLESS)
    for told in build(seed, language):
        for text in (told.body_text, told.body_markdown):
            assert not re.search("SELECT|yusuan|published/|\\.yaml|[a-z]+_[a-z]+", text) or told.audience_id == "maintainers"


def test_a_chinese_digest_has_no_english(seed: Night) -> None:
    department = seed.department("tianhe-health", "广州市天河区卫生健康局")
    for rule in RULES.values():
        seed.finding(department, seed.document(department, f"{len(rule.id)}.txt"), rule=rule.id, severity=rule.severity, **AMOUNTLESS)
    seed.pull(department, "https://www.thnet.gov.cn/2023/1.pdf", "failed", "the server did not answer in time")
    [told] = [digest for digest in build(seed) if digest.audience_id == TIANHE.id]
    words = re.findall(r"[A-Za-z]{3,}", re.sub(r"https?://\S+|[\w-]+\.txt", "", told.body_text))
    assert set(words) <= {"PDF", "Word", "Excel"}


def test_the_labels_of_figures_are_those_of_the_rule(seed: Night) -> None:
    seed.finding(OFFICE, None, rule="not-published", severity="warning", subject="duty", label="2023年预算", expected="2023-03-01",
                 actual=None, difference=None, published_text=None, page=None, row=None, message_zh="应于 2023-03-01 前公开。")
    [told] = build(seed)
    assert "| 内容 | 应公开日期 |\n|---|---|\n| 2023年预算 | 2023-03-01 |" in told.body_markdown
    assert "逾期 1 项" in told.subject


def test_all_the_columns_of_a_sum_that_is_wrong_are_told(seed: Night) -> None:
    seed.finding(OFFICE, seed_document(seed), label="小计", message_zh="总计公布数 1.00 元，和 2.00 元；其他资金公布数 3.00 元，和 4.00 元")
    [told] = build(seed)
    assert "其他资金公布数 3.00 元，和 4.00 元" in told.body_text


def test_the_plain_text_says_the_same_without_marks(seed: Night) -> None:
    [told] = build(seed)
    assert "  - 位置：第1页 第3行；内容：合计；公布数：4,219,800.00 元；各项之和：4,210,000.00 元；差额：9,800.00 元\n" in told.body_text
    assert not re.search(r"^#|\*\*|\\|&\w+;", told.body_text, re.MULTILINE)


def test_who_is_told_of_a_document_that_moved_finds_it_where_it_is_now(seed: Night) -> None:
    old = seed.connection.execute("SELECT document_id FROM dim_document WHERE document_key = ?", [seed_document(seed)]).fetchall()[0][0]
    seed.document(OFFICE, "https://www.thnet.gov.cn/2023/moved.txt")
    seed.insert("document_standing", document_id=old, standing="moved", successor_id="https://www.thnet.gov.cn/2023/moved.txt",
                is_own_unit=False)
    [told] = build(seed)
    assert "https://www.thnet.gov.cn/2023/moved.txt" in told.body_markdown
    assert "tianhe-rd" not in told.body_markdown


@pytest.mark.parametrize("amounts", [1, 5])    # the figures say all that the sentence does, or not
def test_what_is_off_for_the_same_cause_is_named_in_full(seed: Night, amounts: int) -> None:
    also = "以下各处因同一差额而不符，不再另行提示：" + "；".join(f"《部门收入总表》第{number}行" for number in range(1, 9)) + "。"
    said = "".join(f"第{number}栏公布数 {number},674,000.00 元，各项之和与此不符；" for number in range(1, 1 + amounts))
    seed.finding(OFFICE, seed_document(seed), message_zh=f"{said}已按公布数入库。{also}")
    [told] = build(seed)
    assert (f"{said}已按公布数入库。" in told.body_text) == (amounts > 1)
    assert also in told.body_text


def test_english_is_the_same_digest_in_english(seed: Night) -> None:
    [told] = build(seed, language="en")
    assert told.subject == "[Published budgets: data quality] 广州市天河区财政局, 2023-03-06: 1 new (1 critical)"
    assert "| page 1, row 3 | 合计 | 4,219,800.00 yuan | 4,210,000.00 yuan | 9,800.00 yuan |" in told.body_markdown
    assert "  - place: page 1, row 3; what: 合计; published: 4,219,800.00 yuan; sum of the parts: 4,210,000.00 yuan;" in told.body_text


def test_doubts_of_our_own_reading_go_to_maintainers_and_finance_hears_what_is_not_counted(seed: Night) -> None:
    document = seed_document(seed)
    words = [{"word": "往来款", "read_as": None, "evidence": None, "doubt": "unread", "cell_count": 3}]
    seed.finding(OFFICE, document, rule="unread-cells", words=words)
    for number in range(2):
        seed.insert("quarantine", document_key=document, subject="project", subject_no=number, reasons="unread-cells",
                    record='{"amount": "12000.50"}', run_key=seed.run_key)
    finance, maintainers = build(seed)
    assert maintainers.audience_id == "maintainers"
    assert "| 往来款 | 1 | tianhe-rd-2023.txt |" in maintainers.body_markdown
    assert "往来款" not in finance.body_text
    assert "- 文件：tianhe-rd-2023.txt；行数：2；未计入金额：24,001.00 元\n" in finance.body_text


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


@pytest.mark.parametrize(("events", "told"), [
    (["worsened"], None), (["corrected"], "已更正 1（严重 1）"), (["withdrawn"], "不再提示 1（严重 1）"), (["unmuted", "overdue"], None),
])
def test_a_muted_problem_is_told_when_it_is_over(seed: Night, events: list[str], told: str | None) -> None:
    assert [one.subject.partition("：")[2] for one in happening(seed, events, muted_until="2099-01-01")] == ([told] if told else [])


def test_a_problem_that_is_heard_of_again_and_overdue_in_one_night_is_told_once(seed: Night) -> None:
    [told] = happening(seed, ["unmuted", "overdue"], muted_until="2023-03-07")
    assert told.subject.endswith("：逾期 1（严重 1）")
    assert "暂缓提醒的期限已到" in told.body_text
    assert "超过期限仍未更正" not in told.body_text


def test_another_severity_is_said_where_the_figures_are_the_same(seed: Night) -> None:
    [told] = happening(seed, ["changed"], muted_until="2023-03-07", severity="warning")
    assert told.subject.endswith("：有变化 1 项")
    assert "程度：严重 → 警告\n" in told.body_text


def happening(night: Night, events: list[str], muted_until: str, severity: str = "critical") -> list[Digest]:
    """The digests of a second night in which these things happen to the one problem, which is muted until a day."""
    [(known,)] = night.connection.execute("SELECT fingerprint FROM quality_issue").fetchall()
    night.ends()
    second = Night(night.connection, run_key=2)
    night.connection.execute("UPDATE quality_issue SET muted_until = ?", [muted_until])
    for event in events:
        second.insert("issue_event", event_id=event, fingerprint=known, event=event, happened_at=second.started_at, run_key=2, severity=severity)
    return build(second)


def test_an_audience_hears_of_its_own_departments_only(seed: Night) -> None:
    health = seed.department("yunshan-health", "云山市卫生健康委员会", YUNSHAN)
    seed.finding(health, seed.document(health, "published/yunshan/health/2023/budget.html"), severity="warning")
    tianhe, yunshan = build(seed)
    assert "云山市卫生健康委员会" not in tianhe.body_text
    assert "云山市卫生健康委员会" in yunshan.body_text
    assert "天河" not in yunshan.body_text


@pytest.mark.parametrize(("threshold", "told"), [("critical", "严重"), ("warning", "严重警告"), ("info", "严重警告提示")])
def test_an_audience_hears_of_its_severity_and_above(seed: Night, threshold: str, told: str) -> None:
    for severity in ("info", "warning"):
        seed.finding(OFFICE, seed_document(seed), severity=severity)
    seed.audience(Bureau(TIANHE.id, TIANHE.name, threshold))
    [built] = build(seed)
    assert "".join(re.findall(r"（(严重|警告|提示)，1 项）", built.body_markdown)) == told


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
    places = re.findall(r"^(?:### (.+)|(\d+\.txt)|\| 第1页 第(\d+)行)", told.body_markdown, re.MULTILINE)
    assert ["".join(place) for place in places] == [
        "乙局", "2023.txt", "4", "9", "2024.txt", "4", "9", "甲局", "2023.txt", "4", "9", "2024.txt", "4", "9",
    ]


def test_ten_thousand_findings_stay_readable(night: Night) -> None:
    many = night.department("tianhe-many", "问题很多的局")
    night.finding(many, night.document(many, "many/2023.txt"), finding_key=1, fingerprint="many")
    for table, key in (("quality_issue", "fingerprint"), ("issue_event", "event_id"), ("fact_finding", "finding_key")):
        others = f"-n AS {key}" if table == "fact_finding" else f"'many ' || n AS {key}"
        others += "" if table == "quality_issue" else ", 'many ' || n AS fingerprint"
        night.connection.execute(
            f"INSERT INTO {table} BY NAME SELECT * EXCLUDE (n) REPLACE ({others}) FROM {table}, range(1, 10_000) AS more(n)"
        )
    few = night.department("tianhe-few", "只有一个问题的局")
    night.finding(few, night.document(few, "few/2023.txt"))
    [told] = build(night)
    assert told.body_markdown.count("\n| 第1页") == ROWS
    assert "### 只有一个问题的局" in told.body_markdown
    assert f"另有 {10_001 - ROWS} 项未列出" in told.body_text


@pytest.mark.parametrize(("status", "why"), [
    (None, "网站没有正常应答"), (503, "网站返回错误 503"), (200, "网站有应答，但没有取得完整的文件"),    # cut short, or an error page
])
def test_why_a_file_could_not_be_fetched_is_said_in_plain_words(night: Night, status: int | None, why: str) -> None:
    night.pull(night.department("tianhe-health", "广州市天河区卫生健康局"), "https://www.thnet.gov.cn/1.pdf", "failed", http_status=status)
    told, _ = build(night)
    assert f"原因：{why}\n" in told.body_text


def test_of_a_file_that_is_on_no_site_no_site_is_blamed(night: Night) -> None:
    night.pull(night.department("tianhe-health", "广州市天河区卫生健康局"), "health/2023.pdf", "failed", "The archive holds no documents.")
    told, _ = build(night)
    assert "原因：没有读到：压缩包中没有文件。\n" in told.body_text


def test_a_file_that_could_not_be_fetched_is_told_once(night: Night) -> None:
    department = night.department("tianhe-health", "广州市天河区卫生健康局")
    address = "https://www.thnet.gov.cn/2023/budget.pdf"
    night.pull(department, address, "failed", "the server answered 503 Service Unavailable")
    told, maintainers = build(night)
    assert told.subject.endswith("2023-03-06：未能取得文件 1 份")
    assert f"文件：{address}；原因：网站没有正常应答\n" in told.body_text
    assert "说明：网站返回 503 Service Unavailable" in maintainers.body_text
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
    assert len(build(fourth)) == 2


@pytest.mark.parametrize("status", ["interrupted", "failed"])
def test_a_night_that_did_not_end_has_told_nobody_of_what_it_could_not_fetch(night: Night, status: str) -> None:
    department = night.department("tianhe-health", "广州市天河区卫生健康局")
    address = "https://www.thnet.gov.cn/2023/budget.pdf"
    night.pull(department, address, "failed", "timed out")    # loaded with the first group of documents, before it was killed
    night.ends(status)
    second = Night(night.connection, run_key=2)
    second.pull(department, address, "failed", "timed out")
    assert len(build(second)) == 2
    second.ends()
    third = Night(night.connection, run_key=3)
    third.pull(department, address, "new")
    third.ends(status)
    fourth = Night(night.connection, run_key=4)
    fourth.pull(department, address, "failed", "timed out")
    assert len(build(fourth)) == 2    # it had been fetched in between


def test_a_site_that_lets_only_browsers_in_is_told_once_whichever_of_its_files_are_met(night: Night) -> None:
    health, schools = night.department("tianhe-health", "广州市天河区卫生健康局"), night.department("tianhe-schools", "广州市天河区教育局")
    for number, department in enumerate([health, health, schools]):
        night.pull(department, f"https://www.thnet.gov.cn/{number}.pdf", "blocked", "the site lets only browsers in")
    night.pull(health, "http://www.thjk.example/1.pdf", "blocked", "the site lets only browsers in")
    night.pull(health, "http://www.thjk.example/2.pdf", "failed", "timed out")
    told, _ = build(night)
    assert (told.body_text.count("网站只允许浏览器访问"), told.body_text.count("网站没有正常应答")) == (2, 1)
    assert told.subject.endswith("未能取得文件 3 份")
    night.ends()
    second = Night(night.connection, run_key=2)
    for number in (1, 7):
        second.pull(health, f"https://www.thnet.gov.cn/{number}.pdf", "blocked", "the site lets only browsers in")
    assert build(second) == []


def test_many_files_that_could_not_be_fetched_are_capped(night: Night) -> None:
    department = night.department("tianhe-health", "广州市天河区卫生健康局")
    for number in range(ROWS + 5):
        night.pull(department, f"https://www.thnet.gov.cn/{number}.pdf", "failed", "timed out")
    told, _ = build(night)
    assert told.body_text.count("原因：") == ROWS
    assert "未能取得的文件，另有 5 项未列出" in told.body_text


HOSTILE = [
    "a | b", "*甲*_乙_`丙`", "<script>alert(1)</script>", "[点这里](http://example.org)", "![图](x.png)", "第一行\n# 第二行\n- 第三行",
    "&lt;b&gt;", "~~删~~", "\\*", "</li></ul><h1>", "\x1b[31m红\x00",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_published_text_never_becomes_markup_and_is_shown_as_it_was_published(seed: Night, text: str) -> None:
    seed.finding(OFFICE, seed_document(seed), rule="missing-goal", label=text, message_zh=f"“{text}”缺少绩效目标。", **AMOUNTLESS)
    [told] = build(seed)
    html = markdown(told.body_markdown, extensions=["nl2br", "tables"])   # as apprise renders mails
    assert set(re.findall(r"<(\w+)", html)) <= {"h1", "h2", "h3", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "br"}
    assert html.count("<h1>") == 1
    visible = re.sub(r"[\x00-\x1f]", "\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
    assert f"说明：“{visible}”缺少绩效目标。\n" in told.body_text
    shown = visible.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "&#124;").replace("~", "&#126;")
    assert f"“{shown}”缺少绩效目标。</td>" in html


def test_a_long_text_is_cut_where_a_person_can_still_find_it(seed: Night) -> None:
    seed.finding(OFFICE, seed_document(seed), rule="missing-goal", message_zh="产出指标：" + "听取和审议专项工作报告；" * 100, **AMOUNTLESS)
    [told] = build(seed)
    [shown] = re.findall(r"说明：(产出.*)", told.body_text)
    assert len(shown) < LONGEST_SENTENCE + 10
    assert shown.endswith("……")


def test_values_that_are_no_amounts_are_shown_as_they_are(seed: Night) -> None:
    seed.finding(OFFICE, seed_document(seed), rule="year-mismatch", expected="2023", actual="2022", difference=None)
    [told] = build(seed)
    assert "文件写明年度：2023；另处年度：2022\n" in told.body_text


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
