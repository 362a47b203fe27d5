"""The commands as a user types them."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from yusuan import main as yusuan_command

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


@pytest.mark.parametrize("command", ["nightly", "parse", "show", "explain", "layouts", "sql", "export", "rules", "status"])
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
    assert yusuan("show", seed, "--stage", "cells", "--output", tmp_path / "grid.pdf").returncode == 0
    assert (tmp_path / "grid.pdf").read_bytes().startswith(b"%PDF")
    for path, page, reason in ((budget, "99", "there is no page 99"), (seed, "99", "there is no table 99"), (tmp_path / "no.pdf", "1", "no such file")):
        done = yusuan("show", path, "--page", page, "--output", picture)
        assert (done.returncode, reason in done.stderr) == (1, True)
    assert yusuan("show", seed, "--output", tmp_path / "x.gif").returncode == 2
    assert not (tmp_path / "x.gif").exists()


def test_explain_prints_how_a_table_was_read(seed: Path, tmp_path: Path) -> None:
    assert "project_name" in yusuan("explain", seed).stdout
    assert "No table was read there." in yusuan("explain", seed, "--row", "99999").stdout
    assert yusuan("explain", tmp_path / "no.pdf").returncode == 1


def test_explain_and_show_open_the_documents_of_an_archive(samples: Path, seed: Path, tmp_path: Path) -> None:
    budget, archive = next(samples.rglob("2022年部门预算.pdf")), tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(seed, "甲/附件1.txt")
        packed.write(budget, "附件2.pdf")
    whole, alone = yusuan("explain", archive, "--page", "5").stdout, yusuan("explain", archive / "甲" / "附件1.txt").stdout
    assert (f"{archive}/附件2.pdf: " in whole, "project_name" in alone, "附件2" in alone) == (True, True, False)
    picture = tmp_path / "page.png"
    assert yusuan("show", archive / "附件2.pdf", "--page", "5", "--output", picture).returncode == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    for path, reason in ((archive, "several documents, name one"), (archive / "附件3.pdf", "no document 附件3.pdf")):
        done = yusuan("show", path, "--output", picture)
        assert (done.returncode, reason in done.stderr) == (1, True)


def test_layouts_lists_the_words_with_their_files(published: Path) -> None:
    assert "headers.yaml" in yusuan("layouts").stdout
    assert "(no rows)" in yusuan("layouts", "--assumed", "--data", published).stdout


def test_sql_gives_every_format(published: Path, tmp_path: Path) -> None:
    question = "SELECT 1.10::DECIMAL(18,2) AS amount_yuan, '合计' AS label"
    forms = ("csv", "json", "markdown", "table")
    given = {form: yusuan("sql", question, "--format", form, YUSUAN_DATA=str(published)).stdout for form in forms}
    assert given["csv"].startswith("\ufeff")
    assert yusuan("sql", question, "--raw", YUSUAN_DATA=str(published)).stdout == given["csv"].removeprefix("\ufeff")
    given["csv"] = given["csv"].removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(given["csv"]))) == [["amount_yuan", "label"], ["1.10", "合计"]]
    assert json.loads(given["json"]) == [{"amount_yuan": 1.1, "label": "合计"}]
    assert "| 1.10" in given["markdown"]
    assert "合计" in given["table"]
    output = tmp_path / "answer.parquet"    # the ending says the format
    for told in ("", f"yusuan: replaced {output}\n"):
        done = yusuan("sql", question, "--output", output, YUSUAN_DATA=str(published))
        assert (done.returncode, done.stderr) == (0, told)
        assert output.read_bytes().startswith(b"PAR1")
    assert yusuan("sql", question, "--output", tmp_path / "answer.xlsx", YUSUAN_DATA=str(published)).returncode == 0
    assert (tmp_path / "answer.xlsx").read_bytes().startswith(b"PK")


def test_export_makes_a_workbook_or_a_folder_and_says_where(published: Path, tmp_path: Path) -> None:
    done = yusuan("export", tmp_path / "a.xlsx", "--view", "三公经费", YUSUAN_DATA=str(published))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{tmp_path / 'a.xlsx'}\n", "三公经费: 0 rows\n")
    for place, reason in ((published / "out", "in the data folder"), (tmp_path, "not empty"), (tmp_path / "no" / "out", "cannot be written")):
        refused = yusuan("export", place, "--view", "project", YUSUAN_DATA=str(published))
        assert (refused.returncode, reason in refused.stderr) == (1, True)
    assert yusuan("export", tmp_path / "o.csv", YUSUAN_DATA=str(published)).returncode == 2    # no folder of that name
    assert [found.name for found in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize(("arguments", "reason"), [
    (["--output", "PUBLISHED/warehouse.duckdb"], "says no format"), (["--output", "PUBLISHED/a.csv"], "in the data folder"),
    (["--output", "PUBLISHED/published/a.csv", "--data", "PUBLISHED"], "in the data folder"), (["--output", "a.xls"], "says no format"),
    (["--output", "a.csv", "--format", "json"], "--output ends like csv"), (["--output", "a.csv", "--format", "table"], "--output ends like csv"),
    (["--raw", "--format", "json"], "--raw is for csv"),
])
def test_sql_refuses_an_output_that_cannot_be_meant(published: Path, arguments: list[str], reason: str) -> None:
    before = (published / "warehouse.duckdb").read_bytes()
    done = yusuan("sql", "SELECT 1", *(argument.replace("PUBLISHED", str(published)) for argument in arguments), YUSUAN_DATA=str(published))
    assert done.returncode != 0
    assert reason in " ".join(done.stderr.replace("│", " ").split())
    assert (published / "warehouse.duckdb").read_bytes() == before


HOSTILE = "[a] [/项目] [link=x] \x1b[31m \x9b2J \u202e \u200b \r \x00"


def test_published_text_is_shown_and_is_no_command_to_the_terminal(published: Path) -> None:
    text = " || ".join(f"chr({ord(character)})" for character in HOSTILE if character != "\0")
    for limits in ("80", "30"):    # as a table and as a record
        done = yusuan("sql", f"SELECT {text} AS name, 1 AS \"[b]\", 2 AS a_second_column", "--format", "table", YUSUAN_DATA=str(published), COLUMNS=limits)
        assert (done.returncode, done.stderr) == (0, "")
        shown = "".join(done.stdout.split())
        assert all(part in shown for part in ("[a]", "[/项目]", "[link=x]", "[b]", "\\u001b[31m", "\\u009b2J", "\\u202e", "\\u200b", "\\r"))
        assert not {"\x1b", "\x9b", "\u202e", "\u200b", "\r"} & set(done.stdout)


def test_on_a_terminal_csv_and_json_are_made_visible_too(published: Path) -> None:
    for form in ("csv", "json", "markdown", "table"):
        shown = on_a_terminal("sql", "SELECT chr(27) || '[31m' || chr(155) AS name", "--format", form, YUSUAN_DATA=str(published))
        assert "name" in shown
        assert not {"\x1b", "\x9b", "\ufeff"} & set(shown)


def on_a_terminal(*arguments: str, **environment: str) -> str:
    leader, follower = pty.openpty()
    command = [str(YUSUAN), *arguments]
    with subprocess.Popen(command, stdout=follower, stderr=follower, stdin=follower, env={**os.environ, **environment}) as running:
        os.close(follower)
        shown = b""
        with suppress(OSError):    # Linux tells the end of a terminal as an error
            while some := os.read(leader, 65536):
                shown += some
        os.close(leader)
        assert running.wait(60) == 0, shown
    return shown.decode()


def test_files_with_hostile_names_are_named_visibly(tmp_path: Path) -> None:
    hostile = tmp_path / "[项目]\x1b[31m.xlsx"
    hostile.write_bytes(b"not a workbook" * 99)
    for done in (yusuan("parse", hostile), yusuan("show", hostile)):
        assert "[项目]\\u001b[31m.xlsx" in done.stderr
        assert "\x1b" not in done.stderr
    (tmp_path / "a\x1b[31m.yaml").write_text("departments: 1\n", "utf-8")
    checked = yusuan("catalogue", "check", "--catalogue", tmp_path)
    assert "\\u001b[31m.yaml" in checked.stderr
    assert "\x1b" not in checked.stderr + checked.stdout


def test_a_long_answer_begins_at_once_and_takes_no_memory(published: Path) -> None:
    """Of an answer that would take hours the first lines are read; the rest is never worked out."""
    program = (
        "import resource, subprocess, sys\n"
        "running = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)\n"
        "lines = [running.stdout.readline() for _ in range(100_000)]\n"
        "running.stdout.close()\n"
        "running.wait()\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, lines[-1].split()[0].decode())"
    )
    question = "SELECT i, repeat('预算', 20) AS text FROM range(1_000_000_000) t(i)"
    done = subprocess.run(
        [sys.executable, "-c", program, str(YUSUAN), "sql", question, "--format", "table"], capture_output=True, text=True, check=True,
        env={**os.environ, "YUSUAN_DATA": str(published), "COLUMNS": "120"}, timeout=60,
    )
    kilobytes, last = map(int, done.stdout.split())
    assert last == 99_997    # below two lines of header, counted from nought
    assert kilobytes < 300_000


@pytest.mark.parametrize("arguments", [
    ["sql", "SELECT 1"], ["sql", "FROM range(1_000_000)", "--format", "table"], ["sql", "FROM range(1_000_000)", "--format", "json"],
    ["status", "--json"], ["--help"],
])
def test_a_reader_that_has_seen_enough_is_no_error(published: Path, arguments: list[str]) -> None:
    """Ended as `cat` is by SIGPIPE: neither an error of this program nor a success, as what was not read might have been a failure."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [YUSUAN, *arguments], check=False, stdout=write, stderr=subprocess.PIPE, env={**os.environ, "YUSUAN_DATA": str(published)}, timeout=60,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


@pytest.mark.parametrize("arguments", [["sql", "SELECT 1"], ["sql", "SELECT 1", "--format", "table"], ["rules"], ["status", "--json"]])
def test_a_full_disk_behind_standard_output_is_told_in_one_line(published: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [YUSUAN, *arguments], check=False, stdout=full, stderr=subprocess.PIPE, text=True, env={**os.environ, "YUSUAN_DATA": str(published)},
        )
    assert (done.returncode, done.stderr) == (1, "yusuan: not all of it could be written: No space left on device\n")


def test_closed_streams_end_no_command_and_no_file_takes_their_place(published: Path, tmp_path: Path) -> None:
    output = tmp_path / "a.csv"
    closed = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", YUSUAN, "sql", "SELECT 1 AS a", "--raw", "--output", output]
    assert subprocess.run(closed, check=False, env={**os.environ, "YUSUAN_DATA": str(published)}).returncode == 0
    assert output.read_text() == "a\n1\n"


def test_a_plan_is_printed_as_duckdb_draws_it(published: Path) -> None:
    for question, form in (("EXPLAIN FROM project", []), ("EXPLAIN ANALYZE FROM project", []), ("EXPLAIN FROM project", ["--format", "table"])):
        done = yusuan("sql", question, *form, YUSUAN_DATA=str(published), COLUMNS="40")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("┌──")
        assert max(map(len, done.stdout.splitlines())) > 40    # a box that is broken is none
    assert "add --format table" in yusuan("sql", "EXPLAIN SELECT 1", "--format", "csv", YUSUAN_DATA=str(published)).stderr


def test_a_question_over_its_time_says_so(published: Path) -> None:
    endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range * b.range % 7 = 3"
    done = yusuan("sql", endless, YUSUAN_DATA=str(published), YUSUAN_SQL_SECONDS="0.5")
    assert (done.returncode, done.stdout) == (1, "")
    assert "more than 0.5 seconds (YUSUAN_SQL_SECONDS)" in done.stderr


@pytest.mark.parametrize("question", ["SELECT length(repeat('x', 2_000_000_000))", "SELECT repeat('x', 400_000_000) FROM range(9)"])
def test_a_question_holds_to_its_memory_also_in_what_duckdb_does_not_count(published: Path, question: str) -> None:
    done = yusuan("sql", question, "--format", "table", YUSUAN_DATA=str(published), YUSUAN_SQL_MEMORY_MB="64")
    assert (done.returncode, done.stdout) == (1, "")
    assert "64 MB of memory (YUSUAN_SQL_MEMORY_MB)" in done.stderr


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_question_that_is_interrupted_says_so_and_leaves_nothing(published: Path, tmp_path: Path, stop: signal.Signals) -> None:
    endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range * b.range % 7 = 3"
    environment = {**os.environ, "YUSUAN_DATA": str(published), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([YUSUAN, "sql", endless], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as running:
        while not list(tmp_path.glob("yusuan-*/answers")):
            time.sleep(0.05)
        time.sleep(0.5)
        running.send_signal(stop)
        assert running.communicate(timeout=20) == ("", "yusuan: interrupted\n")
    assert running.returncode == 130
    assert list(tmp_path.iterdir()) == []


def test_an_address_in_the_settings_is_never_printed(published: Path) -> None:
    for value in ('{"mailto://me:geheim@example.org": 1}', '{"a": "mailto://me:geheim@example.org"}', '["mailto://me:geheim@example.org"]', "mailto://me:geheim@x"):
        done = yusuan("status", YUSUAN_DATA=str(published), YUSUAN_ALERTS=value)
        assert done.returncode == 1
        assert "alerts" in done.stderr.lower()
        assert "geheim" not in done.stderr + done.stdout


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


def test_a_misspelt_setting_is_told_once_by_every_command_that_has_settings(published: Path) -> None:
    done = yusuan("sql", "SELECT 1", YUSUAN_DATA=str(published), YUSUAN_CATALOG="x", YUSUAN_PAGE_SERVICE_HOST="10.0.0.1", YUSUAN_LANGUAGE="en")
    assert done.returncode == 0
    assert done.stderr == "yusuan: YUSUAN_CATALOG is no setting; did you mean YUSUAN_CATALOGUE?\n"


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


def test_ctrl_c_while_the_libraries_are_imported_is_no_fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "cli", SimpleNamespace(main=interrupted))    # type: ignore[arg-type]
    with pytest.raises(SystemExit) as end:
        yusuan_command()
    assert (end.value.code, capsys.readouterr().err) == (130, "yusuan: interrupted\n")
