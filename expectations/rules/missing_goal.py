"""A project with money has a performance goal.

Skipped:
1. A document of which a part could not be read: the goal may be there.
2. A table that states neither goals nor indicators (a plain 项目支出表).
3. A row whose columns are in doubt.
4. A project without money.
5. A table with texts that were not understood, or taken for another description: the goal may be among them.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.outcome import Outcome, project_subjects
from expectations.targets import Asking
from expectations.words import words
from transforms.records import ParsedDocument

RULE = "missing-goal"
PLACEHOLDERS = " 　/／-－—。."   # what is written into a cell to say that there is nothing, beside `no_goal` in words.yaml


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for a project whose goal is blank or a placeholder."""
    asking = Asking(document)
    for subject, project in project_subjects(document):
        has_goal = (project.goal or "").strip(PLACEHOLDERS) not in ("", *words()["no_goal"])
        if reason := asking.why_not(project, None if has_goal else "goal"):
            yield subject.skips(RULE, reason)   # 1–5
        elif has_goal:
            yield subject.passes(RULE)
        else:
            yield subject.fails(RULE)
