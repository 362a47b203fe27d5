"""Which links of a list count, and what their titles say: body, fiscal year, stage. The rules are `selection.yaml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from sources.schema import Stage

Scope = Literal["department", "unit"]
_RULES = Path(__file__).with_name("selection.yaml")
_BODY = "〇"
_CUT = ("…", "...")
# What may follow the name of a body in a title: the rest of the name, the year, the kind of publication.
_AFTER_BODY = (
    r"(?=(?:[(][^)]*[)])*(?:的)?"
    r"(?:20\d\d|\d\d年|部门|单位|所属|本级|机关|整体|项目|预算|决算|预决算|绩效|[“\"]?三公|收支|财政拨款|[-_—]|$))"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a title says; None for what it does not say, or says twice in different ways."""

    body: str | None = None
    year: int | None = None
    stage: Stage | None = None
    scope: Scope | None = None

    def or_else(self, other: Reading) -> Reading:
        """This reading, completed by another one."""
        return Reading(self.body or other.body, self.year or other.year, self.stage or other.stage, self.scope or other.scope)


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether a link is taken, and why.

    `is_column`: it may lead to a list of its own. `is_open`: its title is shown cut before the word that decides.
    """

    is_taken: bool
    why: str
    is_column: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class _Rules:
    noise: tuple[re.Pattern[str], ...]
    body: re.Pattern[str]
    bare_body: re.Pattern[str]
    leave: tuple[tuple[str, re.Pattern[str]], ...]
    notice: re.Pattern[str]
    take: tuple[re.Pattern[str], ...]
    column: re.Pattern[str]
    not_column: re.Pattern[str]
    budget_column: re.Pattern[str]
    both_stages: re.Pattern[str]
    stages: tuple[tuple[Stage, re.Pattern[str]], ...]
    years: tuple[re.Pattern[str], ...]
    scopes: tuple[tuple[Scope, re.Pattern[str]], ...]


def choose(title: str, column: str = "") -> Choice:
    """Decide whether a link is a publication of a budget or of final accounts.

    Args:
        title: of the link, whole.
        column: the titles of the columns that it stands in.
    """
    rules = _rules()
    text = _plain(title)
    skeleton = _skeleton(text)
    is_column = is_column_title(title)
    for why, pattern in rules.leave:
        if match := pattern.search(skeleton):
            return Choice(False, f"{why} ({match[0]})")
    for pattern in rules.take:
        if match := pattern.search(skeleton):
            return Choice(True, f"says {match[0]}", is_column)
    if rules.budget_column.search(_plain(column)) and rules.bare_body.fullmatch(text):
        return Choice(True, "a body's name in a column of budgets", is_column=True)
    is_open = title.endswith(_CUT) and bool(rules.budget_column.search(_plain(column)) or _year(text))
    return Choice(False, "no word of a budget or of final accounts", is_column, is_open)


def is_column_title(title: str) -> bool:
    """Whether a link's title may be that of a column: a year, a kind of document, a group of bodies."""
    text = _plain(title)
    return bool(_rules().column.fullmatch(text)) and not _rules().not_column.search(text)


def announces_correction(text: str) -> bool:
    """Whether a title, or the text of an article, says that something published was corrected: then the article is a document itself."""
    return bool(_rules().notice.search("".join(text.split())))


def read(title: str) -> Reading:
    """What a title or a file's name says."""
    rules = _rules()
    text = _plain(title)
    skeleton = _skeleton(text)
    one_stage = rules.both_stages.sub("", skeleton)
    stages = [stage for stage, pattern in rules.stages if pattern.search(one_stage)]
    scopes = [scope for scope, pattern in rules.scopes if pattern.search(skeleton)]
    return Reading(
        body=next(bodies_in(title), None), year=_year(skeleton), stage=stages[0] if stages else None,
        scope=scopes[0] if len(scopes) == 1 else None,
    )


def read_all(*titles: str) -> Reading:
    """What the first of these titles says that says it: title, name of the file, then columns from the nearest on."""
    reading = Reading()
    for title in titles:
        reading = reading.or_else(read(title))
    return reading


def bodies_in(*titles: str) -> Iterator[str]:
    """The names of bodies in these titles, in their order."""
    for title in titles:
        if (body := _body(_plain(title))) and "各" not in body["name"]:    # 各乡镇 is nobody
            yield body["name"]


def _year(text: str) -> int | None:
    for pattern in _rules().years:
        years = {int(year) if len(year) == 4 else 2000 + int(year) for year in pattern.findall(text)}
        if years:
            return years.pop() if len(years) == 1 else None
    return None


def _plain(title: str) -> str:
    text = "".join(unicodedata.normalize("NFKC", title).split())
    before = ""
    while before != text:
        before = text
        for pattern in _rules().noise:
            text = pattern.sub("", text)
    return text


def _body(text: str) -> re.Match[str] | None:
    return _rules().body.search(text)


def _skeleton(text: str) -> str:
    """A title with `〇` for the name of its body, so that no word in the name is tested."""
    match = _body(text)
    return f"{text[:match.start('name')]}{_BODY}{text[match.end('name'):]}" if match else text


@cache
def _rules() -> _Rules:
    data: dict[str, Any] = yaml.safe_load(_RULES.read_text(encoding="utf-8"))
    endings = "|".join(sorted("".join(data["bodies"].split()).split("|"), key=len, reverse=True))
    name = rf"[一-鿿㐀-䶿\U00020000-\U0003FFFFA-Za-z·]{{2,40}}?(?:{endings})"
    return _Rules(
        noise=tuple(re.compile(pattern, re.IGNORECASE) for pattern in data["noise"]),
        body=re.compile(rf"(?:^|(?<=[:,;、。》_\-—)\]】])|(?<=[0-9][年度]))(?:{data['leads']})(?:20\d\d年?度?)?(?P<name>{name}){_AFTER_BODY}"),
        bare_body=re.compile(rf"{name}(?:[(][^)]*[)])?"),
        leave=tuple((rule["why"], re.compile(rule["words"])) for rule in data["leave"]),
        notice=re.compile(data["notice"]),
        take=tuple(re.compile(pattern) for pattern in data["take"]),
        column=re.compile("".join(data["column"].split()), re.IGNORECASE),
        not_column=re.compile(data["not_column"]),
        budget_column=re.compile(data["budget_column"]),
        both_stages=re.compile(data["both_stages"]),
        stages=tuple((cast(Stage, stage), re.compile(pattern)) for stage, pattern in data["stages"].items()),
        years=tuple(re.compile(pattern) for pattern in data["years"]),
        scopes=tuple((cast(Scope, scope), re.compile(pattern)) for scope, pattern in data["scopes"].items()),
    )
