"""Whose document a list links, by the names in its title: joins what the catalogue says to how names are compared."""

from __future__ import annotations

from sources.catalogue import Catalogue, catalogue_rows
from sources.pull import Identify
from transforms.departments import Departments, KnownName
from transforms.regions import Gazetteer, own_regions, regions


def identification(catalogue: Catalogue) -> Identify:
    """What finds the department that a published name means, among those of a catalogue."""
    rows = catalogue_rows(catalogue)
    of_department = {row["department_id"]: row["region_code"] for row in rows.department}
    names = [KnownName(row["department_id"], row["department_name"], row["region_code"]) for row in rows.department]
    names += [
        KnownName(row["department_id"], row["alias"], of_department[row["department_id"]], row["first_year"], row["last_year"])
        for row in rows.department_alias
    ]
    standard = {region.code for region in regions()}
    own = [(row["region_code"], row["region_name"], row["parent_region_code"]) for row in rows.region if row["region_code"] not in standard]
    return Departments(names, Gazetteer([*regions(), *own_regions(own)])).identify
