"""What the rooms before hand over for loading, declared in the terms of `tables.py`.

`expectations` makes its base expectations of these; the load holds every value against them once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse import tables
from warehouse.tables import Column, columns_of, key_of


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its columns, what tells its rows apart (empty: nothing does), and the frame that its rows belong to."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    parent: str | None = None


def _by_name(*frames: Frame) -> Mapping[str, Frame]:
    return {frame.name: frame for frame in frames}


CATALOGUE = _by_name(
    Frame("region", columns_of("region_code region_name? parent_region_code?"), key_of("region_code")),
    Frame("audience", columns_of("audience_id audience_name severity:severity_threshold"), key_of("audience_id")),
    Frame(
        "department",
        columns_of("department_id department_name region_code region_name? audience_id? last_year? lasting_department_id?"),
        key_of("department_id")),
    Frame("department_alias", columns_of("department_id alias first_year? last_year? region_code?")),
    Frame("publication_duty", columns_of("department_id fiscal_year stage due_date"), key_of("department_id fiscal_year stage")),
)

PULLED = Frame("pulled", columns_of(
    "document_no? department_id address outcome:pull_outcome status:http_status? message? byte_count? seconds? sha256? etag? "
    "last_modified? fiscal_year? stage? stated_department:published_department_name? file_name? publication_title? "
    "published_date? page_address? source_address? pulled_at"))

REREADING = Frame("rereading", columns_of("document_no document_key"), key_of("document_no"))

DOCUMENTS = _by_name(
    Frame("document", columns_of(
        "document_no sha256 format? page_count? department_name:published_department_name? fiscal_year? stage? outcome:document_outcome "
        "error_code? error_message? notice:correction_notice?"), key_of("document_no")),
    Frame("table", columns_of("document_no table_no table_kind title? unit? page_first? page_last? is_empty note?"),
          key_of("document_no table_no"), parent="document"),
    Frame("line", columns_of(
        "document_no table_no line_no side? account_code? label? column_path amount_yuan? total_kind? page? row? box?"),
          key_of("document_no table_no line_no"), parent="table"),
    Frame("project", columns_of(
        "document_no project_no table_no project_name project_code? unit_name? amount_yuan? goal? page? row? box? published_text?"),
        key_of("document_no project_no"), parent="table"),
    Frame("funding", columns_of("document_no project_no funding_source amount_yuan page? row? box?"),
          key_of("document_no project_no funding_source"), parent="project"),
    Frame("indicator", columns_of(
        "document_no project_no indicator_no level1? level2? indicator_name operator? value? value_high? unit? kind:indicator_kind "
        "target_text? published_text? page? row? box?"), key_of("document_no project_no indicator_no"), parent="project"),
    Frame("total", columns_of(
        "document_no total_no table_no label total_kind? funding_source:total_funding_source amount_yuan? page? row? box?"),
          key_of("document_no total_no funding_source"), parent="table"),
    Frame("stated_change", columns_of(
        "document_no statement_no figure:budget_figure amount_yuan stated_change_yuan step_yuan compared_with compared_year "
        "is_certain published_text page? row? box?"),
        key_of("document_no statement_no"), parent="document"),
    Frame("finding", columns_of(
        "document_no rule severity subject subject_no? label message_zh message_en remedy_zh? remedy_en? expected? actual? difference? "
        "published_text? words? page? row? box?"), parent="document"),
    Frame("quarantine", columns_of("document_no subject subject_no label? reasons published_text? record? page? row? box?"),
          key_of("document_no subject subject_no"), parent="document"),
    Frame("outcome_count", columns_of("document_no rule passed failed not_applicable reason?"), key_of("document_no rule"),
          parent="document"),
)

WAREHOUSE_FINDING = Frame("warehouse_finding", columns_of(tables.WAREHOUSE_FINDING))
RULE_ADJUSTMENT = Frame("rule_adjustment", columns_of(
    "adjustment_no rule rule_title_zh rule_title_en adjustment_kind region_code? department_id? fiscal_year? stage? adjustment_name? "
    "adjustment_value? adjustment_reason? until_date?"), key_of("adjustment_no"))
GAZETTEER = Frame("gazetteer", columns_of("region_code region_name parent_region_code? region_level region_last_year?"),
                  key_of("region_code"))
STATED_DEPARTMENT = Frame(
    "stated_department", columns_of(
        "document_key stated_department_id? nearest_names? stated_body? is_anothers is_own_unit"),
    key_of("document_key"))
FIGURE = Frame(
    "figure", columns_of("document_key table_no figure:budget_figure place_no amount_yuan column_path? page? row? box?"),
    key_of("document_key table_no figure place_no"))
NAMING = Frame("naming", columns_of("project_name project_standard_name carryover_mark? year_from? year_to? project_code?"),
               key_of("project_name"))
