"""Raised and lowered digits: a footnote's number is none of the amount's digits, so it gets characters of its own."""

from __future__ import annotations

_DIGITS = "0123456789０１２３４５６７８９"
SUPERSCRIPT = str.maketrans(_DIGITS, "⁰¹²³⁴⁵⁶⁷⁸⁹" * 2)
SUBSCRIPT = str.maketrans(_DIGITS, "₀₁₂₃₄₅₆₇₈₉" * 2)
