"""Files of words: a slip of the pen is an error with file and line, before anything is read by it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from transforms import vocabulary
from transforms.vocabulary import FOLDER, VocabularyError
from transforms.vocabulary.loading import load

SCHEMA = yaml.safe_load((FOLDER / "schema.yaml").read_text(encoding="utf-8"))["files"]


def problem(folder: Path, file: str, change: Callable[[str], str]) -> str:
    """What is said of a file that somebody changed."""
    text = (FOLDER / file).read_text(encoding="utf-8")
    changed = change(text)
    assert changed != text
    (folder / file).write_text(changed, encoding="utf-8")
    with pytest.raises(VocabularyError) as error:
        load(folder / file, SCHEMA[Path(file).stem])
    return str(error.value)


def line_of(file: str, beginning: str) -> int:
    lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if line.startswith(beginning))


def test_every_file_is_sound_and_has_a_schema() -> None:
    vocabulary.check()
    assert {path.stem for path in FOLDER.glob("*.yaml")} - {"schema"} == set(SCHEMA)


def test_an_unknown_meaning_is_named_with_the_one_that_is_near(tmp_path: Path) -> None:
    told = problem(tmp_path, "headers.yaml", lambda text: text.replace("  goal: [", "  gaol: [", 1))
    assert f"headers.yaml:{line_of('headers.yaml', '  goal:')}: gaol is not known here; did you mean goal?" in told.splitlines()
    assert "the key goal is missing" in told


def test_a_full_width_comma_joins_no_words(tmp_path: Path) -> None:
    for comma in "，、；":
        told = problem(tmp_path, "forms.yaml", lambda text, comma=comma: text.replace("goal: [绩效目标, 年度目标", f"goal: [绩效目标{comma}年度目标", 1))
        assert told == (
            f"forms.yaml:{line_of('forms.yaml', '  goal:')}: 绩效目标{comma}年度目标: a full-width comma parts no words; "
            "write `, `, or put the word in quotation marks"
        )


def test_a_comma_within_brackets_or_quotation_marks_belongs_to_the_word(tmp_path: Path) -> None:
    (tmp_path / "money.yaml").write_text('units: {元: 1}\ncurrency: [单位（项目、类别）, "本币，外币", 、]\nforeign: []\nblank: []\nleft_blank: {who: [], denies: [], what: []}\n', encoding="utf-8")
    assert load(tmp_path / "money.yaml", SCHEMA["money"])["currency"] == ["单位（项目、类别）", "本币，外币", "、"]


def test_a_word_has_one_meaning_whatever_its_width(tmp_path: Path) -> None:
    told = problem(tmp_path, "headers.yaml", lambda text: text.replace("  unit_name: [", "  unit_name: [项目名称(单位), ", 1))
    unit, project = (line_of("headers.yaml", f"  {role}:") for role in ("unit_name", "project_name"))
    assert told == f"headers.yaml:{unit}: 项目名称(单位) stands under unit_name and, on line {project}, under project_name: it can have one meaning only"


def test_groups_of_keys_share_no_word(tmp_path: Path) -> None:
    told = problem(tmp_path, "totals.yaml", lambda text: text.replace("weak_heads: [", "weak_heads: [合计, ", 1))
    assert f"合计 stands under weak_heads and, on line {line_of('totals.yaml', 'heads:')}, under heads" in told


@pytest.mark.parametrize(("file", "change", "told"), [
    ("money.yaml", ("blank: [/, 无]", "blank: [/, 无, no]"), "no is not a word"),
    ("money.yaml", ("blank: [/, 无]", "blank: 无"), "无 is not a list"),
    ("money.yaml", ("  千元: 1000\n", "  千元: 1,000元\n"), "1,000元 is not a number"),
    ("money.yaml", ("  千元: 1000\n", "  千元: 1000\n  千元: 10000\n"), "千元 is already on line 6"),
    ("money.yaml", ("blank: [/, 无]", "blank: [/, 无"), "expected ',' or ']'"),
    ("money.yaml", ("blank: [/, 无]", 'blank: [/, ""]'), "a word is empty"),
    ("money.yaml", ("currency:", "currencies:"), "did you mean currency?"),
    ("tables.yaml", ("{kind: income_summary, is", "{kind: income_sumary, is"), "did you mean income_summary?"),
    ("tables.yaml", ("codes: economic", "codes: economy"), "economy is not known here"),
    ("tables.yaml", ("kind: income_summary, is:", "kind: income_summary, iss:"), "iss is not known here"),
    ("indicators.yaml", ("{parent: 成本指标, also: [经济成本]}", "{parnet: 成本指标, also: [经济成本]}"), "did you mean parent?"),
    ("indicators.yaml", ("also: [经济成本]}", "also: [经济成本, 社会成本]}"), "社会成本 stands under"),
    ("forms.yaml", ("roles:\n", "roles: 项目\nroles2:\n"), "项目 has no keys"),
    ("roles.yaml", ("\n  unit_name:", "\n  unit_naem:"), "did you mean unit_name?"),
    ("roles.yaml", ("same_as: total\n", "same_as: totla\n"), "did you mean total?"),
])
def test_every_other_slip_is_told_with_its_line(tmp_path: Path, file: str, change: tuple[str, str], told: str) -> None:
    said = problem(tmp_path, file, lambda text: text.replace(*change, 1))
    assert told in said
    assert all(line.startswith(f"{file}:") and line.split(":")[1].isdigit() for line in said.splitlines())


def test_an_empty_file_and_one_of_another_encoding_are_refused(tmp_path: Path) -> None:
    (tmp_path / "money.yaml").write_text("# nothing\n")
    with pytest.raises(VocabularyError, match=r"money\.yaml: it is empty"):
        load(tmp_path / "money.yaml")
    (tmp_path / "money.yaml").write_bytes("units: {万元: 10000}".encode("gb18030"))
    with pytest.raises(VocabularyError, match=r"money\.yaml: .*utf-8"):
        load(tmp_path / "money.yaml")


def test_no_command_reads_with_a_wrong_word(tmp_path: Path, seed: Path) -> None:
    """The whole program with a slip in one file: parse, layouts and the night say it and read nothing."""
    project = Path(__file__).resolve().parents[2]
    for room in ("alerts", "cli", "expectations", "flows", "sources", "transforms", "warehouse"):
        shutil.copytree(project / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for module in ("settings.py", "terminal.py"):
        shutil.copy(project / module, tmp_path)
    forms = tmp_path / "transforms" / "vocabulary" / "forms.yaml"
    forms.write_text(forms.read_text(encoding="utf-8").replace("  goal: [", "  gaol: [", 1), encoding="utf-8")
    for arguments in (["parse", str(seed)], ["layouts"], ["nightly", "--data", str(tmp_path / "data")]):
        done = subprocess.run(
            [sys.executable, "-c", "import cli; cli.main()", *arguments], check=False, capture_output=True, text=True, cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}, timeout=60,
        )
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        assert f"forms.yaml:{line_of('forms.yaml', '  goal:')}: gaol is not known here; did you mean goal?" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_holding_the_files_against_their_schema_takes_no_time() -> None:
    """No more than the reading itself, of which the start-up of `yusuan parse` has room."""
    def seconds(schemas: dict[str, object]) -> float:
        begun = time.process_time()
        for path in FOLDER.glob("*.yaml"):
            load(path, schemas.get(path.stem))
        return time.process_time() - begun

    assert min(seconds(SCHEMA) for _ in range(5)) < 2 * min(seconds({}) for _ in range(5))
