"""Names as they are compared, staged for the statements: regions, projects, and the departments that documents state."""

from __future__ import annotations

from functools import cache

import duckdb

from transforms.departments import Departments, KnownName, is_of_own_unit_alone
from transforms.names import normalise_name, standard_project_name
from transforms.regions import Gazetteer, level_of, own_regions, regions
from warehouse.frames import GAZETTEER, NAMING, STATED_DEPARTMENT
from warehouse.staging import stage_frame
from warehouse.tables import statement

Row = dict[str, str | int | bool | None]


def stage_regions(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `staged_gazetteer` of the regions of GB/T 2260, once for a connection: no batch changes them."""
    (is_there,) = connection.execute("SELECT count(*) > 0 FROM duckdb_tables() WHERE table_name = 'staged_gazetteer'").fetchall()[0]
    if not is_there:
        stage_frame(connection, GAZETTEER, region_rows())


def stage_projects(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `staged_naming` of the names in `staged_project`."""
    names = connection.execute("SELECT DISTINCT project_name FROM staged_project ORDER BY ALL").fetchall()
    stage_frame(connection, NAMING, [_naming(name) for (name,) in names])


def stage_stated_departments(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `staged_stated_department`: whose each document in force of the undecided departments says that it is.

    It is another department's only beyond doubt: its name leads to one, or is certainly another body's, and neither the
    catalogue confirms it for the address nor do its projects name the department itself.
    """
    stated = connection.execute(statement("names", "stated_department_name")).fetchall()
    if not stated:
        stage_frame(connection, STATED_DEPARTMENT, ())
        return
    own = connection.execute("SELECT region_code, region_name, parent_region_code FROM dim_region ORDER BY ALL").fetchall()
    standard = {region.code for region in regions()}
    known = Gazetteer([*regions(), *own_regions([region for region in own if region[0] not in standard])])
    names = connection.execute(statement("names", "known_department_name")).fetchall()
    departments = Departments([KnownName(*name) for name in names], known)
    rows: list[Row] = []
    for key, published, confirmed, own_id, own_name, region, year, file_name, units in stated:
        row: Row = {
            "document_key": key, "stated_department_id": None, "nearest_names": None, "stated_body": None, "is_anothers": False,
            "is_own_unit": is_of_own_unit_alone(published, file_name),
        }
        rows.append(row)
        if published is None:
            continue
        is_confirmed = confirmed is not None and normalise_name(confirmed) == normalise_name(published)
        found = own_id if is_confirmed else departments.identify(published, region, year)
        if found != own_id:
            is_another = found is not None or departments.is_certainly_another(published, own_name, region)
            row["is_anothers"] = is_another and all(departments.identify(unit, region, year) != own_id for unit in units)
            row["nearest_names"] = "、".join(departments.nearest(published, region)) or None
            row["stated_body"] = normalise_name(published)
        row["stated_department_id"] = found
    stage_frame(connection, STATED_DEPARTMENT, rows)


@cache
def region_rows() -> list[Row]:
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
