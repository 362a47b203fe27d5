"""Writes `docs/catalogue.md`, whose tables are the descriptions of `sources/schema.py`."""

from __future__ import annotations

from pydantic.fields import FieldInfo
from tabulate import tabulate

from sources.files import LEFT_BY_PROGRAMS
from sources.schema import SECTIONS, Entry

EXAMPLE = """\
region:
  adcode: "440106"
  name: 广州市天河区
  parent: "440100"

audiences:
  - id: tianhe-finance
    name: 广州市天河区财政局预算科
    severity: warning

departments:
  - id: tianhe-people-congress-office
    name: 广州市天河区人民代表大会常务委员会办公室
    aliases: [天河人大办]
    audience: tianhe-finance
    sources:
      - address: ../published/tianhe/people-congress-office   # a folder
      - address: ../published/tianhe/portal/人大办*.pdf        # a pattern
      - address: https://www.example.gov.cn/rd/2024-budget.pdf   # a file on the web
        fiscal_year: 2024
        stage: budget
    expected:
      - {fiscal_year: 2024, stage: budget, by: 2024-03-01}
      - {fiscal_year: 2023, stage: final, by: 2024-09-30}

  - id: tianhe-health
    name: 广州市天河区卫生健康局
    former_names:
      - {name: 广州市天河区卫生和计划生育局, until: 2018}
    audience: tianhe-finance
    sources:
      - address: ../published/tianhe/health
"""

PAGE = """\
# The catalogue of departments

A folder with one YAML file per region (`.yaml`, UTF-8; folders below are read too) says which departments there are, where they
publish, what is due and who is told. `yusuan catalogue check` reads it all and names what is wrong, with file, line and field.

```yaml
{example}```

## Fields

{tables}

## What goes wrong, and what it stops

* A broken source, expectation, department or audience is left out alone; a file that is not YAML, or whose region is broken, is left
  out alone. The rest is pulled, and the problem is reported every night until it is mended.
* An unknown or repeated field is an error: a misspelt one would otherwise be missed in silence.
* Region codes, department ids and audience ids are unique in the whole catalogue, and so are names with aliases (full-width forms
  and spaces make no difference), former names among themselves, and addresses. Of two entries that claim the same, the one in the
  first file by name is kept.
* A department whose audience is not declared, or is broken, is left out: nobody would hear of its findings.
* There is no place for passwords: an address with one is refused. YAML anchors and aliases are not read.

## Names of departments

What a document calls its department is compared with the names of the department behind its address. No alias is needed for
* the region in full, in short or left out: `广州市天河区财政局`, `天河区财政局`, `区财政局`; `江苏省政协办公厅`, `政协江苏省委员会办公厅`;
* long and short words: `卫生健康委员会`, `卫健委`; `中国共产党…委员会`, `中共…委` (the list is `transforms/vocabulary/departments.yaml`);
* the department's own unit: `…（本级）`; a code in front, white space, the width of brackets, `原…`, `（加挂…牌子）`.

Everything else is another name: `办公室` is not `办公厅`. A name that leads to no department, or to another one, never makes a new
department: it is a finding, `unknown-department`, with the nearest names of the catalogue. Mend it here, and it is gone the next
night, without the document being read again:
* the same department, written otherwise: a line in `aliases`;
* a name that it had: a line in `former_names`, with the last fiscal year whose documents carry it. A department that is renamed keeps
  its `id`: change `name` and put the old one under `former_names`. Another department may carry that name in other years;
* the name of a department that was merged into another one: an entry of its own with `merged_into`.

A name that is certainly another department's (one that leads to another department of the catalogue, the same department of another
region, 卫健委 where 体育局 publishes), or a year that is not the `fiscal_year` of the source, is `misplaced-document`: the document counts
for nobody until the catalogue says whose it is. A document whose projects name the department as their unit is never one.
* Another department's document: correct the address, or have the right file put up.
* This department's document all the same: `stated_department` of the source is the name that the document states.
* Another year's: correct `fiscal_year` of the source, or leave it out where files of several years stand there.

Regions are those of GB/T 2260 as of 2025-12-31, former names and codes since 2008 among them (`transforms/vocabulary/regions.csv`; how
it is brought up to date is said in `make_regions.py` beside it). A county's name that several have (`朝阳区`) is understood
with the city or province in front of it, or within the region of the file.

## Departments over the years

Views show a department under the name, and in the region, of the row's fiscal year: former names hold one after the other, each up to
its `until`, then today's name. A year that no entry covers has the name that came next. The `id` stays, and queries across years group
by it; the view `department` lists the periods. A department that was merged (撤并) keeps its entry, its `id` and its documents, and says
which department took over:

```yaml
  - id: tianhe-tourism
    name: 广州市天河区旅游局
    merged_into: {{department: tianhe-culture, until: 2018}}
    audience: tianhe-finance
    sources:
      - address: ../published/tianhe/tourism
```

`lasting_department_id` is then that of the department that lives on. Of a department that was split (拆分) nobody can say which part is
whose: it is merged into none. A name that only a document states changes nothing here: it is a finding until somebody writes it down. A
changed `name` without an entry in `former_names` is a correction and holds for all years; what the catalogue said before stays in
`dim_department`, with the time.

## What an address means

| address | files |
|---|---|
| a file | that file, whatever its name, also through a symbolic link |
| a folder | every file in it and in the folders below it |
| a pattern | every file that matches, segment by segment: `*` and `?` stay in one segment, `**` is any number of folders |
| `http://…`, `https://…` | the file that the server sends, after at most 10 redirects; the files behind the page with `kind: list` |

What a server sends is kept only if it is whole and the document: [pulling.md](pulling.md) says what else it may be.

Below a folder or a pattern these are left out: symbolic links and what is behind them; hidden files and folders; what programs
leave behind ({left_by_programs}).

A local address where no file is found is a failed pull that names the entry's file and line. A file that was there before and is
not any more (404 or 410 on the web) is gone. Gone two nights running, its document is taken down: `taken-down`, and its issues close.
What nothing replaces counts on as it was last published, and `department_year` says so. The same bytes, or nine tenths of the same lines,
at another address of the department are the same publication moved. A night that failed (a time-out, an error of the server, a folder
that cannot be reached) takes nothing down.
"""


def render() -> str:
    """The page as Markdown."""
    tables = "\n\n".join(f"### {_title(name)}\n\n{_table(section)}" for name, section in SECTIONS.items())
    return PAGE.format(example=EXAMPLE, tables=tables, left_by_programs=", ".join(f"`{pattern}`" for pattern in LEFT_BY_PROGRAMS))


def _title(name: str) -> str:
    return f"In `{name}`" if name else "In the file"


def _table(section: type[Entry]) -> str:
    rows = [(f"`{field.alias or name}`", _default(field), field.description) for name, field in section.model_fields.items()]
    return tabulate(rows, headers=("field", "", "meaning"), tablefmt="github", disable_numparse=True)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return f"`{field.default}` if left out" if field.default else "optional"
