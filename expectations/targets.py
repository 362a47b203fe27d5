"""Which projects have to state performance targets."""

from __future__ import annotations

from typing import Literal

from expectations.amounts import has_money
from transforms.records import ParsedDocument, Project
from transforms.tables.contents import kind_of

# Kinds of cells (`transforms.tables.contents`) that can be a goal or the indicators of a project, by what is missed.
Missed = Literal["goal", "indicators"]
_SURELY: dict[Missed, frozenset[str]] = {
    "goal": frozenset({"prose", "indicators"}),
    "indicators": frozenset({"indicators", "level", "level1", "target", "qualitative", "operator"}),
}
_PERHAPS = frozenset({"short", "text", "qualitative"})    # 办一届大赛 is a goal and 张三 a person
_PROSE_NOT_KEPT = ("overview", "goal_term")    # meanings of texts that are no goal of the year
_CUT = "…"    # ends a text that is too long to be shown: longer than any name


def why_not_asked(document: ParsedDocument, project: Project, missed: Missed | None = None) -> str | None:
    """The reason why a project is not asked for goal and indicators; None if it is.

    Args:
        document: the document.
        project: one of its projects.
        missed: what was not found of it, if anything.
    """
    if document.errors:
        return "document-incomplete"
    if not _states_targets(document, project.table):
        return "table-without-targets"
    if project.shift and not project.shift.is_certain:
        return "columns-in-doubt"
    if not has_money(project):
        return "no-money"
    return "targets-unread" if missed and _is_perhaps_unread(document, project, missed) else None


def _is_perhaps_unread(document: ParsedDocument, project: Project, missed: Missed) -> bool:
    """Whether what is missed of a project may be among the cells of its table that nobody understood, or stand under an assumed word.

    A short text may be a goal only where the table has none: elsewhere it is known where its goals stand.
    """
    table = document.tables[project.table]
    texts = [text for doubt in table.doubts if doubt.reason in {"unread", "contradicted"} for text in doubt.texts]
    kinds = _SURELY[missed]
    if missed == "goal" and not any(other.goal for other in document.projects if other.table == project.table):
        kinds |= _PERHAPS
    is_left_out = missed == "goal" and any(assumption.meaning in _PROSE_NOT_KEPT for assumption in table.assumptions)
    is_long = missed == "goal" and any(text.endswith(_CUT) for text in texts)
    return is_left_out or is_long or any(kind_of(text) in kinds for text in texts)


def _states_targets(document: ParsedDocument, table: int) -> bool:
    if document.tables[table].kind == "project_performance_targets":
        return True
    return any(project.goal or project.indicators for project in document.projects if project.table == table)
