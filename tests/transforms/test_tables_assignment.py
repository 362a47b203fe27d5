from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from transforms.tables.assignment import assign

MATRICES = st.integers(1, 4).flatmap(
    lambda columns: st.lists(st.lists(st.integers(-9, 9), min_size=5, max_size=5), min_size=columns, max_size=columns)
)


def most(points: list[list[int]], *, without: tuple[int, int] | None = None) -> int:
    """The most points of all ways to give each column a role of its own, one by one."""
    ways = permutations(range(5), len(points))
    return max(
        sum(points[column][role] for column, role in enumerate(way))
        for way in ways if without is None or way[without[0]] != without[1]
    )


@given(MATRICES)
def test_no_other_way_has_more_points(points: list[list[int]]) -> None:
    found = assign(points, range(5))
    assert len(set(found.roles)) == len(points)
    assert found.points == most(points)


@given(MATRICES)
def test_a_margin_is_what_another_role_costs(points: list[list[int]]) -> None:
    found = assign(points, range(5))
    assert list(found.margins) == [found.points - most(points, without=(column, role)) for column, role in enumerate(found.roles)]


def test_roles_of_one_class_are_no_rivals() -> None:
    found = assign([[5, 5, 1]], [0, 0, 1])
    assert found.margins == (4,)
    assert found.runner_up == (2,)
