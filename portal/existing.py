"""Refuses a choice of what the copy knows nothing of: an empty answer would look as if there were nothing to find."""

from __future__ import annotations

from portal.asking import Asked
from portal.lists import Filters
from portal.words import Language, said
from warehouse.tables import RULE_NAMES

KINDS = ("region", "department", "year", "rule")
# Where regions, departments and years stand; each is looked through only for what those before it have not.
RELATIONS = ("department_year", "document", "coverage", "quality")
NEAR = 5    # names that are told instead


class Nonexistent(Exception):
    """What was chosen is not there; the message, in the language of who asks, says so and what is there instead."""


def refuse_nonexistent(asked: Asked, filters: Filters, language: Language) -> None:
    """Refuse a region, department, year or rule that nothing in the copy is of.

    Raises:
        Nonexistent: one of them is so.
    """
    for kind in KINDS:
        value = getattr(filters, kind)
        if value is not None and not _exists(asked, kind, value):
            near = [str(name) for (name,) in asked.rows(f"near_{kind}", near=value, most=NEAR).rows]
            told = f"{said('there are', language)} {', '.join(near)}" if near else ""
            raise Nonexistent(" ".join(filter(None, (said(f"no such {kind}", language).format(value), told))))


def _exists(asked: Asked, kind: str, value: str | int) -> bool:
    if kind == "rule":
        return value in RULE_NAMES or bool(asked.rows("one_of_rule", rule=value).rows)
    only = {"department": None, "region": None, "year": None, "stage": None, kind: value}
    return any(asked.rows("one_of", relation=relation, **only).rows for relation in RELATIONS)
