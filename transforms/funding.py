"""The funding sources of projects, declared once in `vocabulary/funding.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from transforms.vocabulary import vocabulary

APPROPRIATION = "fiscal_appropriation"


class FundingSource(NamedTuple):
    """A source: its key in records and schema, its name in Chinese and English, and the source of which it is a part."""

    key: str
    zh: str
    en: str
    part_of: str | None = None


@cache
def funding_sources() -> tuple[FundingSource, ...]:
    """All sources, in the order in which they are shown."""
    return tuple(FundingSource(key, **words) for key, words in vocabulary("funding").items())


@cache
def appropriation_parts() -> tuple[str, ...]:
    """The keys of the parts of 财政拨款, which some tables show besides it."""
    return tuple(source.key for source in funding_sources() if source.part_of == APPROPRIATION)


def independent(funding: Mapping[str, Decimal | None]) -> dict[str, Decimal]:
    """The amounts of sources that add up to a total: those that are filled, without the parts of a filled 财政拨款."""
    filled = {source: amount for source, amount in funding.items() if amount is not None}
    nested = appropriation_parts() if APPROPRIATION in filled else ()
    return {source: amount for source, amount in filled.items() if source not in nested}
