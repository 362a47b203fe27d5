"""A project with money has at least one output and one benefit indicator.

财预〔2021〕101号 asks every project for 产出指标 and 效益指标; 成本指标 and 满意度指标 are added where they suit, so neither stands
in for a benefit. An indicator 成本指标 under 产出指标 is an output.

Skipped:
1. A document of which a part could not be read: the indicators may be there.
2. A table that states neither goals nor indicators (a plain 项目支出表).
3. A row whose columns are in doubt.
4. A project without money.
5. Indicators published without their level, where one of them may be the missing one.
6. A table with texts that were not understood: the indicators may be among them.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.outcome import Outcome, project_subjects
from expectations.targets import Asking
from transforms.records import ParsedDocument

RULE = "missing-indicators"
REQUIRED = ("产出指标", "效益指标")


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a project that lacks a required level; `level` says which, or `both`, or `all` where it has no indicator."""
    asking = Asking(document)
    for subject, project in project_subjects(document):
        levels = {indicator.level1 for indicator in project.indicators}
        missing = [level for level in REQUIRED if level not in levels]
        if reason := asking.why_not(project, "indicators" if missing else None):
            yield subject.skips(RULE, reason)   # 1–4, 6
        elif not missing:
            yield subject.passes(RULE)
        elif None in levels:
            yield subject.skips(RULE, "levels-unpublished")   # 5
        else:
            yield subject.fails(RULE, values={"level": _named(missing) if levels else "all"})


def _named(missing: list[str]) -> str:
    return missing[0] if len(missing) == 1 else "both"
