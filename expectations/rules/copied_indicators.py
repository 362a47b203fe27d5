"""Unrelated projects do not have the same indicators word for word.

The set is the same if level, name and target of every indicator are, in any order. Projects are related if their names share a word
of two characters that is not one of every project (经费) nor one of the body's own name (天河, 人大), also by way of a third project.
Where a set is copied, the first project with it fails and names the others: one copy is one finding.

Skipped:
1. A project with fewer than `LEAST` indicators: two may well be the same.
2. A set that all projects of a table share, or that projects with the same goal share: it may be printed once, for all of them.
3. A project that has the set of an earlier one: it is told there.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations, pairwise

from expectations.outcome import Outcome, Subject, project_subjects
from expectations.words import plain, words
from transforms.names import normalise_name, standard_project_name
from transforms.records import ParsedDocument, Project

RULE = "copied-indicators"
LEAST = 3   # indicators in a set; two of them (支付及时率, 支出进度) are said of any project
MOST = 5    # copies named in a message


def check(document: ParsedDocument) -> Iterator[Outcome]:
    """Fail for the first of several unrelated projects with one set of indicators; the others are its details."""
    projects = list(project_subjects(document))
    groups: dict[Hashable, list[tuple[Subject, Project]]] = defaultdict(list)
    for subject, project in projects:
        groups[_set_of(project)].append((subject, project))
    sizes = Counter(project.table for _, project in projects if project.indicators)
    copied = {key: _copies(document, group, sizes) for key, group in groups.items()}
    for subject, project in projects:
        group, copies = groups[_set_of(project)], copied[_set_of(project)]
        if len(project.indicators) < LEAST:
            yield subject.skips(RULE, "few-indicators")   # 1
        elif isinstance(copies, str):
            yield subject.skips(RULE, copies)   # 2
        elif not copies:
            yield subject.passes(RULE)
        elif subject is not group[0][0]:
            yield subject.skips(RULE, "told-before")   # 3
        else:
            values = {"count": str(len(project.indicators)), "copies": str(len(copies))}
            yield subject.fails(RULE, values=values, details=tuple({"name": copy.name} for copy in copies[:MOST]))


def _set_of(project: Project) -> Hashable:
    return frozenset(Counter((each.level1, plain(each.name), plain(each.text)) for each in project.indicators).items())


def _copies(document: ParsedDocument, group: Sequence[tuple[Subject, Project]], sizes: Counter[int]) -> list[Project] | str:
    """The projects of a set that are unrelated to its first one; or the reason why nothing can be said of the set."""
    if len(group) < 2:
        return []
    first, relatives = group[0][1], _related(document, [project for _, project in group])
    unrelated = [project for number, (_, project) in enumerate(group) if number not in relatives]
    if not unrelated:
        return []
    tables = Counter(project.table for _, project in group)
    if any(count > 1 and count == sizes[table] for table, count in tables.items()):
        return "shared-by-all"
    with_own_goal = [project for project in unrelated if project.goal and first.goal and plain(project.goal) != plain(first.goal)]
    return with_own_goal or "shared-goal"


def _related(document: ParsedDocument, projects: Sequence[Project]) -> set[int]:
    """The positions of the first project and of those that are related to it, be it by way of others."""
    named = [_words_of(document, project) for project in projects]
    joined, shared, before = {0}, named[0], 0
    while len(joined) > before:
        before = len(joined)
        for number, own in enumerate(named):
            if own & shared:
                joined.add(number)
                shared = shared | own
    return joined


def _words_of(document: ParsedDocument, project: Project) -> set[str]:
    """The words of two characters of a project's name that tell what it is for."""
    name = re.sub(words()["project_words"], " ", normalise_name(standard_project_name(project.name).standard))
    pairs = {a + b for a, b in pairwise(name) if "一" <= a <= "鿿" and "一" <= b <= "鿿"}
    bodies = {body for body in (document.department, project.unit_name) if body}
    return pairs - {a + b for body in bodies for a, b in combinations(body, 2)}
