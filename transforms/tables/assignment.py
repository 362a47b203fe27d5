"""Which column has which role: the one-to-one assignment with the most points, and how far ahead it is of the next best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Matrix = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Assigned:
    """The role (by its place) of each column, the points of all together, and each column's margin with its runner-up.

    A margin is what the whole reading loses if this column has another role; `runner_up` is that role, None where there is none.
    """

    roles: tuple[int, ...]
    points: float
    margins: tuple[float, ...]
    runner_up: tuple[int | None, ...]


def assign(points: Matrix, classes: Sequence[int]) -> Assigned:
    """Assign roles to columns so that the points add up to the most; no role is given twice.

    Args:
        points: for each column the points of each role; there are at least as many roles as columns.
        classes: the class of each role: roles of one class are the same answer, so that they are no rivals of each other.
    """
    roles = _best(points)
    total = _sum(points, roles)
    margins: list[float] = []
    runners: list[int | None] = []
    for column, role in enumerate(roles):
        without = [list(row) for row in points]
        for other, kind in enumerate(classes):
            if kind == classes[role]:
                without[column][other] = _NEVER
        second = _best(without)
        margin = total - _sum(without, second)
        is_one = without[column][second[column]] > _NEVER
        margins.append(margin if is_one else -_NEVER)
        runners.append(second[column] if is_one else None)
    return Assigned(tuple(roles), total, tuple(margins), tuple(runners))


_NEVER = -1_000.0


def _sum(points: Matrix, roles: Sequence[int]) -> float:
    return sum(row[role] for row, role in zip(points, roles, strict=True))


def _best(points: Matrix) -> list[int]:    # noqa: C901, PLR0912 one published algorithm, in its published steps
    """The Hungarian method (Kuhn 1955; with potentials and shortest augmenting paths as by Jonker and Volgenant), for the most points."""
    count, width = len(points), len(points[0]) if points else 0
    row_potential, column_potential = [0.0] * (count + 1), [0.0] * (width + 1)
    owner = [0] * (width + 1)  # the column of the table (from 1) that has a role; 0: free
    for column in range(1, count + 1):
        owner[0], place = column, 0
        least, before, is_done = [float("inf")] * (width + 1), [0] * (width + 1), [False] * (width + 1)
        while True:
            is_done[place] = True
            current, step, following = owner[place], float("inf"), 0
            for role in range(1, width + 1):
                if not is_done[role]:
                    cost = -points[current - 1][role - 1] - row_potential[current] - column_potential[role]
                    if cost < least[role]:
                        least[role], before[role] = cost, place
                    if least[role] < step:
                        step, following = least[role], role
            for role in range(width + 1):
                if is_done[role]:
                    row_potential[owner[role]] += step
                    column_potential[role] -= step
                else:
                    least[role] -= step
            place = following
            if not owner[place]:
                break
        while place:
            owner[place] = owner[before[place]]
            place = before[place]
    roles = [0] * count
    for role in range(1, width + 1):
        if owner[role]:
            roles[owner[role] - 1] = role - 1
    return roles
