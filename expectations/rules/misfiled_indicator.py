"""An indicator stands under the level that its name belongs to.

财预〔2021〕101号: how promptly an output is delivered or paid is an output, what it costs is cost, how satisfied people are is
satisfaction. 费用支付及时率 is no benefit, 采购成本 no satisfaction. Which names tell their level for certain, and under which other
levels they cannot stand, is data (`misfiled` in words.yaml). A project is one outcome, each misfiled indicator a detail.

Skipped:
1. A project none of whose indicators has a name that tells its level.
2. A table with cells that were not understood, or in which most such indicators stand elsewhere: its levels may have been read wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from expectations.outcome import Outcome, project_subjects
from expectations.structure import Trial, doubted, doubtful
from expectations.words import plain, words
from transforms.records import Indicator, ParsedDocument

RULE = "misfiled-indicator"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a project with indicators under a level that is not theirs; `own` is the level that they belong to."""
    projects = [
        (subject, project, [(indicator, own) for indicator in project.indicators if indicator.level1 and (own := _own_level(indicator))])
        for subject, project in project_subjects(document)
    ]
    tables = doubted(document) | doubtful(
        Trial(project.table, (indicator.level1, indicator.name), own != indicator.level1)
        for _, project, telling in projects for indicator, own in telling
    )
    for subject, project, telling in projects:
        misfiled = [(indicator, own) for indicator, own in telling if own != indicator.level1]
        if not telling:
            yield subject.skips(RULE, "level-not-told")   # 1
        elif not misfiled:
            yield subject.passes(RULE)
        elif project.table in tables:
            yield subject.skips(RULE, "reading-in-doubt")   # 2
        else:
            details = tuple({"name": indicator.name, "level": indicator.level1 or "", "own": own} for indicator, own in misfiled)
            yield subject.fails(RULE, details=details)


def _own_level(indicator: Indicator) -> str | None:
    """The level that a name belongs to; that it has where its name tells none other."""
    name = plain(indicator.name)
    for own, pattern, elsewhere in _telling():
        if pattern.search(name) and indicator.level1 in (own, *elsewhere):
            return own
    return None


@cache
def _telling() -> tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]:
    return tuple((each["level"], re.compile(each["names"]), tuple(each["elsewhere"])) for each in words()["misfiled"])
