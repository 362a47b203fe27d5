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


class Asking:
    """Which projects of a document are asked for goal and indicators; what is true of its tables is found once."""

    def __init__(self, document: ParsedDocument) -> None:
        self._document = document
        self._with_goals = {project.table for project in document.projects if project.goal}
        self._with_targets = self._with_goals | {project.table for project in document.projects if project.indicators}
        self._with_targets |= {number for number, table in enumerate(document.tables) if table.kind == "project_performance_targets"}

    def why_not(self, project: Project, missed: Missed | None = None) -> str | None:
        """The reason why a project is not asked; None if it is.

        Args:
            project: one of the document's.
            missed: what was not found of it, if anything.
        """
        if self._document.errors:
            return "document-incomplete"
        if project.table not in self._with_targets:
            return "table-without-targets"
        if project.shift and not project.shift.is_certain:
            return "columns-in-doubt"
        if not has_money(project):
            return "no-money"
        return "targets-unread" if missed and self._is_perhaps_unread(project, missed) else None

    def _is_perhaps_unread(self, project: Project, missed: Missed) -> bool:
        """Whether what is missed of a project may be among the cells of its table that nobody understood, or stand under an assumed word.

        A short text may be a goal only where the table has none: elsewhere it is known where its goals stand.
        """
        table = self._document.tables[project.table]
        texts = [text for doubt in table.doubts if doubt.reason in {"unread", "contradicted"} for text in doubt.texts]
        kinds = _SURELY[missed]
        if missed == "goal" and project.table not in self._with_goals:
            kinds |= _PERHAPS
        is_left_out = missed == "goal" and any(assumption.meaning in _PROSE_NOT_KEPT for assumption in table.assumptions)
        is_long = missed == "goal" and any(text.endswith(_CUT) for text in texts)
        return is_left_out or is_long or any(kind_of(text) in kinds for text in texts)
