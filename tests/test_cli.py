"""The commands as a user types them."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

YUSUAN = Path(sys.executable).parent / "yusuan"
HEAVY = ("prefect", "great_expectations", "pandas")


def yusuan(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(YUSUAN), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **environment}, timeout=120)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty published copy."""
    from warehouse.store import Warehouse

    data = tmp_path_factory.mktemp("published") / "data"
    with Warehouse.open(data / "warehouse.duckdb") as warehouse:
        (data / "published").mkdir()
        warehouse.publish(data / "published" / "yusuan.duckdb")
    return data


@pytest.mark.parametrize("command", ["nightly", "parse", "show", "layouts", "sql", "rules", "status"])
def test_every_command_has_an_example(command: str) -> None:
    assert f"Example: yusuan {command}" in yusuan(command, "--help").stdout


def test_the_catalogue_check_has_an_example() -> None:
    assert "Example: yusuan catalogue check" in yusuan("catalogue", "check", "--help").stdout


@pytest.mark.parametrize("arguments", [["--help"], ["parse", "SEED"], ["sql", "SELECT 1"], ["status"]])
def test_what_must_start_fast_imports_nothing_heavy(arguments: list[str], seed: Path, published: Path) -> None:
    given = [str(seed) if argument == "SEED" else argument for argument in arguments]
    program = (
        "import sys, cli\n"
        f"sys.argv = ['yusuan', *{given!r}]\n"
        "try:\n    cli.main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, env={**os.environ, "YUSUAN_DATA": str(published)},
    )
    assert done.stderr.strip().splitlines()[-1] == "[]", done.stderr


def test_parse_prints_one_line_per_document_in_the_order_given(samples: Path, seed: Path) -> None:
    other = next(samples.rglob("*.html"))
    done = yusuan("parse", other, seed)
    assert done.returncode == 0
    assert [json.loads(line)["document"]["file"] for line in done.stdout.splitlines()] == [str(other), str(seed)]


def test_a_document_that_cannot_be_read_still_has_its_line(tmp_path: Path, seed: Path) -> None:
    garbage = tmp_path / "预算.xlsx"
    garbage.write_bytes(bytes(range(256)) * 8)
    done = yusuan("parse", garbage, tmp_path / "not-there.txt", seed)
    assert done.returncode == 1
    codes = [[error["code"] for error in json.loads(line)["errors"]] for line in done.stdout.splitlines()]
    assert codes == [["unknown-format"], ["unreadable-file"], []]
    assert str(garbage) in done.stderr


def test_parse_without_a_document_is_a_usage_error() -> None:
    assert yusuan("parse").returncode == 2


def test_parse_names_what_is_no_file_and_what_is_no_text(tmp_path: Path, seed: Path) -> None:
    pipe, odd = tmp_path / "pipe.pdf", tmp_path / os.fsdecode(b"\xff.txt")
    os.mkfifo(pipe)
    odd.write_bytes(seed.read_bytes())
    done = yusuan("parse", "--jobs", "99999", str(pipe), str(odd))
    first, second = map(json.loads, done.stdout.splitlines())
    assert [error["code"] for error in first["errors"]] == ["unreadable-file"]
    assert second["document"]["file"].endswith("\ufffd.txt")
    assert second["projects"]


def test_parse_reads_the_documents_of_a_folder(samples: Path, seed: Path) -> None:
    done = yusuan("parse", seed.parent)
    assert [json.loads(line)["document"]["file"] for line in done.stdout.splitlines()] == [str(seed)]


def test_parse_gives_each_document_of_an_archive_its_line(samples: Path) -> None:
    archive = next(samples.rglob("*.zip"))
    done = yusuan("parse", archive, "--jobs", "2")
    assert done.returncode == 0
    assert [json.loads(line)["document"]["file"] for line in done.stdout.splitlines()] == [f"{archive}/附件.docx"]


def test_show_draws_a_page_and_says_what_it_cannot_draw(samples: Path, seed: Path, tmp_path: Path) -> None:
    budget, picture = next(samples.rglob("2022年部门预算.pdf")), tmp_path / "page.png"
    assert yusuan("show", budget, "--page", "5", "--row", "7", "--output", picture).returncode == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    for path, page, reason in ((budget, "99", "there is no page 99"), (seed, "1", "have no pages"), (tmp_path / "no.pdf", "1", "No such file")):
        done = yusuan("show", path, "--page", page, "--output", picture)
        assert (done.returncode, reason in done.stderr) == (1, True)


def test_layouts_lists_the_words_with_their_files() -> None:
    assert "headers.yaml" in yusuan("layouts").stdout


def test_sql_gives_every_format(published: Path, tmp_path: Path) -> None:
    question = "SELECT 1.10::DECIMAL(18,2) AS amount_yuan, '合计' AS label"
    forms = ("csv", "json", "markdown", "table")
    given = {form: yusuan("sql", question, "--format", form, YUSUAN_DATA=str(published)).stdout for form in forms}
    assert list(csv.reader(io.StringIO(given["csv"]))) == [["amount_yuan", "label"], ["1.10", "合计"]]
    assert json.loads(given["json"]) == [{"amount_yuan": 1.1, "label": "合计"}]
    assert "| 1.10" in given["markdown"]
    assert "合计" in given["table"]
    output = tmp_path / "answer.parquet"    # the ending says the format
    assert yusuan("sql", question, "--output", output, YUSUAN_DATA=str(published)).returncode == 0
    assert output.read_bytes().startswith(b"PAR1")


@pytest.mark.parametrize("statement", ["SHOW TABLES", "DESCRIBE project", "SELECT 1; -- one"])
def test_sql_writes_whatever_reads(published: Path, statement: str) -> None:
    done = yusuan("sql", statement, "--format", "csv", YUSUAN_DATA=str(published))
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 1


@pytest.mark.parametrize("statement", ["DROP TABLE dim_document", "INSERT INTO load_run FROM load_run", "SELECT * FROM nowhere", "SELEC"])
def test_sql_that_cannot_be_run_says_why_in_one_paragraph(published: Path, statement: str) -> None:
    done = yusuan("sql", statement, YUSUAN_DATA=str(published))
    assert done.returncode == 1
    assert done.stderr.startswith("yusuan: ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_without_a_published_copy_sql_says_what_to_do(tmp_path: Path) -> None:
    done = yusuan("sql", "SELECT 1", YUSUAN_DATA=str(tmp_path))
    assert done.returncode == 1
    assert "make nightly" in done.stderr


@pytest.mark.parametrize(("name", "value"), [("YUSUAN_PROCESSES", "many"), ("YUSUAN_ALERTS", "{not json")])
def test_a_setting_that_makes_no_sense_is_named(published: Path, name: str, value: str) -> None:
    done = yusuan("status", **{"YUSUAN_DATA": str(published), name: value})
    assert done.returncode == 1
    assert name.removeprefix("YUSUAN_").lower() in done.stderr.lower()
    assert "Traceback" not in done.stderr


def test_status_shows_runs_issues_and_coverage(published: Path) -> None:
    done = yusuan("status", YUSUAN_DATA=str(published))
    assert done.returncode == 0
    assert [title for title in ("Last runs", "Open issues", "Coverage") if title in done.stdout] == ["Last runs", "Open issues", "Coverage"]


def test_rules_are_listed_in_both_languages() -> None:
    assert "total-ties-to-projects" in yusuan("rules", "--lang", "en", COLUMNS="200").stdout
    assert "合计" in yusuan("rules", COLUMNS="200").stdout


def test_catalogue_check_names_file_line_and_field(tmp_path: Path, samples: Path) -> None:
    good = yusuan("catalogue", "check", "--catalogue", samples / "catalogue")
    assert good.returncode == 0
    (tmp_path / "broken.yaml").write_text("region:\n  adcode: '44010'\n  name: 天河区\ndepartments: []\n", "utf-8")
    bad = yusuan("catalogue", "check", "--catalogue", tmp_path)
    assert bad.returncode == 1
    assert f"{tmp_path / 'broken.yaml'}:2: region.adcode" in bad.stderr
