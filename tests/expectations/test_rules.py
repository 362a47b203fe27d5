"""What holds for every rule, whatever it checks."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

from expectations.amounts import DEVIATIONS, LEAST
from expectations.figures import UNITS_OF_SLIP
from expectations.rules import DOCUMENT_RULES, NAMES, RULES, Rule
from transforms.records import CERTAIN_AMOUNT

LANGUAGES = {"zh", "en"}
MODULES = Path(__file__).parents[2] / "expectations" / "rules"


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_every_text_is_there_in_both_languages(rule: Rule) -> None:
    for text in (rule.title, rule.says, rule.message, rule.remedy, rule.basis, *rule.not_applicable.values()):
        assert set(text) == LANGUAGES
        assert all(text.values())
    for text in (rule.detail, rule.tolerance):
        assert set(text) in (set(), LANGUAGES)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_both_languages_tell_the_same_facts(rule: Rule) -> None:
    for text in (rule.message, rule.detail):
        placeholders = [
            {name.removesuffix(f"_{language}") for _, name, _, _ in Formatter().parse(words) if name} for language, words in text.items()
        ]
        assert placeholders[1:] == placeholders[:-1]


def test_no_text_carries_a_number_of_the_checks_by_itself() -> None:
    declared = yaml.safe_load((MODULES.parent / "rules.yaml").read_text(encoding="utf-8"))["rules"]
    # The basis cites articles and dates; k/2 and k/12 are the mathematics of rounding, 0.00 is what may be filled into a blank cell.
    texts = [text for rule in declared for name, told in rule.items() if name != "basis" for text in _texts(told)]
    plain = [re.sub(r"\{[^}]*\}|k/12|k/2|“?0\.00”?", "", text) for text in texts]
    assert [text for text in plain if re.search(r"[0-9]|[一二三四五六七八九十百千万两]+(?:倍|成|分之)|十个", text)] == []


def _texts(told: object) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    for part in told.values() if isinstance(told, dict) else ():
        yield from _texts(part)


def test_the_texts_say_what_the_checks_count_with() -> None:
    said = {rule.id: " ".join([*rule.tolerance.values(), *rule.says.values(), *rule.title.values()]) for rule in RULES.values()}
    assert f"{CERTAIN_AMOUNT:.0%}" in said["uncertain-reading"]
    assert f"{DEVIATIONS}√(k/12)" in said["total-ties-to-projects"]
    assert f"{UNITS_OF_SLIP:,}" in said["unit-slip"]
    assert f"{LEAST / 10_000} 万元" in said["contradicting-tables"]
    assert f"> {LEAST}" in (MODULES.parents[1] / "warehouse" / "load" / "counted_table.sql").read_text(encoding="utf-8")
    assert not any("{" in text for text in said.values())


def test_every_module_is_declared_and_every_rule_has_its_test_file() -> None:
    names = {rule_id.replace("-", "_") for rule_id in DOCUMENT_RULES}
    assert names == {path.stem for path in MODULES.glob("*.py")} - {"__init__"}
    assert names <= {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}


def test_every_rule_across_documents_has_its_statement() -> None:
    statements = {path.stem for path in (MODULES.parents[1] / "warehouse" / "checks").glob("*.sql")}
    assert statements == {rule.id for rule in RULES.values() if rule.runs_on_warehouse}


@pytest.mark.parametrize("rule", DOCUMENT_RULES.values(), ids=list(DOCUMENT_RULES))
def test_a_check_says_what_it_is_and_what_it_skips(rule: Rule) -> None:
    assert "Skip" in (sys.modules[rule.check.__module__].__doc__ or "")
    assert rule.check.__doc__


def test_every_name_is_there_in_both_languages() -> None:
    assert all(set(text) == LANGUAGES for names in NAMES.values() for text in names.values())


def test_checking_a_document_imports_neither_pandas_nor_great_expectations() -> None:
    code = "import sys, expectations; print({'pandas', 'great_expectations'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=MODULES.parents[1])
    assert ran.stdout.strip() == "set()"
