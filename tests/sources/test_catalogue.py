"""The catalogue: what is written is what is read, and every error names file, line and field."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from language.errors import told
from sources.catalogue import Catalogue, CatalogueCounts, catalogue_rows, check_catalogue, load_catalogue
from sources.reference import EXAMPLE, render

PROJECT = Path(__file__).parents[2]

TIANHE = """\
region:
  adcode: 440106
  name: 天河区
  parent: 440100
audiences:
  - {id: tianhe-finance, name: 天河区财政局, severity: warning}
departments:
  - id: tianhe-npc
    name: 天河区人大办（机关）
    aliases: [天河区人大常委会办公室]
    audience: tianhe-finance
    sources:
      - {address: ../published/npc, fiscal_year: 2023, stage: budget}
      - address: https://www.example.gov.cn/人大/2024.pdf
    expected:
      - {fiscal_year: 2023, stage: budget, by: 2023-03-01}
  - id: tianhe-health
    name: 天河区卫生健康局
    audience: tianhe-finance
"""


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def problems_of(folder: Path, text: str) -> list[str]:
    """The problems of a file as people see them, without the folder's path; each has its Chinese."""
    write(folder, "a.yaml", text)
    _, problems = load_catalogue(folder)
    assert [problem for problem in problems if told(problem, "zh") == str(problem)] == []
    return [str(problem).removeprefix(f"{folder}/") for problem in problems]


def ids(catalogue: Catalogue) -> list[str]:
    return [department.id for department in catalogue.departments]


def test_a_file_is_read_as_it_is_written(folder: Path) -> None:
    write(folder, "tianhe.yaml", TIANHE)
    catalogue, problems = load_catalogue(folder)
    assert problems == []
    npc, health = catalogue.departments
    assert (npc.id, npc.name, npc.aliases, npc.audience) == (
        "tianhe-npc", "天河区人大办（机关）", ("天河区人大常委会办公室",), "tianhe-finance"
    )
    assert (npc.region.adcode, npc.region.name, npc.region.parent) == ("440106", "天河区", "440100")
    assert [(source.location, source.is_on_web, source.fiscal_year, source.stage) for source in npc.sources] == [
        ("../published/npc", False, 2023, "budget"),
        ("https://www.example.gov.cn/人大/2024.pdf", True, None, None),
    ]
    assert [(due.fiscal_year, due.stage, due.due_date) for due in npc.expected] == [(2023, "budget", date(2023, 3, 1))]
    assert (health.aliases, health.sources, health.expected) == ((), (), ())


def test_rows_for_the_warehouse_are_plain(folder: Path) -> None:
    write(folder, "tianhe.yaml", TIANHE.replace("办公室]", "办公室, 天河人大]"))
    rows = catalogue_rows(load_catalogue(folder)[0])
    assert rows.region == [{"region_code": "440106", "region_name": "天河区", "parent_region_code": "440100"}]
    assert rows.audience == [{"audience_id": "tianhe-finance", "audience_name": "天河区财政局", "severity": "warning"}]
    assert rows.department[0] == {
        "department_id": "tianhe-npc", "department_name": "天河区人大办（机关）",
        "region_code": "440106", "region_name": "天河区", "audience_id": "tianhe-finance",
        "last_year": None, "lasting_department_id": "tianhe-npc",
    }
    assert rows.department_alias == [
        {"department_id": "tianhe-npc", "alias": alias, "first_year": None, "last_year": None, "region_code": None}
        for alias in ("天河区人大常委会办公室", "天河人大")
    ]
    assert rows.publication_duty == [
        {"department_id": "tianhe-npc", "fiscal_year": 2023, "stage": "budget", "due_date": date(2023, 3, 1)}
    ]


FORMER = "    former_names:\n      - {name: 天河区卫生和计划生育局, since: 2014, until: 2018}\n"


def test_former_names_go_to_the_warehouse_with_their_years(folder: Path) -> None:
    write(folder, "tianhe.yaml", TIANHE + FORMER)
    catalogue, problems = load_catalogue(folder)
    assert problems == []
    assert catalogue_rows(catalogue).department_alias[-1] == {
        "department_id": "tianhe-health", "alias": "天河区卫生和计划生育局", "first_year": 2014, "last_year": 2018, "region_code": None,
    }


def test_a_former_name_may_be_another_departments_name_of_today_but_of_one_department_only(folder: Path) -> None:
    other = "  - {id: x, name: 天河区卫生和计划生育局, audience: tianhe-finance}\n"
    assert problems_of(folder, TIANHE + FORMER + other) == []
    again = "  - {id: y, name: 天河区疾控局, audience: tianhe-finance, former_names: [{name: 天河区卫生和计划生育局, until: 2013}]}\n"
    (problem,) = problems_of(folder, TIANHE + FORMER + again)
    assert problem.startswith("a.yaml:22: departments[y].former_names[1].name: '天河区卫生和计划生育局' is already taken at")


@pytest.mark.parametrize(("former", "problem"), [
    ("{name: 天河区卫计局}", "a.yaml:21: departments[tianhe-health].former_names[1].until: is missing"),
    ("{name: 天河区卫计局, since: 2019, until: 2018}",
     "a.yaml:21: departments[tianhe-health].former_names[1]: is since 2019 and until 2018; the first year cannot be after the last"),
    ("天河区卫计局", "a.yaml:21: departments[tianhe-health].former_names[1]: must be a mapping of fields"),
])
def test_a_broken_former_name_leaves_out_only_itself(folder: Path, former: str, problem: str) -> None:
    assert problems_of(folder, f"{TIANHE}    former_names:\n      - {former}\n") == [problem]
    catalogue, _ = load_catalogue(folder)
    assert [(department.id, department.former_names) for department in catalogue.departments] == [("tianhe-npc", ()), ("tianhe-health", ())]


def test_addresses_are_relative_to_the_catalogue_folder_also_from_a_file_in_a_folder_below(folder: Path) -> None:
    write(folder, "guangdong/tianhe.yaml", TIANHE)
    source = load_catalogue(folder)[0].departments[0].sources[0]
    assert source.location == "published/npc"
    assert str(source.place_of("address")) == f"{folder}/guangdong/tianhe.yaml:13"


@pytest.mark.parametrize(("written", "changed", "problem"), [
    ("adcode: 440106", "adcode: 44010",
     "a.yaml:2: region.adcode: must be the six digits of GB/T 2260, such as 440106, not '44010'"),
    ("parent: 440100", "parent: 440200",
     "a.yaml:1: region: parent 440200 is not above 440106; in GB/T 2260 that is 440000 or 440100"),
    ("  name: 天河区\n", "  name:\n", "a.yaml:3: region.name: is empty; give a value or leave the field out"),
    ("severity: warning", "severity: warnings",
     "a.yaml:6: audiences[tianhe-finance].severity: should be 'critical', 'warning' or 'info', not 'warnings'"),
    ("id: tianhe-npc", "id: 天河",
     "a.yaml:8: departments[天河].id: must be lower-case letters and digits, joined by hyphens, such as tianhe-finance, not '天河'"),
    ("    aliases: [天河区人大常委会办公室]", "    aliases: 天河区人大常委会办公室",
     "a.yaml:10: departments[tianhe-npc].aliases: must be a list"),
    ("    aliases:", "    alias:", "a.yaml:10: departments[tianhe-npc].alias: is not a known field; did you mean 'aliases'?"),
    ("    aliases:", "    name:", "a.yaml:10: departments[tianhe-npc].name: is given twice, first on line 9; keep one"),
    ("    name: 天河区人大办（机关）\n", "", "a.yaml:8: departments[tianhe-npc].name: is missing"),
    ("../published/npc,", "ftp://a.cn/b.pdf,",
     "a.yaml:13: departments[tianhe-npc].sources[1].address: must be a path or a complete http(s) address, not 'ftp://a.cn/b.pdf'"),
    ("https://www", "https://user:secret@www",
     "a.yaml:14: departments[tianhe-npc].sources[2].address: must not contain a user name or password: the catalogue holds no secrets"),
    ("fiscal_year: 2023, stage: budget}", "fiscal_year: 23, stage: budget}",
     "a.yaml:13: departments[tianhe-npc].sources[1].fiscal_year: should be greater than or equal to 1949, not '23'"),
    ("by: 2023-03-01", "by: 2023-02-30",
     "a.yaml:16: departments[tianhe-npc].expected[1].by: must be a date such as 2023-09-30, not '2023-02-30'"),
    ("by: 2023-03-01", "due: 2023-03-01",
     "a.yaml:16: departments[tianhe-npc].expected[1].due: is not a known field; known are fiscal_year, stage, by"),
    ("- {fiscal_year: 2023, stage: budget, by: 2023-03-01}",
     "- {fiscal_year: 2023, stage: budget, by: 2023-03-01}\n      - {fiscal_year: 2023, stage: budget, by: 2023-03-02}",
     "a.yaml:8: departments[tianhe-npc]: expects the budget of 2023 twice; keep one"),
    ("- {fiscal_year: 2023, stage: budget, by: 2023-03-01}", "2023",
     "a.yaml:15: departments[tianhe-npc].expected: must be a list"),
    ("    audience: tianhe-finance\n    sources", "    audience: tianhe-finanz\n    sources",
     "a.yaml:11: departments[tianhe-npc].audience: no usable audience has the id 'tianhe-finanz'; did you mean 'tianhe-finance'?"),
])
def test_an_error_names_file_line_and_field(folder: Path, written: str, changed: str, problem: str) -> None:
    assert TIANHE.count(written) >= 1
    assert problem in problems_of(folder, TIANHE.replace(written, changed, 1))


@pytest.mark.parametrize(("text", "problem"), [
    ("", "a.yaml: is empty"),
    ("- a list", "a.yaml: must be a mapping of fields"),
    ("region: {adcode: 440106\ndepartments: []\n", "a.yaml:2: is not valid YAML: did not find expected ',' or '}'"),
    ("region: \a", "a.yaml: is not valid YAML: control characters are not allowed"),
    ("departments: []\n", "a.yaml:1: region: is missing"),
    (TIANHE + "---\n" + TIANHE, "a.yaml:20: begins a second document; a catalogue file is one"),
    (TIANHE + "  - &first\n    id: x\n    audience: tianhe-finance\n    name: *first\n",
     "a.yaml:23: departments[x].name: is a YAML alias, which catalogue files do not have; write the value out"),
    (TIANHE + "? [a, b]\n: c\n", "a.yaml:20: has a field whose name is not plain text"),
    ("[" * 100_000, "a.yaml: is nested too deeply for a catalogue file"),
])
def test_a_file_that_is_no_catalogue_file_says_why(folder: Path, text: str, problem: str) -> None:
    assert problems_of(folder, text) == [problem]


def test_a_file_in_another_encoding_names_the_line_where_it_shows(folder: Path) -> None:
    (folder / "a.yaml").write_bytes(TIANHE.encode("gb18030"))
    assert [str(problem) for problem in load_catalogue(folder)[1]] == [f"{folder}/a.yaml:3: is not UTF-8 text; save the file as UTF-8"]


def test_a_byte_order_mark_is_no_error(folder: Path) -> None:
    (folder / "a.yaml").write_bytes(TIANHE.encode("utf-8-sig"))
    assert load_catalogue(folder)[1] == []


def test_a_broken_department_leaves_out_only_itself(folder: Path) -> None:
    write(folder, "a.yaml", TIANHE.replace("    audience:", "    audiance:", 1))
    catalogue, problems = load_catalogue(folder)
    assert ids(catalogue) == ["tianhe-health"]
    assert problems


def test_a_broken_file_leaves_out_only_itself(folder: Path) -> None:
    write(folder, "a.yaml", TIANHE)
    write(folder, "b.yaml", "region: [}")
    catalogue, problems = load_catalogue(folder)
    assert ids(catalogue) == ["tianhe-npc", "tianhe-health"]
    assert [(problem.file, problem.line) for problem in problems] == [(f"{folder}/b.yaml", 1)]


def test_a_broken_audience_leaves_out_the_departments_that_nobody_would_hear_of(folder: Path) -> None:
    problems = problems_of(folder, TIANHE.replace("severity: warning", "severity: loud") + "    sources: []\n")
    assert [problem.partition(": ")[0] for problem in problems] == ["a.yaml:6", "a.yaml:11", "a.yaml:19"]


def test_departments_may_share_an_audience_that_another_file_declares(folder: Path) -> None:
    write(folder, "b.yaml", TIANHE)
    write(folder, "a.yaml", "region: {adcode: 440100, name: 广州市}\ndepartments: [{id: gz, name: 市局, audience: tianhe-finance}]\n")
    catalogue, problems = load_catalogue(folder)
    assert problems == []
    assert ids(catalogue) == ["gz", "tianhe-npc", "tianhe-health"]


@pytest.mark.parametrize(("entry", "field", "first_line"), [
    ("{id: tianhe-npc, name: 别的, audience: tianhe-finance}", "departments[tianhe-npc].id: 'tianhe-npc'", 8),
    ("{id: x, name: 天河区 人大办(机关), audience: tianhe-finance}", "departments[x].name: '天河区 人大办(机关)'", 9),
    ("{id: x, name: 天河区人大常委会办公室, audience: tianhe-finance}", "departments[x].name: '天河区人大常委会办公室'", 10),
    ("{id: x, name: 别的, aliases: [天河区卫生健康局], audience: tianhe-finance}", "departments[x].aliases: '天河区卫生健康局'", 18),
    ("{id: x, name: 别的, audience: tianhe-finance, sources: [{address: ../catalogue/../published/npc/}]}",
     "departments[x].sources[1].address: '../published/npc'", 13),
], ids=["id", "name in another typography", "name that is an alias", "alias that is a name", "address"])
def test_what_two_entries_claim_goes_to_the_first_and_the_problem_names_both_places(
    folder: Path, entry: str, field: str, first_line: int
) -> None:
    write(folder, "a.yaml", TIANHE)
    write(folder, "b.yaml", f"region: {{adcode: 440105, name: 海珠区}}\ndepartments:\n  - {entry}\n")
    catalogue, problems = load_catalogue(folder)
    assert [str(problem) for problem in problems] == [
        f"{folder}/b.yaml:3: {field} is already taken at {folder}/a.yaml:{first_line}; left out here"
    ]
    assert ids(catalogue) == ["tianhe-npc", "tianhe-health"]


def test_a_region_belongs_to_one_file(folder: Path) -> None:
    write(folder, "a.yaml", TIANHE)
    write(folder, "b.yaml", "region: {adcode: 440106, name: 天河}\ndepartments: [{id: x, name: 别的, audience: tianhe-finance}]\n")
    catalogue, problems = load_catalogue(folder)
    assert [str(problem) for problem in problems] == [
        f"{folder}/b.yaml:1: region.adcode: '440106' is already taken at {folder}/a.yaml:2; left out here"
    ]
    assert len(catalogue.departments) == 2


def test_a_department_may_repeat_its_own_name_as_an_alias(folder: Path) -> None:
    assert problems_of(folder, TIANHE.replace("aliases: [", "aliases: [天河区人大办(机关), ")) == []


def test_a_folder_without_catalogue_files_is_a_problem(folder: Path) -> None:
    _, problems = load_catalogue(folder / "nowhere")
    assert [str(problem) for problem in problems] == [f"{folder}/nowhere: no catalogue file (*.yaml) here; docs/catalogue.md shows one"]


def test_check_counts_what_can_be_used_and_names_departments_of_which_nothing_can_be_found_out(folder: Path) -> None:
    write(folder, "a.yaml", TIANHE)
    counts, problems = check_catalogue(folder)
    assert counts == CatalogueCounts(regions=1, audiences=1, departments=2, sources=2, publications_expected=1)
    assert [str(problem) for problem in problems] == [
        f"{folder}/a.yaml:17: departments[tianhe-health]: has neither `sources` nor `expected`: nothing can be found out about it"
    ]


def test_the_samples_are_a_catalogue_without_problems() -> None:
    assert check_catalogue(PROJECT / "samples" / "catalogue")[1] == []


def test_the_documented_schema_is_current() -> None:
    assert (PROJECT / "docs" / "catalogue.md").read_text(encoding="utf-8") == render()


def test_the_documented_example_is_a_catalogue_without_problems(folder: Path) -> None:
    assert problems_of(folder, EXAMPLE) == []


def test_a_broken_source_leaves_out_only_itself(tmp_path: Path) -> None:
    (tmp_path / "tianhe.yaml").write_text(
        "region: {adcode: '440106', name: 广州市天河区}\n"
        "audiences:\n  - {id: tianhe-finance, name: 财政局}\n"
        "departments:\n  - id: tianhe-audit\n    name: 天河区审计局\n    audience: tianhe-finance\n"
        "    sources:\n      - address: good.txt\n      - adress: bad.txt\n"
        "    expected:\n      - {fiscal_year: 2024, stage: budget, by: soon}\n      - {fiscal_year: 2023, stage: budget, by: 2023-03-01}\n",
        "utf-8",
    )
    catalogue, problems = load_catalogue(tmp_path)
    (department,) = catalogue.departments
    assert [source.address for source in department.sources] == ["good.txt"]
    assert [expected.fiscal_year for expected in department.expected] == [2023]
    assert {problem.line for problem in problems} == {10, 12}


MERGED = """\
  - {id: culture, name: 天河区文化局, audience: tianhe-finance, merged_into: {department: tourism, until: 2015}}
  - {id: tourism, name: 天河区旅游局, audience: tianhe-finance, merged_into: {department: tianhe-health, until: 2018}}
"""


def test_a_merged_department_lives_on_in_the_last_one(folder: Path) -> None:
    write(folder, "tianhe.yaml", TIANHE + MERGED)
    catalogue, problems = load_catalogue(folder)
    assert problems == []
    assert {row["department_id"]: (row["last_year"], row["lasting_department_id"]) for row in catalogue_rows(catalogue).department} == {
        "tianhe-npc": (None, "tianhe-npc"), "tianhe-health": (None, "tianhe-health"), "culture": (2015, "tianhe-health"),
        "tourism": (2018, "tianhe-health"),
    }


@pytest.mark.parametrize(("merger", "problem"), [
    ("culture", "'culture' was itself merged into 'tourism'"),
    ("tourism", "'tourism' was itself merged into 'tourism'"),
    ("tianhe-healt", "no usable department has the id 'tianhe-healt'; did you mean 'tianhe-health'?"),
])
def test_a_merger_into_nothing_or_in_a_circle_leaves_out_only_itself(folder: Path, merger: str, problem: str) -> None:
    write(folder, "tianhe.yaml", TIANHE + MERGED.replace("department: tianhe-health", f"department: {merger}"))
    catalogue, problems = load_catalogue(folder)
    assert [f"{told.field}: {told.message}" for told in problems] == [f"departments[tourism].merged_into.department: {problem}"]
    assert [department.merged_into is None for department in catalogue.departments[2:]] == [False, True]
