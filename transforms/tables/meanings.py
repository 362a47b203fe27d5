"""What a column or label can mean: the meanings of `vocabulary/roles.yaml`, which of them records keep, and which are one answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from transforms.vocabulary import vocabulary

Family = Literal["project", "list", "block", "form"]    # a row per project, a row per indicator, a form's indicators, a form's labels

TOTALS = ("total", "total_year")
_COPIES = 3    # columns of one meaning that no record keeps
_LEAST = -6.0    # points of contents


@cache
def is_money(role: str | None) -> bool:
    """Whether a meaning is one of money."""
    return role is not None and bool(_about(role).get("is_money"))


def is_source(role: str | None) -> bool:
    """Whether a meaning is a source of money: a part of the total."""
    return is_money(role) and role not in TOTALS


@cache
def is_kept(role: str | None) -> bool:
    """Whether records keep what has this meaning."""
    return role is not None and bool(_about(role).get("kept", True))


def is_filled(role: str) -> bool:
    """Whether a column of this meaning is never wholly blank."""
    return bool(_about(role).get("filled"))


def word_of(role: str, place: Literal["row", "form"]) -> str:
    """The known word that one of this meaning is read as."""
    return str(_about(role).get("word", {}).get(place, "备注"))


def points_of_contents(role: str, held: Mapping[str, float]) -> float:
    """What cells say for or against a meaning, by the share of each kind among them."""
    points: dict[str, float] = vocabulary("roles")["money"]["holds"] if is_money(role) else _about(role).get("holds", {})
    return max(_LEAST, sum(points.get(kind, -1.0) * share for kind, share in held.items()))


@cache
def class_of(role: str | None) -> int:
    """Meanings that are the same answer have one number."""
    if role is None:
        return -1
    if not is_kept(role):
        return 0
    return 1 + list(vocabulary("roles")["roles"]).index(_about(role).get("same_as", role))


@cache
def roles_of(family: Family) -> tuple[str, ...]:
    """The meanings that columns of such a table can have, those that no record keeps several times."""
    roles = [role for role, about in vocabulary("roles")["roles"].items() if family in about["in"]]
    return tuple(role for role in roles for _ in range(1 if is_kept(role) else _COPIES))


@cache
def only_in(family: Family, other: Family) -> frozenset[str]:
    """The meanings of columns of one table that the other has not; a level may be said in each row, or once."""
    return frozenset(roles_of(family)) - frozenset(roles_of(other)) - {"level1", "level2"}


def _about(role: str) -> dict[str, Any]:
    about: dict[str, Any] = vocabulary("roles")["roles"].get(role, {})
    return about
