"""What is published around a table: title, department, year, stage, unit of money, notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from transforms.amounts import units
from transforms.departments import is_same_department
from transforms.grid import TextLine
from transforms.names import NUMERALS, fold_width, join_lines, strip_whitespace, unwrap
from transforms.records import Stage
from transforms.vocabulary import any_of, vocabulary

_TITLE_LENGTH = 60    # characters; the longest title seen has 38, sentences that end in 表 are longer
_COVER_LENGTH = 40
_SENTENCE = re.compile(r"[。；;…]|发布|公开时间|>")
_TITLE = re.compile(r".*表(?:\([^()]*\))?[*※#]*")
_NUMERALS = str.maketrans("〇○零O一二三四五六七八九", "0000123456789")
_DIGITS = "(?:19|20)[0-9]{2}|二[〇○零O0][〇○零O0一二三四五六七八九]{2}"
_SHORT_YEAR = "(?<![0-9])[0-9]{2}(?=年)"    # 24年
_YEAR = re.compile(rf"(?<![0-9])({_DIGITS})(?=年|\)|$|部门|单位|预算|决算)")
_YEAR_LINE = re.compile(r"\(?20[0-9]{2}年度?\)?")
_PERIOD = re.compile(rf"(?:{_DIGITS})年?[-—~至](?:{_DIGITS})年?")
# `2022年度部门决算公开` without a name is more often a link to another page than a cover.
_COVER = re.compile(
    rf"(?:第[{NUMERALS}]+部分)?(?:关于)?(?P<name>[一-鿿()]{{2,}}?)(?P<year>{_DIGITS})年?度?(?:[省市区县]级)?(?:部门|单位)?(?:预算|决算)(?:信息)?的?(?:公开)?(?:报告|说明|草案|书|表)?"
)
# The same with the year in front; there must be a body's name between it and 预算, else it is a title or a link.
_YEAR_FIRST = re.compile(
    rf"(?:关于)?(?P<year>{_DIGITS})年?度?(?P<name>[一-鿿()]{{2,}}?)(?:部门|单位)?(?:预算|决算)(?:信息)?的?(?:公开)?(?:报告|说明|草案|书)?"
)
_HEADLINE = re.compile(rf"(?P<year>{_DIGITS})年?度?(?:部门|单位)(?P<stage>预算|决算)(?:信息)?的?(?:公开)?(?:报告|说明|草案|书|表)?")
# A body's name in a title beside the year: 2031年青川市测绘局“三公”经费预算表, 青川市测绘局2031年度部门收支总表.
_AFTER_NAME = "[“\"《]|(?:部门|单位|三公|收支|收入|支出|一般公共|公共|财政|项目|政府性基金|国有|预算|决算|整体|基本)"
_PUBLICATION = re.compile("(?:部门|单位)(?:预算|决算)")
_IN_TITLE = re.compile(
    rf"(?P<before>[一-鿿()]{{4,}}?)(?:{_DIGITS})年.*|.*?(?:{_DIGITS})年度?(?P<after>[一-鿿()]{{4,}}?)(?:{_AFTER_NAME}).*"
)
# The number of a table in front of its title, or alone in a line; what has a word or brackets may stand behind it, too.
# 一般公共预算 and 三公 begin with no number. Where white space is lost, or there was none, a year follows at once: 表12031年收支总表.
_YEAR_FOLLOWS = rf"(?=(?:{_DIGITS})年)"
_ONE = rf"(?:[0-9]{{1,2}}(?:(?![0-9])|{_YEAR_FOLLOWS}))"
_COUNTED = f"{NUMERALS}壹贰叁肆伍陆柒捌玖拾"
_ORDINAL = rf"(?:[{_COUNTED}]+|[0-9]{{1,2}})"
_SIGN = "[①-⑳⑴-⒇㈠-㈩❶-❿Ⅰ-Ⅻⅰ-ⅻ]"    # a number that is one character, and no Chinese or Arabic numeral
_WORDED = rf"""(?:
        (?:预算|决算|财决|财预)?(?:公开|批复)?[0-9]{{1,2}}(?:-[0-9]{{1,2}})?表                                  # 公开01表
      | (?:部门|预算|决算)*(?:公开表|附件|附表|样表|附|表)(?:                                                     # 表一, 附表1-2, 附件2
            (?:{_ONE}|[{NUMERALS}]+(?![般公〇○零{NUMERALS}])|{_SIGN}+)(?:[-—.]{_ONE})* | \({_ORDINAL}\) )      # 表（三）
      | 第{_ORDINAL}张?表                                                                                     # 第三张表
    )"""
_TABLE_NUMBER = re.compile(
    rf"""(?:
        {_WORDED}
      | [\[【〔(](?:{_WORDED}|{_ORDINAL}|{_SIGN})[\]】〕)]        # 【表三】, （三）
      | [{_COUNTED}]+(?=[、)]|[.](?![0-9]))                      # 三、
      | [0-9]{{1,2}}(?=[、.)](?:(?![0-9])|{_YEAR_FOLLOWS}))    # 3.
      | No\.?[0-9]{{1,2}}(?![0-9])                               # No.3
      | {_SIGN}+ | (?:[IVX]{{1,4}}|[A-Za-z])(?=[、.)])           # ③, Ⅲ, A.
    )(?:[:、.)]|[-—]{_YEAR_FOLLOWS})*""", re.VERBOSE,
)
_NUMBER_BEHIND = re.compile(
    rf"""(?<=[表》”])(?:
        {_WORDED}
      | [\[【〔(](?:{_WORDED}|{_ORDINAL}|{_SIGN})[\]】〕)]        # （表三）, （三）
      | [-—]*[0-9]{{1,2}}(?:-[0-9]{{1,2}})? | [-—之]+[{NUMERALS}]+ | {_SIGN}+
    )$ | \([^()]*[0-9][-0-9]*表?\)$                            # 收入决算（单位公开03表）
    """, re.VERBOSE,
)
_ANY_YEAR = re.compile(rf"(?:{_DIGITS}|{_SHORT_YEAR})年?(?:度)?")
_QUOTES = (("《", "》"), ("“", "”"), ("「", "」"), ("『", "』"), ('"', '"'), ("【", "】"))
_PROSE_LENGTH = 40    # characters; titles and what signs a table (制表人, 日期) are mostly shorter
_SENTENCES = 2
_PART = re.compile(rf"第[{NUMERALS}]+部分|[{NUMERALS}]+、")
_ENDS = "。；：:！）)"
_SAME_LINE = 6.0    # points between the tops of texts of one line; half of a usual line's height
_FUNDS = re.compile("(?:一般公共|公共财政|政府性基金|国有资本经营|社会保险基金)预算")
_MAJORITY = 3    # times as many titles must speak of budgets as of final accounts: a booklet may show last year's beside its own
_SAME_SIZE = 0.2  # of its height; lines of one title differ by the rounding of their glyphs
_WRAPPED = 3     # lines over which a cover's title is wrapped
_PAGE_NUMBER = re.compile(r"[-—–―─·]*(?:第?[0-9]{1,4}页?)(?:[,/]?共?[0-9]{1,4}页?)?[-—–―─·]*")
_CONTINUED = re.compile(r"(?:\(续[表0-9一二三四五六七八九十]*\)|续表)$")


def title(lines: Sequence[TextLine]) -> str | None:
    """The title nearest above a table: a line that ends in 表, or what a sentence announces (`部门支出总表如下`); else one that names 绩效.

    White space, statements and the number of the table (公开01表：, 附表1-2, 一、) are removed; a number alone is no title.
    What stands above running text belongs to another table or to the list of contents.
    """
    candidates = [text for line in _below_prose(lines) if (text := _announced(line.text) or _may_be_title(line.text))]
    named = (text for text in candidates if "表" in text and _TITLE.fullmatch(without_number_and_year(text)))
    return next(named, None) or next((text for text in candidates if "绩效" in text), None)


@lru_cache(maxsize=8192)    # every line is asked whether it is one: for its table, and for what stands between two tables
def _may_be_title(text: str) -> str | None:
    """What a line would say as a title; None where it is blank, too long or a sentence."""
    plain = _unquoted(_without_number(_without_statements(text)))
    return plain if plain and len(plain) <= _TITLE_LENGTH and not _SENTENCE.search(plain) else None


@lru_cache(maxsize=8192)
def _announced(text: str) -> str | None:
    """The table of which a sentence says that it follows."""
    found = _announcement().search(strip_whitespace(fold_width(text))) if "表" in text else None
    return _without_number(found["before"] or found["after"]) if found else None


@cache
def _announcement() -> re.Pattern[str]:
    words, name = vocabulary("surroundings")["announced"], r"[^,。:;、]*表(?:\([^()]*\))?"
    return re.compile(rf"(?P<before>{name})(?:{any_of(words['before'])})|(?:{any_of(words['after'])})(?P<after>{name})(?![^,。:;])")


def wrapped_title(lines: Sequence[TextLine]) -> str | None:
    """The title with the line above it, of which it may be the rest: `2025年部门一般公共预算基本支出` / `经济分类预算表`."""
    last = title(lines)
    place = next((place for place in reversed(range(len(lines))) if last and title(lines[place : place + 1]) == last), 0)
    if not place or _SENTENCE.search(lines[place - 1].text) or not _without_statements(lines[place - 1].text):
        return None
    return title([TextLine(lines[place - 1].text + lines[place].text)])


def _below_prose(lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """The lines from the last one up to running text; a sentence or two may stand between a title and its table."""
    count = 0
    for line in reversed(lines):
        count += max(line.text.count("。"), len(line.text) > _PROSE_LENGTH)    # a paragraph may be one line of several sentences
        if count > _SENTENCES:
            return
        yield line


def _without_number(text: str) -> str:
    match = _TABLE_NUMBER.match(fold_width(text))
    return text[match.end() :] if match else text


def _unquoted(text: str) -> str:
    """A text without the marks around the whole of it: 《部门收支总表》."""
    is_quoted = any(text[:1] == left and text[-1:] == right and not {left, right} & set(text[1:-1]) for left, right in _QUOTES)
    return text[1:-1] if is_quoted else text


@lru_cache(maxsize=8192)
def without_number_and_year(title: str) -> str:
    """What a title says beside the number of its table, at either end, and its year; white space removed."""
    plain, before = strip_whitespace(fold_width(title)), ""
    while plain != before:    # 第二部分 2024年 表3 《部门支出总表》
        before = plain
        for number in (_TABLE_NUMBER, _PART):
            plain = plain[found.end() :] if (found := number.match(plain)) else plain
        plain = _unquoted(_ANY_YEAR.sub("", _NUMBER_BEHIND.sub("", plain)))
    return plain


def first_title(lines: Sequence[TextLine]) -> str | None:
    """The title without what says that the table goes on: `项目支出绩效目标表（续）` is the title of the page before."""
    text = title(lines)
    return text and _CONTINUED.sub("", fold_width(text))


def department(lines: Iterable[TextLine]) -> str | None:
    """The department that a line such as `部门名称：X` states, of the surest label, else the reporting unit; white space removed.

    A label of the unit of money names it where it states a body: `单位：青川市测绘局`.
    """
    words, lines = vocabulary("surroundings"), tuple(lines)
    return _stated(lines, [*words["department"], *words["reporting_unit"]]) or _stated(lines, words["unit"], is_body=True)


def own_department(lines: Iterable[TextLine]) -> str | None:
    """The department that a line states as one; `单位名称：X` may as well name a unit below it."""
    return _stated(lines, vocabulary("surroundings")["department"])


def departments(names: Iterable[str]) -> list[list[str]]:
    """Names by the department that they can be of, the most frequent name of each first (of equal ones the first printed)."""
    groups: list[list[str]] = []
    for name, _ in Counter(names).most_common():
        group = next((group for group in groups if is_same_department(group[0], name)), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    return groups


def cover_department(lines: Sequence[TextLine]) -> str | None:
    """The name of a body on a cover: `X局2025年部门预算`, `2025年度X局部门预算`; that of a region alone is none."""
    names = (cover.name for cover in _covers(lines))
    return next((name for name in names if _is_body(name)), None)


def titled_department(above: Sequence[TextLine]) -> str | None:
    """The body whose name stands beside the year in the title of the table below some lines, be it in one line or two."""
    texts = (strip_whitespace(_without_number(text)) for text in (title(above), _own_wrapped_title(above), heading(above)) if text)
    found = ((text, match) for text in texts if (match := _IN_TITLE.fullmatch(fold_width(text))))
    names = (text[slice(*(match.span("before") if match["before"] else match.span("after")))] for text, match in found)
    return next((name for name in names if _is_named_body(name)), None)


def fiscal_year(titles: Iterable[str | None], lines: Sequence[TextLine]) -> int | None:
    """The year in a table's title (or alone in a line), else on the covers.

    Never a publishing date's or a project's. A title with several years or a period (`2023-2025年`), and covers that
    disagree, state none.
    """
    stated = (_only({match[1] for match in _YEAR.finditer(_PERIOD.sub("", fold_width(text)))}) for text in titles if text)
    year = next((digits for digits in stated if digits), None) or _only({cover.year for cover in _covers(lines)})
    return int(year.translate(_NUMERALS)) if year else None


def headline_year(lines: Sequence[TextLine], stage: Stage | None) -> int | None:
    """The year of a document that begins with what it is, without a name: `2024年度部门决算公开`.

    It may be a link to another one where the titles of the tables do not say the same stage.
    """
    first = next((text for line in lines if (text := strip_whitespace(fold_width(line.text)))), "")
    match = _HEADLINE.fullmatch(first)
    is_own = match is not None and stage == ("budget" if match["stage"] == "预算" else "final")
    return int(match["year"].translate(_NUMERALS)) if match and is_own else None


def stated_year(above: Sequence[TextLine]) -> int | None:
    """The year that the lines above a table state: in its title, alone in a line, or on a cover among them."""
    return fiscal_year((title(above), _own_wrapped_title(above), year_line(above), heading(above)), above)


def heading(above: Sequence[TextLine]) -> str | None:
    """The line next above a table, statements apart, if it names a body, the year and what is of both: `X馆2031年预算项目一览`.

    It needs not end in 表 then; a date below a name is none, nor is the title of a publication.
    """
    texts = (strip_whitespace(_without_statements(line.text)) for line in reversed(above))
    nearest = _may_be_title(next(filter(None, texts), ""))
    match = _IN_TITLE.fullmatch(fold_width(nearest)) if nearest else None
    if match is None or _cover(match[0]) or not _is_named_body(match["before"] or match["after"]):
        return None
    return nearest if re.search("预算|决算|绩效", match[0]) else None


def _own_wrapped_title(above: Sequence[TextLine]) -> str | None:
    """The title with the line above it, unless that names a publication as a whole: 2022年度部门决算公开 may be a link to another."""
    last, whole = title(above), wrapped_title(above)
    return whole if last and whole and not _PUBLICATION.search(fold_width(whole.removesuffix(last))) else None


def year_line(lines: Iterable[TextLine]) -> str | None:
    """A line that holds the year and nothing else: `（2025年度）`."""
    return next((text for line in lines if _YEAR_LINE.fullmatch(text := strip_whitespace(fold_width(line.text)))), None)


def stage(titles: Iterable[str | None], lines: Sequence[TextLine]) -> Stage | None:
    """Budget or final accounts, from 预算 or 决算 in the titles, else on the covers; None where both stand there as often.

    一般公共预算 and the names of the other funds say nothing where anything else does: final accounts have them too.
    """
    known = [text for text in titles if text]
    for texts in ([_FUNDS.sub("", text) for text in known], [cover.text for cover in _covers(lines)], known):
        ranked = Counter(stage for text in texts for stage in _stages(text)).most_common()
        if ranked and (len(ranked) == 1 or ranked[0][1] >= ranked[1][1] * _MAJORITY):
            return ranked[0][0]
    return None


def _stages(text: str) -> Iterator[Stage]:
    if re.search("预算|预.?决算", text):
        yield "budget"
    if "决算" in text:
        yield "final"


def unit_of(text: str) -> str | None:
    """The unit of money that a line states: `单位：万元`, `（ 万 元）`, `本表金额单位为万元`; None where it states several.

    `预算单位：X局` states none.
    """
    return _only(_units_in(text))


def unit(near: Sequence[TextLine], pages: set[int], lines: Iterable[TextLine]) -> str | None:
    """The unit of money for a table that states none in its header.

    Args:
        near: the lines above the table and those among its rows.
        pages: the pages that the table stands on, empty where the format has none.
        lines: all lines of the document.

    Returns:
        The unit that the table's title and the lines below it state, else the lines above it, its pages, the document.
        None where no line states one or where they contradict each other.
    """
    everywhere = list(lines)
    on_pages = [line for line in everywhere if line.page is not None and line.page in pages]
    begin = next((place for place in reversed(range(len(near))) if title(near[place : place + 1])), 0)
    for scope in (near[begin:], near, on_pages, everywhere):
        stated = {found for line in scope for found in _units_in(line.text)}
        if stated:
            return _only(stated)
    return None


def is_furniture(line: TextLine) -> bool:
    """Whether a line belongs to the page, not to the text: a page number, a title, a statement."""
    plain = strip_whitespace(fold_width(line.text))
    says = title([line]) or unit_of(line.text) or year_line([line])
    return says is not None or bool(_PAGE_NUMBER.fullmatch(plain)) or not _without_statements(line.text)


def note(lines: Iterable[TextLine], *, is_empty: bool) -> str | None:
    """The published note under a table, whole; instructions of the blank form are none.

    Wrapped lines are joined, paragraphs stand in lines of their own. What begins the next table or a part of the document
    ends it, so does text that is no note.
    """
    found: list[str] = []
    last: TextLine | None = None
    for line in lines:
        text = unwrap(line.text)
        plain = strip_whitespace(fold_width(text))
        if _is_instruction(plain) or _PAGE_NUMBER.fullmatch(plain):
            continue
        if _PART.match(plain) or title([line]) or _TABLE_NUMBER.fullmatch(plain) or not _without_statements(line.text):
            break
        if is_note(line) or (found and re.match(r"[0-9]+[.、]", plain)):
            found.append(text)
        elif last and _is_wrapped(last, line):
            found[-1] = join_lines([found[-1], text])
        elif (found and "本表" in plain) or (is_empty and _says_empty(plain)):
            found.append(text)
        elif found or _is_prose(plain):
            break
        else:
            continue
        last = line
    return "\n".join(found) or None


def are_tables_attached(lines: Iterable[TextLine]) -> bool:
    """Whether a text says that its tables are published in another file: `公开表附后`, `2024年部门预算公开表（详见附件）`."""
    text = "\n".join(strip_whitespace(fold_width(line.text)) for line in lines)
    return bool(_attached().search(text))


@cache
def _attached() -> re.Pattern[str]:
    where, between = any_of(vocabulary("surroundings")["attached"]), rf"[^。;]{{0,{_PROSE_LENGTH}}}"
    return re.compile(rf"表{between}(?:{where})|(?:{where}){between}表")


def is_note(line: TextLine) -> bool:
    """Whether a line begins as a note does (`注：`, `说明：`)."""
    plain = strip_whitespace(fold_width(line.text))
    return bool(re.match(rf"[(（*※]*(?:{any_of(vocabulary('surroundings')['note'])})[0-9]*[:：、.]", plain))


def _is_wrapped(above: TextLine, line: TextLine) -> bool:
    """Whether a line goes on with the sentence of the one above, which ends in a comma or at the right edge of the text."""
    end = above.text.rstrip()[-1:]
    if end in "，、,":
        return True
    is_full = above.box is not None and line.box is not None and above.box.right > line.box.right - _SAME_LINE
    return is_full and above.page == line.page and end not in _ENDS


def _says_empty(plain: str) -> bool:
    return bool(re.search(any_of(vocabulary("surroundings")["empty_note"]), plain))


def _is_instruction(plain: str) -> bool:
    words = vocabulary("surroundings")["instructions"]
    return bool(re.match(any_of(words), plain)) or words[-1] in plain


def _is_prose(plain: str) -> bool:
    """Whether a line is running text, so that no note of the table above follows it."""
    return len(plain) > _PROSE_LENGTH and bool(re.search("[。；，,]", plain))


def statements(text: str) -> Iterator[tuple[str, str]]:
    """The `label：value` pairs of a line, white space and outer brackets removed; several may stand in one line."""
    folded = fold_width(text)
    found = _labels(folded)
    ends = [*(match.start() for match in found[1:]), len(text)]
    for match, end in zip(found, ends, strict=False):
        value = strip_whitespace(text[match.end() : end])
        if match.start() and folded[match.start() - 1] in "([":
            value = value.rstrip("）)]")
        yield strip_whitespace(match[1]), _stamp().sub("", value)


def is_statement(text: str) -> bool:
    """Whether a text is nothing but a label with its value: `制表人：张三`."""
    return bool(text) and (":" in text or "：" in text) and not _without_statements(text)


@lru_cache(maxsize=8192)    # the lines around a table are looked at for title, unit, department and year
def _without_statements(text: str) -> str:
    """What a line holds in front of its statements: `2024年…表（单位：万元）` is the title `2024年…表`."""
    begin = next((match.start() for match in _labels(fold_width(text))), len(text))
    heading = strip_whitespace(text[:begin]).rstrip("（([【")
    return heading[: len(money_in_brackets(heading)[0])]


def _labels(folded: str) -> list[re.Match[str]]:
    return [match for match in _label().finditer(folded) if _is_start(folded, match.start())]


def _stated(lines: Iterable[TextLine], labels: list[str], *, is_body: bool = False) -> str | None:
    all_lines, labels = list(lines), [fold_width(label) for label in labels]
    found = [
        (label, value or _beside(all_lines, place))
        for place, line in enumerate(all_lines)
        for label, value in statements(line.text)
        if label in labels
    ]
    found = [(label, value) for label, value in found if value and (not is_body or _is_named_body(value))]
    return min(found, key=lambda pair: labels.index(pair[0]))[1] if found else None


def _beside(lines: Sequence[TextLine], place: int) -> str:
    """What stands in a line of its own beside a label that states nothing (`部门：` in one cell, the name in the next)."""
    label = lines[place]
    near = [line for line in (*lines[place + 1 : place + 2], *lines[max(place - 1, 0) : place]) if not _labels(fold_width(line.text))]
    if label.box:
        near = [line for line in near if line.box and line.page == label.page and abs(line.box.top - label.box.top) < _SAME_LINE]
    elif label.row is not None:
        near = [line for line in near if line.row == label.row]
    else:
        near = []
    return strip_whitespace(near[0].text) if near else ""


@cache
def _stamp() -> re.Pattern[str]:
    """What says where the stamp goes: `填报单位：（盖章）` names nobody."""
    return re.compile(rf"[(（](?:{any_of(vocabulary('surroundings')['stamp'])})[)）]")


@cache
def _label() -> re.Pattern[str]:
    words = vocabulary("surroundings")
    known = (label for kind in ("department", "reporting_unit", "unit", "other") for label in words[kind])
    labels = sorted({fold_width(label) for label in known}, key=len, reverse=True)
    spaced = "|".join(r"\s*".join(re.escape(character) for character in label) for label in labels)
    return re.compile(rf"({spaced})\s*:")


def _is_start(folded: str, position: int) -> bool:
    return position == 0 or folded[position - 1] in " \t\n([、,;；。)]" or not re.match(r"[一-鿿A-Za-z0-9]", folded[position - 1])


@lru_cache(maxsize=8192)
def _units_in(text: str) -> Set[str]:
    """All units of money that a line states."""
    plain = strip_whitespace(fold_width(text))
    labels: list[str] = vocabulary("surroundings")["unit"]
    found = {unit for label, value in statements(text) if label in labels for unit in _money(value)}
    said = re.finditer(rf"(?:{any_of(labels)})均?[为是]([^,;。]*)|(?:^|[^一-鿿])(?:{any_of(labels)})\(([^()]*)\)", plain)
    found.update(unit for match in said for unit in _money(match[1] or match[2]))
    if _TITLE.fullmatch(_without_statements(text)) or re.fullmatch(r"[(\[].*[)\]]", plain):
        found.update(_money(re.split(r"[(\[]", plain)[-1].rstrip(")]")))
    return found


def _money(value: str) -> set[str]:
    """The units of money in what a label states: `万元`, `人民币万元`, `人、万元`, `万元（保留两位小数）`."""
    currency = any_of(vocabulary("money")["currency"])
    unit = re.compile(rf"(?:{currency})?({any_of(list(units()))})(?:{currency})?(?![一-鿿/])")
    parts = re.split(r"[、,;()\[\]]", strip_whitespace(fold_width(value)))
    return {match[1] for part in parts if (match := unit.match(part))}


@cache
def _money_at_end() -> re.Pattern[str]:
    return re.compile(rf"[(\[,/](?:(?:金额)?单位:)?({any_of(list(units()))})[)\]]?$")


@lru_cache(maxsize=4096)    # a document repeats its headers: on every page, and once for each layout that is asked
def money_in_brackets(header: str) -> tuple[str, str | None]:
    """Take the unit of money off a header: `总计（万元）`, `预算数(单位：元)`, `金额/万元`."""
    plain = strip_whitespace(fold_width(header))
    match = _money_at_end().search(plain)
    return (plain[: match.start()], match[1]) if match else (plain, None)


@cache
def _other_money() -> re.Pattern[str]:
    foreign, money = any_of(vocabulary("money")["foreign"]), any_of(list(units()))
    named = rf"[十百千万亿]*(?:{foreign})"
    return re.compile(rf"[(\[](?:(?:金额)?单位:)?(?:(?P<foreign>{named})|(?:{money})(?:/|每)[^()]+)[)\]]$|^(?P<whole>{named})$")


@lru_cache(maxsize=4096)
def other_money(header: str) -> Literal["foreign", "rate"] | None:
    """What the numbers under a header, or beside a label, are that are no yuan to be added up: 预算金额（万美元）, 人均标准（元/人）."""
    match = _other_money().search(strip_whitespace(fold_width(header)))
    return match and ("foreign" if match["foreign"] or match["whole"] else "rate")


class _Cover(NamedTuple):
    name: str
    year: str
    text: str


def _covers(lines: Sequence[TextLine]) -> list[_Cover]:
    """The covers among the lines: a name, the year, 预算 or 决算, and nothing else, in one line or wrapped over lines of one size."""
    found: list[_Cover] = []
    begin = 0
    while begin < len(lines):
        ends = range(min(_wrapped_to(lines, begin), begin + _WRAPPED), begin, -1)
        covers = ((end, _cover("".join(line.text for line in lines[begin:end]))) for end in ends)
        end, cover = next(((end, cover) for end, cover in covers if cover), (begin + 1, None))
        found += [cover] if cover else []
        begin = end
    return found


def _wrapped_to(lines: Sequence[TextLine], begin: int) -> int:
    """The line after the last one that is as high as the one at `begin`, and follows it on its page; without boxes the next line."""
    first, end = lines[begin], begin + 1
    while end < len(lines) and (box := lines[end].box) and first.box and lines[end].page == first.page:
        height, other = first.box.bottom - first.box.top, box.bottom - box.top
        if abs(height - other) > height * _SAME_SIZE:
            break
        end += 1
    return end


def _cover(published: str) -> _Cover | None:
    text = strip_whitespace(published)
    folded = fold_width(text)
    if len(text) > _COVER_LENGTH:
        return None
    first = _YEAR_FIRST.fullmatch(folded)
    match = _COVER.fullmatch(folded) or (first if first and _is_body(first["name"]) else None)
    return _Cover(text[match.start("name") : match.end("name")], match["year"], folded) if match else None


def _is_body(name: str) -> bool:
    bare = re.sub(r"[(（][^()（）]*[)）]$", "", name)
    return bare.endswith(tuple(vocabulary("headers")["bodies"]))


def _is_named_body(name: str) -> bool:
    """Whether a text is the name of one body, not of a kind of them (市直机关, 全市学校)."""
    words = vocabulary("surroundings")["kinds_of_bodies"]
    return _is_body(name) and not name.startswith(tuple(words["begin"])) and not name.endswith(tuple(words["end"]))


def _only(found: Set[str]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None
