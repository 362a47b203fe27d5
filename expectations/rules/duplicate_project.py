"""A performance-target table lists a project of a unit once.

Two rows are the same project if name and unit are the same but for width and spaces, and their codes are not different.
Marks such as （23n） or （2023-2024） belong to the name: money carried over is published beside the new money. Where the rows of
a project's indicators are printed twice, one after the other, they are read as those of one project, whose list says all twice.

Skipped:
1. Tables of another kind: a 项目支出表 lists a project once per account.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.outcome import Outcome, project_subjects
from transforms.names import normalise_name
from transforms.records import ParsedDocument, Place, Project

RULE = "duplicate-project"


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for every row after the first of the same project; `related` is the first one's place."""
    seen: dict[tuple[str, str], list[tuple[str | None, Place]]] = {}
    for subject, project in project_subjects(document):
        if document.tables[project.table].kind != "project_performance_targets":
            yield subject.skips(RULE, "listed-by-account")   # 1
            continue
        namesakes = seen.setdefault((normalise_name(project.name), normalise_name(project.unit_name or "")), [])
        first = next((place for code, place in namesakes if _may_be_same(code, project)), None)
        namesakes.append((project.code, project.place))
        if first:
            yield subject.fails(RULE, values={"name": project.name, "repeated": "project"}, related=first)
        elif _says_all_twice(project):
            yield subject.fails(RULE, values={"name": project.name, "repeated": "indicators"}, related=project.place)
        else:
            yield subject.passes(RULE)


def _says_all_twice(project: Project) -> bool:
    """Whether the second half of the indicators is the first one, word for word; two of a kind may be meant."""
    said = [(indicator.level1, indicator.level2, indicator.name, indicator.text) for indicator in project.indicators]
    half = len(said) // 2
    return half > 1 and said[:half] == said[half:]


def _may_be_same(code: str | None, project: Project) -> bool:
    return code is None or project.code is None or code == project.code
