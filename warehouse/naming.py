"""Names as they are compared, staged for the statements: regions, projects, and the departments that documents state."""

from __future__ import annotations

from functools import cache

import duckdb

from transforms.departments import Departments, KnownName
from transforms.names import standard_project_name
from transforms.regions import Gazetteer, level_of, own_regions, regions
from warehouse.frames import GAZETTEER, NAMING, STATED_DEPARTMENT
from warehouse.staging import stage_frame
from warehouse.tables import statement

Row = dict[str, str | int | None]


def stage_regions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `staged_gazetteer` of the regions of GB/T 2260."""
    stage_frame(connection, GAZETTEER, _region_rows())


def stage_projects(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `staged_naming` of the names in `staged_project`."""
    names = connection.execute("SELECT DISTINCT project_name FROM staged_project ORDER BY ALL").fetchall()
    stage_frame(connection, NAMING, [_naming(name) for (name,) in names])


def stage_stated_departments(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `staged_stated_department`: which department of the catalogue the name in each document in force means."""
    own = connection.execute("SELECT region_code, region_name, parent_region_code FROM dim_region ORDER BY ALL").fetchall()
    standard = {region.code for region in regions()}
    known = Gazetteer([*regions(), *own_regions([region for region in own if region[0] not in standard])])
    names = connection.execute(statement("names", "known_department_name")).fetchall()
    departments = Departments([KnownName(*name) for name in names], known)
    rows: list[Row] = []
    for key, published, region, year, own_id in connection.execute(statement("names", "stated_department_name")).fetchall():
        found = departments.identify(published, region, year)
        nearest = None if found == own_id else "、".join(departments.nearest(published, region)) or None
        rows.append({"document_key": key, "stated_department_id": found, "nearest_names": nearest})
    stage_frame(connection, STATED_DEPARTMENT, rows)


@cache
def _region_rows() -> list[Row]:
    """One row for each code, under its present or last name, with that of the city or province where it is a county's."""
    names = {region.code: region.name for region in regions()}
    return [
        {
            "region_code": region.code, "parent_region_code": region.parent, "region_level": level_of(region.code),
            "region_name": names[region.parent] + region.name if region.parent and region.level == "county" else region.name,
            "region_last_year": region.last_year,
        }
        for region in {region.code: region for region in regions()}.values()
    ]


def _naming(name: str) -> Row:
    standard = standard_project_name(name)
    return {
        "project_name": name, "project_standard_name": standard.standard, "carryover_mark": standard.carryover_mark,
        "year_from": standard.year_from, "year_to": standard.year_to, "project_code": standard.code,
    }
