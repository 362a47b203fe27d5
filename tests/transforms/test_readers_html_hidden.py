"""What a page's styles hide in the cell of an amount, in the ways in which sites and programs write them; and what they do not."""

from __future__ import annotations

import pytest

from transforms.grid import Grid
from transforms.readers.html import read

TEXT = '219.70<span class="x">9</span>'


def amount(style: str, html: str = TEXT, around: str = "<table><tr><td>行政运行</td><td>{}</td></tr><tr><td>合计</td><td>219.70</td></tr></table>") -> str:
    """The amount that is read of a table with a style sheet."""
    (grid,) = [block for block in read(f"<html><style>{style}</style><body>{around.format(html)}</body></html>".encode()).blocks if isinstance(block, Grid)]
    return grid.cells[1].text


@pytest.mark.parametrize("style", [
    "@media not print { .x { display: none } }", "@media (width >= 600px) { .x { display: none } }",
    "@media (600px <= width <= 2000px) { .x { display: none } }", "@media (hover: hover) { .x { display: none } }",
    "@media screen and (orientation: landscape) { .x { display: none } }", "@media screen { @media (min-width: 1em) { .x { display: none } } }",
    "@media (max-width: 1px) or (pointer: fine) { .x { display: none } }", "@media (not (max-width: 600px)) { .x { display: none } }",
    "@supports (display: grid) { .x { display: none } }", "@layer base { .x { display: none } }", "table { & .x { display: none } }",
    "td { .y, .x { display: none } }", ":is(.x, .y) { display: none }", ".y, [class='x'] { display: none }",
    ":root { --hide: none } .x { display: var(--hide) }", ".x { display: var(--shown, none) }",
    ".x { clip-path: polygon(0 0, 0 0, 0 0) }", ".x { text-indent: 100%; white-space: nowrap; overflow: hidden }",
    ".x { height: 0; overflow-y: hidden }", ".x { height: 0; overflow: clip }", ".x { color: rgb(0 0 0 / 0) }",
    ".x { -webkit-text-fill-color: transparent }", ".x { filter: opacity(0) }", ".x { font: 0/0 a }",
    ".x { position: absolute; inset: -9999px auto auto -9999px }", ".x { position: fixed; inset: 0 auto 0 -9999px }", ".x { transform: translateX(-9999px) }",
    ".x { translate: -9999px 0 }", ".x { scale: 0 }", ".x { content-visibility: hidden }", ".x { display: none !important } .x { display: inline }",
    ".x { text-decoration: line-through }", ".x { position: absolute; transform: rotate(-30deg); opacity: 0.6 }",
    ".x { position: absolute; opacity: 0.1 }",
])
def test_what_a_style_hides_is_not_read(style: str) -> None:
    assert amount(style) == "219.70"


@pytest.mark.parametrize("html", [
    "219.70<span popover>9</span>", "219.70<dialog>9</dialog>", "219.70<datalist><option>9</datalist>", "219.70<ruby><rt>9</rt></ruby>",
    '<select><option selected label="219.70" value="3"></select>',
])
def test_what_an_element_does_not_show_is_not_read(html: str) -> None:
    assert amount("", html) == "219.70"


@pytest.mark.parametrize(("style", "html"), [
    ("td .x { color: inherit } .w { color: white }", '219.70<span class="w"><span class="x">9</span></span>'),
    (".x { display: none } .x b { display: inline !important }", '219.70<span class="x"><b>9</b></span>'),
])
def test_what_stands_in_something_hidden_is_not_read(style: str, html: str) -> None:
    assert amount(style, html) == "219.70"


@pytest.mark.parametrize(("style", "html"), [
    ("@media not screen { .x { display: none } }", TEXT), ("@media (400px >= width) { .x { display: none } }", TEXT),
    ("@media (prefers-color-scheme: dark) { .x { display: none } }", TEXT), ("@media (hover: none) { .x { display: none } }", TEXT),
    ("@media (peculiar: 1) { .x { display: none } }", TEXT), ("@supports not (display: grid) { .x { display: none } }", TEXT),
    ("[hidden].x { display: inline }", '219.70<span class="x" hidden>9</span>'), ("s { text-decoration: none }", "219.70<s>9</s>"),
    (".x { visibility: hidden } .x b { visibility: visible }", '219.70<span class="x"><b>9</b></span>'),
    (".x { transform: rotate(360deg) }", TEXT), (".x { background-clip: text; color: transparent }", TEXT), (".x { opacity: 0.3 }", TEXT),
    (".tab .x { display: none } .tab.active .x { display: inline }", f'<span class="tab">{TEXT}</span>'),
    (".x { clip-path: polygon(0 0, 100% 0, 100% 100%) }", TEXT), (".x { inset: -9999px }", TEXT),
    (".x { color: inherit }", f'<span style="color: black">{TEXT}</span>'),
])
def test_what_a_style_does_not_hide_is_read(style: str, html: str) -> None:
    assert amount(style, html) == "219.709"


@pytest.mark.parametrize("style", ["col:nth-child(2) { visibility: collapse }", ".c { visibility: collapse }"])
def test_columns_that_a_style_collapses_are_not_read(style: str) -> None:
    columns = '<colgroup><col><col class="c"><col></colgroup>'
    row = "<tr><td>行政运行</td><td>777.00</td><td>{}</td></tr>"
    assert amount(style, "219.70", f"<table>{columns}{row}<tr><td>合计</td><td>777.00</td><td>219.70</td></tr></table>") == "219.70"


ROWS = (("科目", "金额"), ("行政运行", "219.70"), ("培训支出", "3.00"), ("合计", "222.70"))


@pytest.mark.parametrize(("style", "row"), [
    (".r { display: flex }", '<div class="r">{}</div>'), (".r { display: inline-flex; flex-flow: row wrap }", '<div class="r">{}</div>'),
    (".t { display: grid; grid-template-columns: 2fr 1fr }", "{}"), (".t { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)) }", "{}"),
])
def test_boxes_in_rows_with_amounts_are_a_table(style: str, row: str) -> None:
    body = "".join(row.format("".join(f"<div>{text}</div>" for text in texts)) for texts in ROWS)
    (grid,) = read(f'<html><style>{style}</style><div class="t">{body}</div></html>'.encode()).blocks
    assert isinstance(grid, Grid)
    assert [tuple(cell.text for cell in cells) for cells in grid.rows()] == list(ROWS)


@pytest.mark.parametrize("style", [".r { display: flex; flex-direction: column }", ".t { display: flex }", ".t { display: grid }"])
def test_boxes_below_each_other_are_lines(style: str) -> None:
    body = "".join(f'<div class="r">{"".join(f"<div>{text}</div>" for text in texts)}</div>' for texts in ROWS)
    blocks = read(f'<html><style>{style}</style><div class="t">{body}</div></html>'.encode()).blocks
    assert not any(isinstance(block, Grid) for block in blocks)


def test_text_that_is_shown_as_written_holds_its_table() -> None:
    (grid,) = read(f"<html><pre>{chr(10).join(map(chr(9).join, ROWS))}</pre></html>".encode()).blocks
    assert isinstance(grid, Grid)
    assert [tuple(cell.text for cell in cells) for cells in grid.rows()] == list(ROWS)


@pytest.mark.parametrize("element", ["audio", "canvas", "iframe", "meter", "object", "progress", "video"])
def test_what_stands_in_for_an_element_that_browsers_show_is_not_read(element: str) -> None:
    assert amount("", f"219.70<{element}>9</{element}>") == "219.70"


@pytest.mark.parametrize(("style", "html"), [
    (".x::before { content: '219' }", '<span class="x">.70</span>'), (".x:after { content: '.' '70' }", '<span class="x">219</span>'),
    (".x::after { content: attr(data-Amount) }", '<span class="x" data-amount="219.70"></span>'),
    (".x::before { content: '9'; display: none }", '<span class="x">219.70</span>'),
    (".x::after { content: '9'; color: white }", '<span class="x">219.70</span>'), (".x::after { content: '▲' }", '<span class="x">219.70</span>'),
    (".x::after { content: '9'; position: absolute; left: -9999px }", '<span class="x">219.70</span>'),
    (".x::before { content: '\\e601' }", '<span class="x">219.70</span>'),
    ("@media (max-width: 600px) { td::before { content: '金额' } }", "219.70"), (".x::after { content: '' / '金额' }", '<span class="x">219.70</span>'),
])
def test_what_a_style_writes_beside_a_text_is_read(style: str, html: str) -> None:
    assert amount(style, html) == "219.70"


@pytest.mark.parametrize("html", [
    '<x-y>9<template shadowrootmode="open"><b>219.70</b></template></x-y>',
    '<x-y><template shadowrootmode="open"><slot>9</slot></template>219.70</x-y>',
    '<x-y>219<i>.70</i><template shadowrootmode="closed"><slot></slot></template></x-y>', "219.70<template>9</template>",
])
def test_a_shadow_tree_is_shown_in_the_place_of_what_its_element_holds(html: str) -> None:
    assert amount("", html) == "219.70"


def test_the_text_of_a_drawing_in_a_cell_is_read() -> None:
    assert amount("", '<svg><defs><text>8</text></defs><title>7</title><text>219<tspan>.70</tspan></text><text display="none">9</text></svg>') == "219.70"


@pytest.mark.parametrize("style", ["background-image: url(a.png)", "background-image: linear-gradient(#036, #369)"])
def test_white_text_on_a_picture_is_read(style: str) -> None:
    assert amount(f"td {{ color: white; {style} }}", "219.70") == "219.70"


def test_a_style_of_another_language_holds_for_nothing() -> None:
    assert amount('td { color: black } </style><style type="text/x-template"> td { display: none }', "219.70") == "219.70"
