"""What the text of a booklet states of its tables: `2025年收入预算3,121.42万元`, `财政事务（款）行政运行（项）1,623.18万元`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from expectations.claims import Amount, Claim, compared, is_slip_of_the_pen, shares_of
from expectations.figures import Figure, Figures, last_place_of, of_year
from expectations.lines import Row, rows_by_table
from expectations.words import plain, split_measure, total, words
from transforms.amounts import units
from transforms.grid import TextLine
from transforms.names import fold_width, strip_whitespace
from transforms.records import ParsedDocument, Place
from transforms.vocabulary import any_of

_AMOUNT = rf"(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<unit>{any_of(['元', '万元', '亿元', '千元'])})"
_QUOTES = re.compile("[“”\"]")
_YEAR = re.compile(r"(20[0-9]{2})年")
_BUDGETED = re.compile(r"预算[^0-9。,;]{0,3}$")
_PAGE_NUMBER = re.compile(r"[-—–―─·]*第?[0-9]{0,3}页?[-—–―─·]*")
_NAME = r"[一-鿿、]{2,40}(?:\([^()类款项]{1,10}\)[一-鿿]*)?"
_LAST_NAME = re.compile(_NAME + r"\Z")
_OPENED = re.compile(r"[,;。(]?(?:其中|包括)[:,]?")
_DIGITS = 5    # of an amount, zeros at its end apart, that is like another one by no chance
LONGEST_NAME = 60   # characters; the longest of an account has 35
LONGEST_SENTENCE = 200   # characters looked back for the year that a sentence is about


@dataclass(frozen=True, slots=True)
class Statement:
    """An amount in the text, and what the tables state of the same.

    `subject` tells what is spoken of, the same for every mention. `step` is what the last place is worth; amounts are in
    yuan. `published` are the amounts of the tables by their kind, those of the document's own year first. `start` is where the
    number begins in the text (`joined`).
    What the sentence tells of which figure it speaks: `is_plain` that no word in it speaks of a fund, a unit or another year, `is_clear`
    that it can be spoken of nothing else either, `is_part` that it is a part of a whole which a table states as well, of the same funds.
    """

    text: str
    subject: str
    amount: Decimal
    step: Decimal
    published: tuple[tuple[str, Decimal], ...]
    is_clear: bool
    place: Place
    start: int
    is_plain: bool = True
    is_part: bool = False

    def ties(self, step: Decimal) -> bool:
        """Whether a table states the same, to the coarser last place of both."""
        return any(self._is_same(amount, step) for _, amount in self.published)

    def tying_funds(self, step: Decimal) -> set[str]:
        """Of which funds the tables are that state the same."""
        return {fund_of(kind) for kind, amount in self.published if self._is_same(amount, step)}

    @property
    def is_misspelt(self) -> bool:
        """Whether the amount is a table's but for one digit, or two that changed places; short numbers are like others by chance."""
        return any(is_slip_of_the_pen(self.amount / self.step, amount / self.step, _DIGITS) for _, amount in self.published)

    def _is_same(self, amount: Decimal, step: Decimal) -> bool:
        return abs(self.amount - amount) <= max(self.step, step)


def fund_of(kind: str) -> str:
    """Of which funds the tables of a kind are: `all`, unless `prose_funds` names them."""
    return next((fund for fund, kinds in words()["prose_funds"].items() if kind in kinds), "all")


def statements(document: ParsedDocument) -> Iterator[Statement]:
    """The amounts that the text states of figures and accounts which the tables state as well."""
    text, places = _join(document.prose)
    if not text:
        return
    figures, accounts = Figures(document), _accounts(document)
    step = max((last_place_of(table) for table in document.tables), default=Decimal(0))
    wholes: dict[int, Statement] = {}    # figures that a table states as well, by where they end in the text
    for spoken in _of_figures(document, figures, text):
        if _is_stated(document, spoken):
            statement = _statement(spoken, places)
            whole = wholes.get(_end_of_whole(text, spoken.match.start()))
            is_part = whole is not None and (
                not spoken.is_loose or not whole.tying_funds(step).isdisjoint(fund_of(kind) for kind, _ in statement.published))
            if statement.is_plain and statement.ties(step):
                wholes[spoken.match.end()] = statement
            yield replace(statement, is_part=is_part)
    yield from (_statement(spoken, places) for spoken in _of_accounts(accounts, text) if _is_stated(document, spoken))


def _is_stated(document: ParsedDocument, spoken: _Spoken) -> bool:
    """Whether tables state what is spoken of, and it is of the document's year and stage."""
    amount = spoken.match.start("amount") - spoken.match.start()
    return bool(spoken.published) and _is_of(document, spoken.sentence + spoken.match[0][:amount])


def _end_of_whole(text: str, start: int) -> int:
    """Where the amount ends of which an amount that is named from `start` on is a part (`支出合计100万元,其中:基本支出60万元`), else -1.

    The amount is next to what opens the enumeration, and what is a part is named at once: after a mark, without words of another year.
    """
    begin = max(0, start - LONGEST_SENTENCE)
    opened = list(_OPENED.finditer(text, begin, start))
    if not opened or not re.fullmatch(r"(?:.*[:,;、()。.])?", text[opened[-1].end() : start], re.DOTALL):
        return -1
    between = text[opened[-1].end() : start]
    is_apart = "。" in between or any(word in between.rpartition(";")[2] for word in words()["prose_elsewhere"])
    return -1 if is_apart else opened[-1].start()


def stated_figures(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The amounts that a text states of figures of a department, as it states them, and the kinds of tables that state them as well.

    Args:
        text: as `joined` gives it.
    """
    for match in _figure_pattern().finditer(text):
        yield match[0], tuple(dict.fromkeys(kind for kind, *_ in words()["prose"][_index_of(match)]["figures"]))


def joined(lines: Sequence[TextLine]) -> tuple[str, Callable[[int], Place]]:
    """The text of a document as it is compared, without white space and quotation marks, and what gives the place of its characters."""
    text, (starts, places) = _join(lines)
    return text, lambda position: places[bisect_right(starts, position) - 1]


def is_notice(document: ParsedDocument) -> bool:
    """Whether a sentence of a document says that what was published was corrected: `现更正如下`, `关于X局部门预算的更正公告`."""
    return notice(document) is not None


def notice(document: ParsedDocument) -> str | None:
    """What a document says of a correction: from the first sentence that speaks of it on, without white space; None where none does."""
    text, _ = _join(document.prose)
    said, about, other = (re.compile(words()["notices"][name]) for name in ("said", "about", "other"))
    lines = (strip_whitespace(line.text) for line in document.prose)    # a heading has no end that tells it from the next line
    found = [
        sentence for sentence in (*lines, *re.split("[。;]", text))
        if said.search(sentence) and about.search(sentence) and not other.search(sentence)
    ]
    return "\n".join(dict.fromkeys(found)) or None


def shares_of_figures(document: ParsedDocument, text: str) -> Iterator[Claim]:
    """What a document's text (`joined`) says of shares of a figure that it names and tables state (`基本支出占支出总计的60%`)."""
    if "占" not in text:
        return
    figures = Figures(document)
    slack = max((last_place_of(table) for table in document.tables), default=Decimal(0)) / 2

    def amounts_of(name: re.Match[str] | None) -> list[Amount]:
        said = words()["prose"][_index_of(name)]["figures"] if name else ()
        stated = (amount for kind, *where in said for amount in figures.stated(Figure(kind, *where)))
        return [Amount(amount, slack) for amount in dict.fromkeys(stated)]

    def whole_of(name: str) -> list[Amount]:
        return amounts_of(_whole_pattern().fullmatch(name.replace("总额", "总计")))

    def part_of(before: str) -> list[Amount]:
        return amounts_of(_part_pattern().search(before))

    yield from shares_of(text, whole_of, part_of)


@dataclass(frozen=True, slots=True)
class StatedChange:
    """By how many yuan a figure of a department's budget is more than the year before, as the text says.

    `figure` is its key in `department` of words.yaml, `amount` what text and table state, `step` what the last place of the coarser
    amount is worth, `measure` with what it is compared (`预算`, `决算`, `执行`, blank where the text does not say), of which `year`.
    `is_certain` says that the figure can be of no fund alone.
    """

    figure: str
    amount: Decimal
    change: Decimal
    step: Decimal
    measure: str
    year: int
    is_certain: bool
    text: str
    place: Place


def stated_changes(document: ParsedDocument) -> Iterator[StatedChange]:
    """The changes against an earlier year that the text states of figures which a table states as the text does."""
    text, place_of = joined(document.prose)
    said = {change.start: change for change in compared(text) if not change.others} if text else {}
    own_year = document.fiscal_year
    if not said or own_year is None:
        return
    for spoken in _of_figures(document, Figures(document), text):
        change, figure = said.get(spoken.match.start("number")), _figure_of(spoken)
        if not change or not figure or not spoken.is_plain or not _is_of(document, spoken.sentence):
            continue
        year = change.year or own_year - 1
        if year < own_year and any(abs(change.own.yuan - amount) <= change.own.slack * 2 for _, amount in spoken.published):
            step = 2 * max(change.own.slack, change.change.slack)
            signed = change.change.yuan if change.is_up else -change.change.yuan
            place = place_of(spoken.match.start())
            yield StatedChange(figure, change.own.yuan, signed, step, change.measure, year, spoken.is_clear, change.text, place)


def _figure_of(spoken: _Spoken) -> str | None:
    figure: str | None = next((said.get("department") for said in words()["prose"] if said["name"] == spoken.subject), None)
    return figure


class _Spoken(NamedTuple):
    """A match in the text: what it speaks of, the sentence before it, and what the tables publish of it."""

    match: re.Match[str]
    subject: str
    sentence: str
    published: list[tuple[str, Decimal]]
    is_clear: bool
    is_plain: bool = True
    is_loose: bool = False


def _statement(spoken: _Spoken, places: tuple[list[int], list[Place]]) -> Statement:
    number, yuan = spoken.match["number"].replace(",", ""), Decimal(units()[spoken.match["unit"]])
    starts, lines = places
    return Statement(
        text=f"{spoken.subject}{spoken.match['amount']}", subject=spoken.subject, amount=Decimal(number) * yuan,
        step=yuan.scaleb(-len(number.partition(".")[2])), published=tuple(spoken.published), is_clear=spoken.is_clear,
        place=lines[bisect_right(starts, spoken.match.start()) - 1], start=spoken.match.start("number"),
        is_plain=spoken.is_plain,
    )


def _join(lines: Sequence[TextLine]) -> tuple[str, tuple[list[int], list[Place]]]:
    """The text without white space, and where each line begins in it: sentences and numbers go on in the next line."""
    text, starts, places = "", [], []
    for line in lines:
        words_of_line = _QUOTES.sub("", strip_whitespace(fold_width(line.text)))
        if _PAGE_NUMBER.fullmatch(words_of_line):
            continue
        starts.append(len(text))
        places.append(Place(line.page, line.row, line.box))
        text += words_of_line
    return text, (starts, places)


def _before(text: str, match: re.Match[str]) -> str:
    """The sentence up to what is stated."""
    return re.split(r"[。;]", text[max(0, match.start() - LONGEST_SENTENCE) : match.start()])[-1]


def _is_of(document: ParsedDocument, sentence: str) -> bool:
    """Whether a sentence up to its amount speaks of no other year than the document's, and in final accounts not of the budget."""
    mentioned = _YEAR.findall(sentence)
    if mentioned and document.fiscal_year is not None and int(mentioned[-1]) != document.fiscal_year:
        return False
    return document.stage == "budget" or not _BUDGETED.search(sentence)


# --- figures ----------------------------------------------------------------------------------------------------------------


def _of_figures(document: ParsedDocument, figures: Figures, text: str) -> Iterator[_Spoken]:
    for match in _figure_pattern().finditer(text):
        said, sentence = words()["prose"][_index_of(match)], _before(text, match)
        published = [
            (kind, amount) for kind, *where in said["figures"] for amount in _stated(document, figures, Figure(kind, *where))
        ]
        is_plain = not any(word in sentence for word in words()["prose_elsewhere"])
        is_loose = said.get("loose", False)
        yield _Spoken(match, said["name"], sentence, published, is_plain and not is_loose, is_plain, is_loose)


def _stated(document: ParsedDocument, figures: Figures, figure: Figure) -> list[Decimal]:
    """What a table states of a figure, the amounts in columns of the document's own year first."""
    own = {line.amount for line in of_year(figures.lines(figure), document.fiscal_year, document.stage)}
    return sorted(figures.stated(figure), key=lambda amount: amount not in own)


def _index_of(match: re.Match[str]) -> int:
    """Which figure of `prose` in words.yaml a match names."""
    return next(index for index in range(len(words()["prose"])) if match[f"figure{index}"])


@cache
def _figure_pattern() -> re.Pattern[str]:
    return re.compile(_named_figure() + _amount_pattern())


@cache
def _part_pattern() -> re.Pattern[str]:
    return re.compile(_named_figure() + r"\Z")


@cache
def _whole_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words()['prose_own'])})?(?:{_subjects()})")


def _named_figure() -> str:
    before = "".join(f"(?<!{word})" for word in words()["prose_before"] if word != "预算")
    before += "(?:(?<!预算)|(?<=部门预算)|(?<=单位预算))"    # 政府性基金预算收入总计 is another figure, 部门预算收入总计 is not
    return rf"{before}(?:{_subjects()})"


def _subjects() -> str:
    return "|".join(f"(?P<figure{index}>{said['words']})" for index, said in enumerate(words()["prose"]))


def _amount_pattern() -> str:
    return rf"(?:{any_of(words()['prose_links'])})*(?P<amount>{_AMOUNT})"


# --- accounts ---------------------------------------------------------------------------------------------------------------

Accounts = dict[tuple[str, ...], list[tuple[str, Decimal]]]


def _accounts(document: ParsedDocument) -> Accounts:
    """The amounts of each class, section and item by their names from the class down; where all of them are printed."""
    found: Accounts = {}
    for table, rows in zip(document.tables, rows_by_table(document), strict=True):
        if table.kind in words()["prose_accounts"]:
            names = {row.code: plain(row.label) for row in rows if row.code}
            for row in rows:
                path = tuple(names.get(row.code[:length], "") for length in range(3, len(row.code) + 1, 2)) if row.code else ()
                if path and all(path):
                    found.setdefault(path, []).extend((table.kind, amount) for amount in _totals(row))
    return found


def _totals(row: Row) -> list[Decimal]:
    amounts = {split_measure(column)[1]: line.amount for column, line in row.cells.items()}
    stated = [amount for path, amount in amounts.items() if amount is not None and (len(amounts) == 1 or (path and total(path[-1])))]
    return stated[:1]


def _of_accounts(accounts: Accounts, text: str) -> Iterator[_Spoken]:
    for match in _account_pattern().finditer(text):
        of_class = _LAST_NAME.search(text[max(0, match.start() - LONGEST_NAME) : match.start()])
        if of_class:
            path = tuple(plain(name) for name in (of_class[0], match["section"], match["item"]) if name)
            found = next((names for names in accounts if _is_same(names, path)), ())
            yield _Spoken(match, "/".join(found), _before(text, match), accounts.get(found, []), is_clear=True)


@cache
def _account_pattern() -> re.Pattern[str]:
    return re.compile(rf"\(类\)(?:(?P<section>{_NAME})\(款\)(?:(?P<item>{_NAME})\(项\))?)?{_amount_pattern()}")


def _is_same(names: Sequence[str], path: Sequence[str]) -> bool:
    return len(names) == len(path) and all(said.endswith(name) for name, said in zip(names, path, strict=True))
