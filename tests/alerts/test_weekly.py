"""The week's summary: trends by department, once a week."""

from __future__ import annotations

from nights import Night

from alerts import digest, outbox, weekly


def test_a_week_is_told_once_with_the_trend_of_each_department(seed: Night) -> None:
    office = "tianhe-people-congress-office"
    seed.ends()
    later = Night(seed.connection, 10)
    health = later.department("tianhe-health", "广州市天河区卫生健康局")
    for _ in range(2):
        later.finding(health, None, severity="warning")
    later.finding(office, None)
    later.ends()
    [told] = weekly.build(seed.connection, "zh")
    assert told.subject == (
        "【预算公开数据质量周报】广州市天河区财政局，截至2023年3月15日：未解决 1 → 4 项（严重 2），新发现 3，已更正 0，逾期 0")
    assert "- 广州市天河区卫生健康局：上升，0 → 2（严重 0）" in told.body_text
    assert "部门：广州市天河区人民代表大会常务委员会办公室；近四周未解决：0 → 0 → 0 → 1 → 2；其中严重：2；本周新发现：1；" in told.body_text
    outbox.write(seed.connection, [told])
    Night(seed.connection, 11).ends()
    [again] = weekly.build(seed.connection, "zh")    # the night of Thursday: it is the same week
    assert again.outbox_id == told.outbox_id
    outbox.write(seed.connection, [again])
    [message] = outbox.pending(seed.connection)
    assert message.is_weekly


def test_what_a_night_told_as_overdue_is_overdue_in_the_week(seed: Night) -> None:
    seed.finding("tianhe-people-congress-office", None, rule="not-published", severity="warning", label="2024年预算")
    seed.ends()
    [night] = digest.build(seed.connection, seed.run_key, "zh")
    [week] = weekly.build(seed.connection, "zh")
    assert "新发现 1（严重 1），逾期 1 项" in night.subject
    assert "新发现 1，已更正 0，逾期 1" in week.subject


def test_without_a_night_there_is_nothing_to_sum_up(night: Night) -> None:
    assert weekly.build(night.connection, "zh") == []
