"""An output indicator that is named for a quantity has a number as its target.

财预〔2021〕101号 asks for numbers wherever something can be counted; 培训人数 `若干` cannot be judged at the end of the year. Words that
stand for a number (全部, 零) or name one elsewhere (不低于上年) are numbers. A project is one outcome, each such target a detail.

Skipped:
1. A project without output indicators that are named for a quantity.
2. A project that was recognised in a picture: the number may be there.
3. A table with cells that were not understood, or in which most such targets have no number: one may have been left out in reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from expectations.outcome import Outcome, project_subjects
from expectations.structure import Trial, doubted, doubtful
from expectations.words import is_quantity, words
from transforms.names import fold_width, strip_whitespace
from transforms.records import Indicator, ParsedDocument, Project

RULE = "unmeasurable-target"
OUTPUT = "产出指标"
_NUMBERING = re.compile(r"^[^\w]*(?:\d{1,2}|[一二三四五六七八九十]{1,2})[、.)）．]|^[^\w]*指标\d+")


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a project with outputs to be counted whose target states no number."""
    projects = [(subject, project, list(_counted(project))) for subject, project in project_subjects(document)]
    tables = doubted(document) | doubtful(
        Trial(project.table, (indicator.name, indicator.text), not _states_number(indicator))
        for _, project, counted in projects for indicator in counted
    )
    for subject, project, counted in projects:
        without = [indicator for indicator in counted if not _states_number(indicator)]
        if not counted:
            yield subject.skips(RULE, "no-quantity")   # 1
        elif not without:
            yield subject.passes(RULE)
        elif project.place.confidence is not None:
            yield subject.skips(RULE, "recognised")   # 2
        elif project.table in tables:
            yield subject.skips(RULE, "reading-in-doubt")   # 3
        else:
            yield subject.fails(RULE, details=tuple({"name": indicator.name, "text": indicator.text} for indicator in without))


def _counted(project: Project) -> Iterator[Indicator]:
    """The outputs named for a quantity; not those without a target, which may be unread, nor those that `impossible-target` tells."""
    for indicator in project.indicators:
        target = strip_whitespace(indicator.text)
        is_told = not target or is_quantity(target) or target in words()["target_blanks"]
        if indicator.level1 == OUTPUT and is_quantity(indicator.name) and not is_told:
            yield indicator


def _states_number(indicator: Indicator) -> bool:
    if indicator.kind == "quantitative":
        return True
    raw = _NUMBERING.sub("", fold_width(strip_whitespace(indicator.raw)))
    said = re.sub("|".join(words()["no_numbers"]), "", f"{raw} {indicator.text}")
    return bool(re.search(words()["numbers"], said))
