"""Which projects have to state performance targets."""

from __future__ import annotations

from expectations.amounts import has_money
from transforms.records import ParsedDocument, Project


def why_not_asked(document: ParsedDocument, project: Project) -> str | None:
    """The reason why a project is not asked for goal and indicators; None if it is."""
    if document.errors:
        return "document-incomplete"
    if not _states_targets(document, project.table):
        return "table-without-targets"
    if project.shift and not project.shift.is_certain:
        return "columns-in-doubt"
    return None if has_money(project) else "no-money"


def _states_targets(document: ParsedDocument, table: int) -> bool:
    if document.tables[table].kind == "project_performance_targets":
        return True
    return any(project.goal or project.indicators for project in document.projects if project.table == table)
