"""The tables, declared once: DDL with comments, base expectations, migration and the data dictionary come from here.

What a column means is in `fields.csv`, one description for the whole warehouse. In a declaration a column is the name of
its field; `name:field` gives a field another name in this table, `?` says that it may be null.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from expectations.figures import department_figures
from expectations.rules import RULES
from expectations.words import words
from transforms.funding import funding_sources

ROOM = Path(__file__).parent
# Counts the declarations of the tables below: one more with each change of a table or of what its rows mean. An older program refuses a
# file with a larger number.
DECLARATION = 5
# Accounts of the first level, from 2014 on (财政部：政府收支分类科目, each year's; the economic ones since the reform of 2018).
ACCOUNT_NAMES = tuple(csv.DictReader((ROOM / "accounts.csv").read_text(encoding="utf-8").splitlines()))
REASONS: Mapping[str, Mapping[str, str]] = yaml.safe_load((ROOM / "reasons.yaml").read_text(encoding="utf-8"))
# A reason of `told`, by its words in `words`: how many it is about, and their amount.
_REASON = """replace(replace(words.incomplete_reason_{0}, '{{count}}', told.count::BIGINT::VARCHAR), '{{amount}}',
        coalesce(format('{{:,.2f}} {1}', told.amount_yuan::DOUBLE), '{2}'))"""
RULE_NAMES: Sequence[str] = tuple(RULES)
TABLE_KINDS: Mapping[str, Mapping[str, str]] = words()["kinds"]    # what tables of a kind are called, by language
# What the rules know and statements of views need.
TEXTS: Mapping[str, str] = {
    "complete_kinds": ", ".join(f"'{kind}'" for kind in words()["complete"]), "part_titles": words()["part_titles"],
    "government_titles": words()["government_titles"],
    "maintainers_rules": ", ".join(f"'{rule.id}'" for rule in RULES.values() if rule.is_for_maintainers),
    "told_zh": _REASON.format("zh", "元", "不能确定"), "told_en": _REASON.format("en", "yuan", "unknown"),
    # Of a target: that it counts something. Targets of output, in a unit that is neither money nor a share, a mark or a
    # time, without an upper bound.
    "is_count": f"""(
        target.kind = 'quantitative' AND target.operator IN ('=', '>=', '>') AND target.value > 0
        AND NOT regexp_matches(target.unit, '{words()["no_counts"]}')
        AND (target.level1 IS NULL OR contains(target.level1, '产出'))
        AND (target.level2 IS NULL OR regexp_matches(target.level2, '数量|产出'))
    )""",
    "target_count": """TRY_CAST(
        target.value * CASE left(target.unit, 1) WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 ELSE 1 END AS DECIMAL(28, 8)
    )""",
    "count_unit": "regexp_replace(target.unit, '^[万亿](.)', '\\1')",
    "unit_cost_yuan": "TRY_CAST(round(project.amount_yuan / target_count, 4) AS DECIMAL(18, 4))",
}
# What is declared elsewhere and stands in `values` of fields.csv and in the statements of views: each thing's key and Chinese name.
LISTS: Mapping[str, Sequence[tuple[str, str]]] = {
    "funding_source": [(source.key, source.zh) for source in funding_sources()],
    "figure": [(figure.key, figure.zh) for figure in department_figures() if not figure.of],
    "three_public": [(figure.key, figure.zh) for figure in department_figures() if figure.of == "three_public"],
    "required_kind": [(kind, words()["kinds"][kind]["zh"]) for kind in words()["required"]],
    "reason": [(reason, words["zh"]) for reason, words in REASONS.items()],
}


@cache
def statement(folder: str, name: str) -> str:
    """The SQL of a file of this room.

    A line with `<funding_source>` or another one of `LISTS` stands for as many lines as the list has things, `<name>` for one of `TEXTS`,
    `<view name>` for the statement of a view: what it reads can be narrowed by a `WITH` before it. `<department in year>` holds for the one
    row of `dim_department AS department` that says what a department was in a fiscal year; what it is today where that is null.
    """
    sql = "\n".join(map(_repeated, (ROOM / folder / f"{name}.sql").read_text(encoding="utf-8").splitlines()))
    sql = re.sub(r"<view (\w+)>", lambda view: f"\n{statement('views', view[1])}", sql)
    sql = re.sub(r"<department in ([^<>]+)>", _holds_in, sql)
    for key, text in TEXTS.items():
        sql = sql.replace(f"<{key}>", text)
    return sql


def _holds_in(year: re.Match[str]) -> str:
    known = f"coalesce({year[1]}, 9999)"
    return (
        f"department.valid_to IS NULL AND {known} >= coalesce(department.first_year, 0) "
        f"AND (department.is_current OR {known} <= department.last_year)"
    )


def _repeated(line: str) -> str:
    for name, listed in LISTS.items():
        if f"<{name}" in line:
            return "\n".join(line.replace(f"<{name}>", key).replace(f"<{name}_zh>", zh) for key, zh in listed)
    return line


@dataclass(frozen=True, slots=True)
class Field:
    """What a quantity is, wherever it stands: SQL type, unit (empty: none), description in Chinese and English, allowed values."""

    name: str
    type: str
    unit: str
    zh: str
    en: str
    values: tuple[str, ...]


def _fields() -> dict[str, Field]:
    with (ROOM / "fields.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: Field(row["name"], row["type"], row["unit"], row["zh"], row["en"], _values(row["values"]))
            for row in csv.DictReader(file)
        }


def _values(declared: str) -> tuple[str, ...]:
    for name, listed in LISTS.items():
        declared = declared.replace(f"<{name}>", "|".join(key for key, _ in listed))
    return tuple(filter(None, declared.split("|")))


FIELDS: Mapping[str, Field] = _fields()


@dataclass(frozen=True, slots=True)
class Column:
    """A field as it stands in one table."""

    name: str
    field: Field
    nullable: bool

    @property
    def type(self) -> str:
        """The SQL type."""
        return self.field.type

    @property
    def values(self) -> tuple[str, ...]:
        """The values allowed; empty where any is."""
        return self.field.values

    @property
    def ddl(self) -> str:
        """The column in a `CREATE TABLE` statement."""
        return f'"{self.name}" {self.type}{"" if self.nullable else " NOT NULL"}'

    @property
    def comment(self) -> str:
        """The description in Chinese and English, with the unit."""
        unit = f" [{self.field.unit}]" if self.field.unit else ""
        return f"{self.field.zh} / {self.field.en}{unit}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the warehouse.

    Attributes:
        grain_zh, grain_en: what one row is.
        columns: in order.
        key: the columns that tell rows apart.
        natural: what the surrogate key (then the only column of `key`) is made from; empty where the key is natural.
        changes: `append` never touches a row that is there; `overwrite` keeps the latest values.
        is_published: whether the published copy has it.
    """

    name: str
    grain_zh: str
    grain_en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    natural: tuple[str, ...] = ()
    changes: Literal["append", "overwrite"] = "append"
    is_published: bool = True

    @property
    def comment(self) -> str:
        """The grain in Chinese and English."""
        return f"{self.grain_zh} / {self.grain_en}"

    @property
    def order(self) -> tuple[str, ...]:
        """The columns by which the published copy keeps the rows: people ask about few documents, and each then lies in one place."""
        names = [column.name for column in self.columns]
        return ("document_key", *(name for name in self.key if name != "document_key")) if "document_key" in names else self.key

    @property
    def ddl(self) -> str:
        """The `CREATE TABLE` statement; it has no keys because DuckLake has none: the load keeps them."""
        return f"CREATE TABLE {self.name} ({', '.join(column.ddl for column in self.columns)})"

    @property
    def published_ddl(self) -> str:
        """The `CREATE TABLE` statement of the published copy, where rows verbatim, which few ask for, take two thirds of the room."""
        columns = (column.ddl + " USING COMPRESSION zstd" * (column.field.name == "published_text") for column in self.columns)
        return f"CREATE TABLE {self.name} ({', '.join(columns)})"


@dataclass(frozen=True, slots=True)
class View:
    """A view for people who write SQL; its statement is `views/<name>.sql`.

    Attributes:
        grain_zh, grain_en: what one row is.
        columns: in order.
        stored_by: the columns by which the published copy keeps the rows, which has a table of this name then; empty where it has the
            statement. Few rows that much else joins are worth it: to plan the statement takes several times as long as to answer it.
    """

    name: str
    grain_zh: str
    grain_en: str
    columns: tuple[Column, ...]
    stored_by: tuple[str, ...] = ()

    @property
    def comment(self) -> str:
        """What a row is, in Chinese and English."""
        return f"{self.grain_zh} / {self.grain_en}"

    @property
    def sql(self) -> str:
        """The `SELECT` behind the view."""
        return statement("views", self.name)


def columns_of(declared: str) -> tuple[Column, ...]:
    """The columns of a declaration such as `document_key outcome:document_outcome page?`."""
    return tuple(_column(word) for word in declared.split())


def _column(word: str) -> Column:
    name, _, field = word.removesuffix("?").partition(":")
    return Column(name, FIELDS[field or name], word.endswith("?"))


def key_of(declared: str) -> tuple[str, ...]:
    """The column names of a declared key."""
    return tuple(declared.split())


def _amounts(name: str) -> tuple[str, str]:
    """The columns of a list's amounts, with English and Chinese names."""
    return (
        " ".join(f"{key}_yuan:amount_yuan?" for key, _ in LISTS[name]), " ".join(f"{zh}:amount_yuan?" for _, zh in LISTS[name]),
    )


_FUNDING, _FUNDING_ZH = _amounts("funding_source")
_FIGURES, _FIGURES_ZH = _amounts("figure")
_THREE_PUBLIC, _THREE_PUBLIC_ZH = _amounts("three_public")
_SUMS = " ".join(f"{key}_yuan:sum_of_departments_yuan? {key}_count:stating_department_count" for key, _ in LISTS["figure"])

# --- dimensions

DIMENSIONS = (
    Table("dim_region", "一个行政区划代码一行（GB/T 2260）", "one region code of GB/T 2260",
          columns_of("region_code region_name? parent_region_code? region_level? region_last_year?"), key_of("region_code"),
          changes="overwrite"),
    Table("dim_audience", "一个提醒对象一行", "one audience of alerts",
          columns_of("audience_id audience_name severity:severity_threshold"), key_of("audience_id"),
          changes="overwrite", is_published=False),
    Table("dim_department", "一个部门在若干年度内的状况一行；更名、划转产生新行，目录所述有变时旧行留存",
          "one department as it was in some fiscal years; a new name or region starts a new row, and what the catalogue said before stays",
          columns_of(
              "department_key department_id version_no department_name region_code first_year? last_year? lasting_department_id? "
              "audience_id? valid_from valid_to? is_current"),
          key_of("department_key"), key_of("department_id version_no")),
    Table("dim_department_alias", "一个部门的一个别名或曾用名一行；有年度的只适用于该年度的文件",
          "one other or former name of a department; one with years holds for documents of these years",
          columns_of("department_id alias first_year? last_year? is_active"), key_of("department_id alias first_year last_year"),
          changes="overwrite"),
    Table("dim_publication_duty", "一个部门应公开的一项内容一行", "one publication that a department owes",
          columns_of("department_id fiscal_year stage due_date is_active"), key_of("department_id fiscal_year stage"), changes="overwrite"),
    Table("dim_document", "一个公开文件的一个版本一行", "one version of one published file",
          columns_of(
              "document_key document_id version_no department_key department_id supersedes_key? duplicate_of_key? is_current "
              "valid_from? valid_to? outcome:document_outcome error_code? error_message? sha256 file_name? format? page_count? "
              "published_department_name? fiscal_year? fiscal_year_source? catalogue_fiscal_year? stage? stage_source? "
              "catalogue_stage? catalogue_department_name? byte_count? etag? last_modified? pulled_at code_version run_key "
              "reader_fingerprint? reading_limits? last_read_at? passing_failure_count? correction_notice?"),
          key_of("document_key"), key_of("document_id version_no"), changes="overwrite"),
    Table("dim_project", "一个部门的一个项目一行，跨年度", "one project of a department, across years",
          columns_of("project_key department_id project_standard_name"),
          key_of("project_key"), key_of("department_id project_standard_name")),
    Table("dim_account", "一个科目编码一行", "one classification code",
          columns_of("account_code account_name? account_class? account_level? parent_account_code?"), key_of("account_code")),
    Table("dim_account_name", "一个类级科目在若干年度内的官方名称一行（政府收支分类科目）",
          "the official name of an account of the first level in some fiscal years",
          columns_of("account_code account_name first_year last_year?"), key_of("account_code first_year"), changes="overwrite"),
    Table("dim_funding_source", "一种资金来源一行", "one funding source",
          columns_of("funding_source funding_source_zh funding_source_en"), key_of("funding_source"), changes="overwrite"),
    Table("dim_incomplete_reason", "一种不完整的原因一行", "one reason why a row of `department_year` is not complete",
          columns_of("incomplete_reason incomplete_reason_zh incomplete_reason_en"), key_of("incomplete_reason"), changes="overwrite"),
)

# --- facts: append-only, each row with the place where it was published

FACTS = (
    Table("fact_published_table", "一个文件中的一张表一行", "document × published table",
          columns_of("document_key table_no table_kind title? unit? page_first? page_last? is_empty note?"),
          key_of("document_key table_no")),
    Table("fact_budget_line", "一张表中的一个数字一行", "document × table × row × column",
          columns_of(
              "document_key table_no line_no table_kind side? account_code? label? column_path amount_yuan? total_kind? "
              "page? row? box?"),
          key_of("document_key table_no line_no")),
    Table("fact_budget_figure", "一张表公布的部门预算的一个数字一行", "figure of the department's budget that a table states",
          columns_of(
              "document_key table_no figure:budget_figure place_no amount_yuan column_path? page? row? box?"),
          key_of("document_key table_no figure place_no")),
    Table("fact_project", "一个文件中的一个项目一行，金额为公布的总计",
          "document × project, with the published total of its funding",
          columns_of(
              "document_key project_no project_key table_no project_name project_code? carryover_mark? year_from? year_to? "
              "unit_name? amount_yuan? goal? page? row? box? published_text?"),
          key_of("document_key project_no")),
    Table("fact_project_budget", "一个文件中的一个项目的一种资金来源一行", "document × project × funding source",
          columns_of("document_key project_no project_key funding_source amount_yuan page? row? box?"),
          key_of("document_key project_no funding_source")),
    Table("fact_performance_target", "一个文件中的一个项目的一条指标一行", "document × project × indicator",
          columns_of(
              "document_key project_no project_key indicator_no level1? level2? indicator_name operator? value? value_high? unit? "
              "kind:indicator_kind target_text? published_text? page? row? box?"),
          key_of("document_key project_no indicator_no")),
    Table("fact_project_total", "一个文件中的一个公布的合计或小计一行", "document × published total or subtotal × funding source",
          columns_of(
              "document_key total_no table_no label total_kind? funding_source:total_funding_source amount_yuan? page? "
              "row? box?"),
          key_of("document_key total_no funding_source")),
    Table("fact_stated_change", "文字说明中部门预算的一个数字比上年的一处增减一行",
          "one change of a figure of the department's budget against the year before, as the text states it",
          columns_of(
              "document_key statement_no figure:budget_figure amount_yuan stated_change_yuan step_yuan compared_with "
              "compared_year is_certain published_text page? row? box?"),
          key_of("document_key statement_no")),
)

# --- quality and operation

OPERATION = (
    Table("load_run", "一次运行一行", "one run",
          columns_of(
              "run_key run_id started_at finished_at? status:run_status as_of_date code_version source_count? document_new_count? "
              "document_unchanged_count? document_gone_count? pull_failed_count? document_failed_count? document_duplicate_count? "
              "fact_row_count? quarantined_row_count? finding_count? message? reader_fingerprint? reading_limits? decided_by? "
              "catalogue_fingerprint?"),
          key_of("run_key"), key_of("run_id")),
    Table("run_record", "一次有记录的运行一行；记录与原件一同保存，可据以重建本仓库",
          "a run with a record, which is kept beside the originals, so that the warehouse can be made again from it",
          columns_of("run_key record_step_count"), key_of("run_key"), changes="overwrite", is_published=False),
    Table("run_step", "一次运行的一个步骤一行；发布与提醒两步在下一次发布后可见",
          "run × step; publishing and alerting are seen from the next published copy on",
          columns_of("run_key step_no step item_count seconds"),
          key_of("run_key step"), changes="overwrite"),
    Table("fact_pull", "一次运行对一个公开地址的一次询问一行", "run × source address",
          columns_of(
              "run_key department_id address outcome:pull_outcome http_status? message? byte_count? seconds? sha256? etag? last_modified? "
              "fiscal_year? stage? file_name? publication_title? published_date? page_address? pulled_at document_key?"),
          key_of("run_key department_id address")),
    Table("fact_pull_unchanged", "一次运行对一个来源的未变地址一行；各地址见 asked_address",
          "run × source, for its addresses that did not change",
          columns_of("run_key department_id source_address asked_key address_count pulled_at"),
          key_of("run_key department_id source_address")),
    Table("asked_address", "一组一同询问而未变的地址中的一个一行；地址组不变则各次运行共用",
          "one of a set of addresses, which nights share as long as it is the same",
          columns_of("asked_key address"),
          key_of("asked_key address")),
    Table("address_validator", "一个公开地址的内容最近一次返回的验证标记一行",
          "what the server of an address gave last to tell whether it changed",
          columns_of("address sha256:pulled_sha256 etag? last_modified?"),
          key_of("address"), changes="overwrite", is_published=False),
    Table("fact_rule_outcome", "一次运行中一条规则对一个文件的结果计数一行；跨文件规则的文件为空",
          "run × document × rule; no document for rules over the whole warehouse",
          columns_of("run_key document_key? rule passed failed not_applicable reason?"), key_of("run_key document_key rule")),
    Table("fact_finding", "一条规则对一个对象发现的一个问题一行，记首次发现的运行",
          "rule × subject, with the run that found it first",
          columns_of(
              "finding_key fingerprint run_key rule severity document_key? department_id fiscal_year? stage? subject subject_no? "
              "finding_no label message_zh message_en remedy_zh? remedy_en? expected? actual? difference? published_text? words? "
              "page? row? box?"),
          key_of("finding_key"), key_of("fingerprint document_key subject subject_no finding_no")),
    Table("rule_adjustment", "财政部门对规则的一项规定一行：阈值、严重程度或豁免", "one decision of a finance bureau about a rule",
          columns_of(
              "adjustment_no rule rule_title_zh rule_title_en adjustment_kind region_code? department_id? fiscal_year? stage? "
              "adjustment_name? adjustment_value? adjustment_reason? until_date?"),
          key_of("adjustment_no"), changes="overwrite"),
    Table("quarantine", "一个被隔离的行一行，保留原文，可重放", "one row in quarantine, verbatim, so that it can be replayed",
          columns_of("document_key subject subject_no label? reasons published_text? record? page? row? box? run_key"),
          key_of("document_key subject subject_no")),
    Table("quarantine_release", "一次放行隔离行的决定一行", "one decision that a row in quarantine is right as it was read",
          columns_of("release_id sha256 subject label? published_text? person happened_at event_note run_key"),
          key_of("release_id")),
    Table("quality_issue", "一个问题的整个过程一行", "one problem over its whole life",
          columns_of(
              "fingerprint rule severity department_id fiscal_year? stage? label message_zh message_en audience_id? state "
              "first_seen_run_key first_seen_at opened_run_key? last_seen_run_key last_seen_at resolved_at? closed_as? assignee? "
              "muted_until?"),
          key_of("fingerprint"), changes="overwrite"),
    Table("issue_event", "问题过程中的一件事一行，夜间运行和人员各自记录", "what a night said, or a person decided, of one problem",
          columns_of(
              "event_id fingerprint event:issue_event happened_at run_key person? event_note? assignee? muted_until? severity? expected? "
              "actual? difference? message_zh? message_en? document_key? subject_no?"),
          key_of("event_id")),
    Table("alert_outbox", "一份待发或已发的摘要一行", "one digest, sent or to be sent",
          columns_of(
              "outbox_id run_key audience_id language subject:mail_subject body_markdown body_text created_at sent_at? attempts "
              "reached? last_error? abandoned_at?"),
          key_of("outbox_id"), is_published=False),
    Table("alert_delivery", "一份摘要的发送情况一行，不含正文", "how the delivery of one digest stands, without its text",
          columns_of("outbox_id run_key audience_id subject:mail_subject created_at sent_at? attempts last_error? abandoned_at?"),
          key_of("outbox_id"), changes="overwrite"),
)

# What a rule over the warehouse says of a subject that fails it.
WAREHOUSE_FINDING = (
    "rule severity document_key? department_id fiscal_year? stage? subject label message_zh message_en remedy_zh? remedy_en? expected? "
    "actual? difference? published_text? page? row?"
)

# --- what counts: decided for the departments whose documents a night changed, for the views to join

COUNTS = (
    Table("document_standing", "一个公开地址的文件是否现行一行，每夜判定",
          "whether the document of an address is in force, judged each night",
          columns_of("document_id standing successor_id? stated_department_id? stated_body? is_own_unit nearest_names? is_anothers?"),
          key_of("document_id"), changes="overwrite"),
    Table("counted_document", "一份现行内容一行，及其所代表的文件版本",
          "one content in force, and the version of a file that stands for it",
          columns_of("document_key version_key"), key_of("document_key"), changes="overwrite"),
    Table("counted_table", "现行文件中声明完整的一张表一行，及其计入汇总所依据的表",
         "one table that claims to be whole, and the newest of its kind, which counts for it",
         columns_of("document_key table_no counted_key counted_table_no:table_no counted_address is_counted is_contradicted "
             "stated_yuan:sum_yuan? counted_yuan:sum_yuan?"),
          key_of("document_key table_no"), changes="overwrite"),
    Table("counted_project", "现行文件中的一个项目一行，及其计入汇总所依据的文件、标准名称和各项资金来源的金额",
          "one project of the documents in force, the document from which it counts, its name and its amount from each funding source",
          columns_of(
              "document_key project_no counted_key counted_address is_counted is_contradicted project_standard_name? "
              f"count_target_count? {_FUNDING}"),
          key_of("document_key project_no"), changes="overwrite"),
    Table("department_figure", "部门 × 年度 × 阶段 × 数字，附公布位置", "department × year × stage × figure, with its place",
         columns_of(
             "department_id fiscal_year stage figure:budget_figure amount_yuan document_key standing table_kind column_path? page? row? "
             "box?"),
          key_of("department_id fiscal_year stage figure"), changes="overwrite"),
    Table("department_sum", "部门 × 年度 × 阶段的项目、指标和文件的数目与合计", "what the projects of a department, year and stage come to",
         columns_of(
             "department_id fiscal_year? stage? project_count project_sum_yuan:sum_yuan? project_total_yuan:published_total_yuan? "
             "indicator_count document_count"),
          key_of("department_id fiscal_year stage"), changes="overwrite"),
    Table("incomplete_reason", "部门某年度某阶段不完整的一个原因一行", "one reason why a row of `department_year` is not complete",
         columns_of(
             "department_id fiscal_year? stage? reason:incomplete_reason count:reason_count amount_yuan:reason_amount_yuan? "
             "reason_zh:incomplete_reason_zh reason_en:incomplete_reason_en"),
          key_of("department_id fiscal_year stage reason"), changes="overwrite"),
    Table("undecided_department", "自上次判定以来文件有变的一个部门一行",
          "one department of which a document changed since what counts was decided",
          columns_of("department_id"), key_of("department_id"), is_published=False),
    Table("kept_check", "一条按部门检查的规则上次对一个部门的各种结果的数目一行",
          "how often a rule that is checked by department had a result for one of them when it was checked last",
          columns_of("rule rule_declaration department_id status:check_status reason? count:check_count"),
          key_of("rule department_id status reason"), is_published=False),
    Table("kept_finding", "一条按部门检查的规则上次发现的一个问题一行",
          "what a rule that is checked by department found when it was checked last",
          columns_of(WAREHOUSE_FINDING), key_of("rule department_id document_key label"), is_published=False),
    Table("warehouse_declaration", "本文件曾经采用的一版结构声明一行", "one declaration to which this file was brought",
          columns_of("declaration_no"), key_of("declaration_no"), is_published=False),
    Table("changed_document", "一次运行改变的一个文件一行，供发布时只写有变的部分",
          "one document that a run changed, so that publishing writes what changed",
          columns_of("run_key document_key change:document_change"), key_of("run_key document_key change"), is_published=False),
)

# --- what the published copy alone has, made from the facts in it, so that words are found and long lists begin at once; see `searching`

SEARCH = (
    Table("searched_project", "一个文件中的一个项目一行，及其在检索表中的编号",
          "document × project, with its number in the tables for searching",
          columns_of("project_number document_key project_no amount_yuan?"), key_of("project_number")),
    Table("searched_pair", "一个项目的名称、目标或指标中相邻的两个字一行",
          "two signs that stand beside each other in a project's name, goal or targets",
          columns_of("pair:sign_pair text_place project_number"), key_of("pair text_place project_number")),
    Table("searched_unit_cost", "一个项目的一条数量指标一行，及其单位成本", "a count that is a project's target, with what one costs",
          columns_of("project_number indicator_no indicator_name count_unit unit_cost_yuan?"), key_of("project_number indicator_no")),
)

TABLES: Mapping[str, Table] = {table.name: table for table in (*DIMENSIONS, *FACTS, *COUNTS, *OPERATION)}

# --- views; those with Chinese names are for people who write SQL in Chinese

_PLACE = "address file_name? page? row? box?"

VIEWS: Mapping[str, View] = {view.name: view for view in (
    View("department", "一个部门在若干年度内的名称和地区一行，附其今日的名称，撤并的附承接部门",
         "what a department was called in some fiscal years, and what it is today: itself, or the one that it was merged into",
         columns_of(
             "department_key department_id department_name region_code region_name? first_year? last_year? is_current "
             "lasting_department_id lasting_department_name")),
    View("account", "一个科目在若干年度内的名称一行，附上级科目", "an account as it is called in some fiscal years, with the one above it",
         columns_of(
             "account_code account_name? account_class? account_level? parent_account_code? first_year? last_year? is_official_name")),
    View("document", "现行有效的一份内容一行；内容相同的文件只算一次",
         "one published content in force; files with the same bytes count once",
         columns_of(
             "document_key department_id department_name region_code region_name? fiscal_year? fiscal_year_source? stage? stage_source? "
             "address file_name? format? page_count? sha256 version_no pulled_at valid_from standing is_own_unit stated_body?"),
         stored_by=key_of("document_key")),
    View("pull_attempt", "一次运行对一个公开地址的一次询问一行，未变的也逐一列出",
         "one address asked in one run, those that did not change one by one",
         columns_of("run_key department_id address outcome:pull_outcome pulled_at")),
    View("unreadable_document", "一个最新版本无法读取的公开文件一行", "one published file whose newest version could not be read",
         columns_of("document_key address department_id fiscal_year? stage? error_code? error_message?"), stored_by=key_of("document_key")),
    View("adjusted_finding", "一个问题记录与一项涉及它的规定（严重程度或豁免）一行",
         "one finding and one decision about it: its severity, or that it is excused",
         columns_of("finding_key fingerprint department_id adjustment_no adjustment_kind adjustment_value? adjustment_reason? until_date? "
                    "is_expired?")),
    View("standing_finding", "一个仍然成立且未获豁免的问题记录一行，附其严重程度",
         "one finding whose document still stands and that is not excused, with its severity", columns_of("finding_key severity")),
    View("project", "现行文件中的一个项目一行；多份文件重复公布的项目只取最新一份",
         "one project of the documents in force; a project that several of them publish comes from the newest",
         columns_of(
             "document_key project_no project_key department_id department_name region_code region_name? fiscal_year? stage? project_name "
             f"project_standard_name project_code? unit_name? amount_yuan? {_FUNDING} goal? table_no {_PLACE}")),
    View("project_year", "一个项目的一个年度一行：预算、上年预算、决算及其差额",
         "one project in one year: budget, that of the year before, final accounts, and what differs",
         columns_of(
             "project_key department_id department_name region_code region_name? fiscal_year project_standard_name project_count "
             "budget_yuan:budget_sum_yuan? previous_budget_yuan? change_yuan? final_yuan:final_sum_yuan? deviation_yuan?")),
    View("project_version", "文件每一版本中的一个项目一行，附版本的有效期间；用于查询某日的状况",
         "one project of one version of a file, with the time for which it held: what was published on a day",
         columns_of(
             "address version_no valid_from? valid_to? is_current department_id department_name fiscal_year? stage? project_no project_key "
             "project_name unit_name? amount_yuan? page? row?")),
    View("indicator", "一个项目的一条绩效指标一行", "one performance indicator of a project",
         columns_of(
             "document_key project_no indicator_no project_key department_id department_name region_code region_name? "
             "fiscal_year? stage? project_name unit_name? level1? level2? indicator_name operator? value? value_high? unit? "
             f"kind:indicator_kind target_text? {_PLACE}")),
    View("budget_line", "现行文件预算表中的一个数字一行", "one number of the budget tables in force",
         columns_of(
             "document_key department_id department_name region_code region_name? fiscal_year? stage? table_no table_kind title? side? "
             f"account_code? account_name? label? column_path amount_yuan? {_PLACE}")),
    View("quality", "一个尚未解决的问题一行，附公布位置", "one problem that stands, with its place",
         columns_of(
             "finding_key fingerprint rule severity state department_id department_name region_code region_name? audience_id? fiscal_year? "
             "stage? subject subject_no? label message_zh message_en remedy_zh? remedy_en? expected? actual? difference? published_text? "
             "document_key? address? file_name? page? row? box? first_seen_at last_seen_at is_for_maintainers"),
         stored_by=key_of("department_id document_key")),
    View("doubted_word", "一个问题记录所涉的一个词一行：凭证据推定的读法，或没有读懂的单元格",
         "one header or label of which a finding says that it was read by evidence, or that cells under it were not read",
         columns_of(
             "finding_key rule word read_as? evidence? doubt? cell_count? department_id department_name region_code region_name? "
             "fiscal_year? stage? document_key? table_no? label address? file_name? page? row? box?"),
         stored_by=key_of("rule word document_key")),
    View("word_to_confirm", "一个待确认的词及其读法一行，附出现次数和一处例子",
         "one word, and what it was read as, that maintainers may confirm, with how often it occurs and one place for example",
         columns_of(
             "rule word read_as? table_count doubted_cell_count? department_count evidence? file_name? document_key? table_no? page? row? "
             "box?"),
         stored_by=key_of("rule word read_as")),
    View("coverage", "部门应公开的一项内容一行，及其是否已公开", "one publication that a department owes, and whether it is there",
         columns_of(
             "department_id department_name region_code region_name? fiscal_year stage due_date as_of_date status:coverage_status "
             "document_key? address?"),
         stored_by=key_of("department_id fiscal_year stage")),
    View("region_coverage", "地区 × 年度 × 阶段应公开多少项，几项已公开、逾期、读不出、未到期、未公开，以及哪些部门",
         "how much the departments of a region owe for a year, how much of it is there, late, unreadable, not due or missing, and whose",
         columns_of(
             "region_code region_name? fiscal_year stage due_count published_count late_count unreadable_count not_due_count missing_count "
             "who_is_missing? who_was_late?"),
         stored_by=key_of("region_code fiscal_year stage")),
    View("department_year", "部门 × 年度 × 阶段的预算或决算，按公布值，附项目合计和不完整的原因",
         "the budget or final accounts of a department and year as published, with the sum of its projects and what is missing",
         columns_of(
             f"department_id department_name region_code region_name? fiscal_year? stage? {_FIGURES} project_count "
             "project_sum_yuan:sum_yuan? project_total_yuan:published_total_yuan? indicator_count document_count is_complete "
             "is_project_sum_complete incomplete_reasons:incomplete_reasons_en incomplete_reasons_zh "
             "lasting_department_id lasting_department_name"),
         stored_by=key_of("department_id fiscal_year stage")),
    View("region_year", "地区 × 年度 × 阶段：各部门公布的数字之和，附几个部门列明、几个不完整和为什么；地区为空的一行是全部地区",
         "what the departments of a region and year state in all, how many state it, and why it is not complete; without a region: of all",
         columns_of(
             f"region_code? region_name? fiscal_year? stage? department_count incomplete_count {_SUMS} project_count "
             "project_sum_yuan:sum_yuan? incomplete_reasons:incomplete_reasons_en incomplete_reasons_zh"),
         stored_by=key_of("region_code fiscal_year stage")),
    View("three_public", "部门 × 年度 × 阶段的“三公”经费及其组成，不论公布的表式；一级政府的汇总表不算任何部门的",
         "what a department spends on visits abroad, vehicles and reception, whatever form it published; what a whole government adds up "
         "is no department's",
         columns_of(
             f"department_id department_name region_code region_name? fiscal_year stage three_public_yuan:amount_yuan? {_THREE_PUBLIC} "
             f"rest_yuan? {_PLACE}"),
         stored_by=key_of("department_id fiscal_year stage")),
    View("budget_final", "部门 × 年度 × 数字的预算与决算对比", "a figure of a department and year: budget against final accounts",
         columns_of(
             "department_id department_name region_code region_name? fiscal_year figure:budget_figure budget_yuan:amount_yuan? "
             "final_yuan:amount_yuan? deviation_yuan? execution_rate?")),
    View("unit_cost", "一个项目的一条数量指标一行：金额除以数量", "a count that is a project's target: what the project costs for each",
         columns_of(
             "document_key project_no indicator_no project_key department_id department_name region_code region_name? fiscal_year? stage? "
             "project_name unit_name? indicator_name operator target_count count_unit amount_yuan unit_cost_yuan? count_target_count "
             f"target_text? {_PLACE}")),
    View("document_size", "一份现行内容一行：它在各视图中的行数", "how many rows one published content in force has in other views",
         columns_of("document_key project_count indicator_count quantitative_count unit_cost_count line_count"),
         stored_by=key_of("document_key")),
    View("transfer_payment", "一笔公布的转移支付一行；各种类之间不可相加",
         "one amount published as a transfer payment; kinds are not to be added",
         columns_of(
             "transfer_kind document_key department_id department_name region_code region_name? fiscal_year? stage? label? amount_yuan? "
             f"{_PLACE}")),
    View("项目支出", "现行文件中的一个项目一行", "the view `project` in Chinese",
         columns_of(
             "部门:department_name 地区:region_name? 年度:fiscal_year? 阶段:stage? 项目名称:project_name "
             f"标准名称:project_standard_name 资金使用单位:unit_name? 金额:amount_yuan? {_FUNDING_ZH} "
             "绩效目标:goal? 公开地址:address 页:page? 行:row?")),
    View("绩效指标", "一个项目的一条绩效指标一行", "the view `indicator` in Chinese",
         columns_of(
             "部门:department_name 地区:region_name? 年度:fiscal_year? 阶段:stage? 项目名称:project_name "
             "一级指标:level1? 二级指标:level2? 指标名称:indicator_name 比较符:operator? 目标值:value? "
             "目标值上限:value_high? 计量单位:unit? 性质:indicator_kind 指标值原文:target_text? "
             "公开地址:address 页:page? 行:row?")),
    View("部门预算", "部门 × 年度 × 阶段的预算或决算", "the view `department_year` in Chinese",
         columns_of(
             f"部门:department_name 地区:region_name? 年度:fiscal_year? 阶段:stage? {_FIGURES_ZH} 项目数:project_count "
             "项目金额合计:sum_yuan? 项目公布合计:published_total_yuan? 绩效指标数:indicator_count 文件数:document_count "
             "是否完整:is_complete 项目合计是否完整:is_project_sum_complete 不完整原因:incomplete_reasons_zh")),
    View("项目年度", "一个项目的一个年度一行", "the view `project_year` in Chinese",
         columns_of(
             "部门:department_name 地区:region_name? 年度:fiscal_year 标准名称:project_standard_name 项目数:project_count "
             "预算数:budget_sum_yuan? 上年预算数:previous_budget_yuan? 比上年增减:change_yuan? 决算数:final_sum_yuan? "
             "决算减预算:deviation_yuan?")),
    View("三公经费", "部门 × 年度 × 阶段的“三公”经费及其组成", "the view `three_public` in Chinese",
         columns_of(
             f"部门:department_name 地区:region_name? 年度:fiscal_year 阶段:stage 合计:amount_yuan? {_THREE_PUBLIC_ZH} 其余:rest_yuan? "
             "公开地址:address 页:page? 行:row?")),
    View("预决算对比", "部门 × 年度 × 数字的预算与决算对比", "the view `budget_final` in Chinese",
         columns_of(
             "部门:department_name 地区:region_name? 年度:fiscal_year 数字:budget_figure 预算数:amount_yuan? 决算数:amount_yuan? "
             "决算减预算:deviation_yuan? 执行率:execution_rate?")),
    View("单位成本", "一个项目的一条数量指标一行：金额除以数量", "the view `unit_cost` in Chinese",
         columns_of(
             "部门:department_name 地区:region_name? 年度:fiscal_year? 阶段:stage? 项目名称:project_name 指标名称:indicator_name "
             "比较符:operator 数量:target_count 计量单位:count_unit 金额:amount_yuan 单位成本:unit_cost_yuan? "
             "数量指标数:count_target_count 指标值原文:target_text? 公开地址:address 页:page? 行:row?")),
    View("转移支付", "一笔公布的转移支付一行；各种类之间不可相加", "the view `transfer_payment` in Chinese",
         columns_of(
             "部门:department_name 地区:region_name? 年度:fiscal_year? 阶段:stage? 种类:transfer_kind 名称:label? 金额:amount_yuan? "
             "公开地址:address 页:page? 行:row?")),
)}
