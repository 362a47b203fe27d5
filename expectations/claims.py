"""What sentences say of amounts beside them: by how much they changed, and which share they are of a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from expectations.words import words
from transforms.amounts import units
from transforms.vocabulary import any_of

_PERCENT = r"(?P<{0}>[0-9]+(?:\.[0-9]+)?)%"
_SLACK = 2   # of the last place of a percentage: it was cut off, or shares were made to give a hundred
_ROUNDINGS = 4   # of two amounts each may have been rounded up or down
_HOLDING = 2     # shares that hold and are not chance, where the parts do not give the whole
_DIGITS = 3      # of a percentage that is like another one by no chance
_APART = Decimal("0.05")    # of it: a whole that is not quite the same (with what was carried over) explains less
HUNDRED = Decimal(100)
_NEAR = 300      # characters before a share in which a whole may be stated that is meant instead of the one that it names
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, as it stands in a text: yuan, and how far rounding may have moved it."""

    yuan: Decimal
    slack: Decimal


@dataclass(frozen=True, slots=True)
class Claim:
    """A percentage in a text, with the one that the amounts beside it give, at least and at most; `start` is its place in the text.

    `is_reversed` says that it goes down where the amount beside it goes up, or up where that goes down.
    """

    text: str
    start: int
    stated: Decimal
    step: Decimal
    given: Decimal
    low: Decimal
    high: Decimal
    is_reversed: bool = False

    @property
    def holds(self) -> bool:
        """Whether the amounts give the percentage, to its last places."""
        return not self.is_reversed and self.low - self.step * _SLACK <= self.stated <= self.high + self.step * _SLACK


@dataclass(frozen=True, slots=True)
class Change:
    """What a text says of an amount (its number begins at `start`): by how much it is more, or less, than in another year.

    `others` are the amounts before it in its clause: the change may be one of theirs.
    `year` is None where the text says `上年`; `measure` is `预算`, `决算`, `执行` or blank, as the text says with what it compares.
    `share` and `other_way` are the change in per cent and its direction, where the text states them too. Where it states nothing but a
    percentage, the change is what that is of the other year's amount.
    """

    text: str
    start: int
    own: Amount
    change: Amount
    is_up: bool
    year: int | None
    measure: str
    share: str | None
    other_way: str | None
    others: tuple[Amount, ...] = ()


def compared(text: str) -> Iterator[Change]:
    """The amounts of which a text says how they changed, compared in plain words.

    Args:
        text: without white space, in plain width.
    """
    for found in _change().finditer(text):
        before = re.split("[。;]", text[: found.start()])[-1]
        if "%" in before or _is_on_another_basis(before + found[0]):
            continue
        others = tuple(_amount(other, "own") for other in _any_amount().finditer(before))
        own, is_up = _amount(found, "own"), found["way"] in words()["prose_up"]
        change = _change_of(own, found["alone"], is_up=is_up) if found["alone"] else _amount(found, "change")
        if change:
            year = int(found["year"]) if found["year"] else None
            yield Change(
                found[0], found.start(), own, change, is_up, year, found["measure"] or "", found["share"], found["other_way"], others)


def changes(text: str) -> Iterator[Claim]:
    """What the text says of an amount that changed by another: `收入预算876.40万元，比上年增加21.30万元，增长2.49%`.

    The change after a later amount of a clause may be that of an earlier one: its percentage is told only where all of them give another
    one, and it is the next one's but for a slip of the pen.

    Args:
        text: without white space, in plain width.
    """
    for said in compared(text):
        claim, *of_others = (_change_claim(said, own) for own in (said.own, *said.others))
        meant = next((other for other in (claim, *of_others) if other and other.holds), claim)
        if meant and (meant.holds or not said.others or is_misprint(meant)):
            yield meant


def _change_claim(said: Change, own: Amount) -> Claim | None:
    """What a text says of a change in per cent, were it the change of `own`; None where nothing follows from the amounts."""
    change, sign = said.change, 1 if said.is_up else -1
    ends = [
        (change.yuan + d * change.slack) / base * HUNDRED
        for d in (-1, 1) for o in (-1, 1) if (base := own.yuan + o * own.slack - (change.yuan + d * change.slack) * sign) > 0
    ]
    if not said.share or len(ends) < _ROUNDINGS or change.yuan <= change.slack:
        return None
    stated, step = _percentage(said.share)
    is_reversed = (said.other_way in words()["prose_up"]) != said.is_up and stated > 0
    given = change.yuan / (own.yuan - sign * change.yuan) * HUNDRED
    return Claim(said.text, said.start, stated, step, given, min(ends), max(ends), is_reversed)


def is_misprint(claim: Claim) -> bool:
    """Whether a percentage is the one that the amounts give but for one digit, or two that changed places, and by no chance."""
    is_apart = abs(claim.stated - claim.given) >= _APART * claim.given
    return is_apart and is_slip_of_the_pen(claim.stated / claim.step, claim.given / claim.step, _DIGITS)


def is_slip_of_the_pen(one: Decimal, other: Decimal, least_digits: int) -> bool:
    """Whether two numbers, as so many last places, differ by one digit or two that changed places.

    Args:
        one: the number.
        other: that which was meant.
        least_digits: of `other`, zeros at its end apart; shorter numbers are like others by chance.
    """
    digits, its = (f"{number.quantize(Decimal(1)):f}" for number in (one, other))
    off = [place for place, (digit, its_digit) in enumerate(zip(digits, its, strict=False)) if digit != its_digit]
    if len(digits) != len(its) or len(its.rstrip("0")) < least_digits or not off:
        return False
    is_swap = len(off) == 2 and off[1] == off[0] + 1 and (digits[off[0]], digits[off[1]]) == (its[off[1]], its[off[0]])
    return len(off) == 1 or is_swap


def shares(text: str) -> Iterator[Claim]:
    """What the text says of the parts of a whole: `收入预算100万元，其中：财政拨款90万元，占90%；其他收入10万元，占10%`.

    They are shares of that whole for certain where the parts give it, or where all but one are what they should be.

    Args:
        text: without white space, in plain width.
    """
    for found in _whole().finditer(text):
        parts = list(_share().finditer(text, found.end(), _end_of_sentence(text, found.end())))
        whole = _amount(found, "own")
        if not parts or whole.yuan <= 0 or _is_on_another_basis(text[found.start() : parts[-1].end()]):
            continue
        amounts = [_amount(part, "own") for part in parts]
        claims = [_share_claim(part[0], part.start(), part["share"], amount, whole) for part, amount in zip(parts, amounts, strict=True)]
        wrong = [claim for claim in claims if not claim.holds]
        slack = sum((amount.slack for amount in amounts), whole.slack)
        gives = abs(sum((amount.yuan for amount in amounts), Decimal(0)) - whole.yuan) <= slack
        is_certain = (gives and len(wrong) < max(len(claims), 2)) or (len(wrong) == 1 and len(claims) > _HOLDING)
        yield from claims if is_certain or not wrong else ()


def shares_of(text: str, whole_of: Callable[[str], Sequence[Amount]], part_of: Callable[[str], Sequence[Amount]]) -> Iterator[Claim]:
    """What the text says of parts of a whole that it names: `基本支出60万元,占支出总额的60%`, `基本支出占支出预算的60%`.

    Since the words may be those of another whole (of a unit, of a fund), told is only a percentage that no amount of the sentence
    gives, and that is the named whole's but for a slip of the pen.

    Args:
        text: without white space, in plain width.
        whole_of: the amounts that a whole may be, by its words; none where they name none.
        part_of: the amounts that may be spoken of, by the words up to 占.
    """
    for found in _named_share().finditer(text):
        before = re.split("[。;]", text[: found.start("of")])[-1]
        wholes = whole_of(found["whole"])
        parts = [_amount(found, "own")] if found["own_number"] else part_of(before.removesuffix(","))
        if not wholes or not parts or _is_on_another_basis(before + found[0]):
            continue
        said = text[found.start() : found.end()] if found["own_number"] else before + text[found.start("of") : found.end()]
        around = [_amount(other, "own") for other in _any_amount().finditer(text, max(0, found.start() - _NEAR), found.start("of"))]
        claims = [
            _share_claim(said, found.start(), found["share"], part, whole)
            for whole in (*wholes, *around) for part in parts if whole.yuan > 0
        ]
        meant = next((claim for claim in claims if claim.holds), claims[0] if claims and len(wholes) == len(parts) == 1 else None)
        if meant and (meant.holds or is_misprint(meant)):
            yield meant


def _share_claim(text: str, start: int, share: str, amount: Amount, whole: Amount) -> Claim:
    stated, step = _percentage(share)
    low, high = (
        (amount.yuan + sign * amount.slack) / (whole.yuan - sign * whole.slack) * HUNDRED for sign in (-1, 1)
    )
    return Claim(text, start, stated, step, amount.yuan / whole.yuan * HUNDRED, low, high)


def _amount(found: re.Match[str], name: str) -> Amount:
    number, yuan = found[f"{name}_number"].replace(",", ""), Decimal(units()[found[f"{name}_unit"]])
    return Amount(Decimal(number) * yuan, yuan.scaleb(-len(number.partition(".")[2])) / 2)


def _change_of(own: Amount, percentage: str, *, is_up: bool) -> Amount | None:
    """The change of which the text states nothing but how many per cent it is of what there was; None where nothing is left."""
    sign = 1 if is_up else -1
    stated, step = _percentage(percentage)
    if stated >= HUNDRED and not is_up:
        return None

    def change(share: Decimal, amount: Decimal) -> Decimal:
        return amount * share / (HUNDRED + sign * share)

    middle = change(stated, own.yuan).quantize(_CENT)
    ends = [change(stated + s * step / 2, own.yuan + o * own.slack) for s in (-1, 1) for o in (-1, 1)]
    return Amount(middle, max(abs(end - middle) for end in ends))


def _percentage(text: str) -> tuple[Decimal, Decimal]:
    return Decimal(text), Decimal(1).scaleb(-len(text.partition(".")[2]))


def _is_on_another_basis(text: str) -> bool:
    return any(word in text for word in words()["prose_other_basis"])


def _end_of_sentence(text: str, start: int) -> int:
    end = text.find("。", start)
    return len(text) if end < 0 else end


def _number(name: str) -> str:
    return rf"(?P<{name}_number>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<{name}_unit>{any_of(['元', '万元', '亿元', '千元'])})"


@cache
def _change() -> re.Pattern[str]:
    ways = any_of([*words()["prose_up"], *words()["prose_down"]])
    return re.compile(
        rf"(?<![0-9.,]){_number('own')},(?:比|较|与)(?:上年|去年|上一年|(?P<year>20[0-9]{{2}})年)度?(?:年初)?(?P<measure>预算|决算|执行)?数?"
        rf"(?:相比|对比)?,?(?P<way>{ways})了?"
        rf"(?:{_number('change')}(?:[,(、](?P<other_way>{ways})了?{_PERCENT.format('share')})?|{_PERCENT.format('alone')}(?!左右|以[上下内]))"
    )


@cache
def _any_amount() -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9.,]){_number('own')}")


@cache
def _named_share() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?<![0-9.,]){_number('own')},)?(?P<of>占)(?P<whole>[一-鿿()、]{{2,20}}?)(?:的?(?:比重|比例|比)|的)?(?:为|达到?)?"
        rf"{_PERCENT.format('share')}(?!左右|以[上下内])"
    )


@cache
def _whole() -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9.,]){_number('own')}[,;。]?其中:")


@cache
def _share() -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9.,]){_number('own')},占(?:{any_of(words()['prose_share_of'])})*{_PERCENT.format('share')}")


def wrong(claims: Sequence[Claim]) -> list[Claim]:
    """The claims that do not hold."""
    return [claim for claim in claims if not claim.holds]
