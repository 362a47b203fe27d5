"""A night on the samples: what is loaded, what a second night does, and what a night survives."""

from __future__ import annotations

import json
import re
import resource
import shutil
import signal
import subprocess
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from running import YUSUAN, Command, content, nightly, published, without_attempts


def test_the_seed_document_is_loaded_to_the_fen(night: tuple[Path, str]) -> None:
    data, _ = night
    found = published(data, "SELECT count(*), sum(amount_yuan) FROM project WHERE department_name LIKE '广州市天河区%'")
    assert found == [(16, Decimal("4219800.00"))]
    assert published(data, "SELECT count(*) FROM indicator WHERE department_name LIKE '广州市天河区%'") == [(51,)]


def test_the_summary_tells_what_was_done_and_where_it_is(night: tuple[Path, str]) -> None:
    data, printed = night
    titles = [line[:16].strip() for line in printed.splitlines()]
    expected = ["Sources asked", "Documents", "Rows loaded", "Quarantined", "New findings", "Warehouse", "Published copy", "Alert digest"]
    assert [title for title in dict.fromkeys(titles) if title in expected] == expected
    assert str(data / "published" / "yusuan.duckdb") in printed
    assert printed.count(f"{YUSUAN.name} ") == 3


def test_console_and_status_count_the_same_new_documents(night: tuple[Path, str]) -> None:
    data, printed = night
    told = re.search(r"^Documents +(\d+) new \((\d+) cannot be read\), (\d+) unchanged$", printed, re.MULTILINE)
    assert told
    ((copies,),) = published(data, "SELECT document_duplicate_count FROM load_run")
    assert int(str(copies)) > 0    # what was counted once as new and once not
    status = subprocess.run([YUSUAN, "status", "--json", "--data", data], check=True, capture_output=True, text=True)
    [of_status] = json.loads(status.stdout)["last_runs"]
    assert [of_status[name] for name in ("new", "unreadable", "unchanged")] == [int(count) for count in told.groups()]


def test_each_step_of_a_run_is_kept_with_what_it_took(night: tuple[Path, str]) -> None:
    data, _ = night
    steps = published(data, "SELECT step, item_count, seconds > 0 FROM run_step ORDER BY step_no")
    ((new,),) = published(data, "SELECT document_new_count FROM load_run")
    assert [step for step, *_ in steps] == ["Pull", "Parse", "Validate", "Load", "Check"]
    assert steps[1:4] == [(step, new, True) for step in ("Parse", "Validate", "Load")]
    assert steps[4] == ("Check", 1, True)
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as warehouse:
        assert warehouse.execute("SELECT step FROM run_step WHERE step_no > 5 ORDER BY step_no").fetchall() == [("Publish",), ("Alert",)]


@pytest.mark.parametrize("question", [
    "SELECT department_name, fiscal_year, project_sum_yuan FROM department_year",
    "SELECT department_name, project_name, amount_yuan FROM project ORDER BY amount_yuan DESC LIMIT 10",
    "SELECT * FROM indicator WHERE unit = '%' AND operator IN ('>=', '=') AND value >= 95",
    "SELECT department_name, fiscal_year FROM coverage WHERE status = 'not_published'",
])
def test_the_published_copy_answers(night: tuple[Path, str], question: str) -> None:
    assert published(night[0], question)


def test_a_document_is_drawn_and_explained_by_the_address_that_the_views_give(night: tuple[Path, str], tmp_path: Path) -> None:
    data, _ = night
    addresses = published(data, "SELECT min(address) FROM document WHERE format = 'pdf' UNION ALL SELECT address FROM document WHERE address LIKE '%.zip#/%'")
    assert len(addresses) > 1
    for number, (address,) in enumerate(addresses):
        picture = tmp_path / f"{number}.png"
        subprocess.run([YUSUAN, "show", str(address), "--data", data, "--output", picture], check=True, capture_output=True)
        assert picture.read_bytes().startswith(b"\x89PNG")
    assert subprocess.run([YUSUAN, "explain", str(address), "--data", data], check=False, capture_output=True).returncode == 0
    unknown = subprocess.run([YUSUAN, "show", "no/such.pdf", "--data", data], check=False, capture_output=True, text=True)
    assert (unknown.returncode, "no document in the warehouse has this address" in unknown.stderr) == (1, True)


def test_what_cannot_be_read_is_kept_and_told(night: tuple[Path, str]) -> None:
    data, _ = night
    ((sha256, code),) = published(data, "SELECT sha256, error_code FROM dim_document WHERE outcome = 'failed'")
    assert code == "unknown-format"
    assert (data / "archive" / str(sha256)[:2] / str(sha256)).is_file()
    assert published(data, "SELECT severity FROM quality WHERE rule = 'unreadable-document'") == [("critical",)]
    assert any("格式无法识别" in digest.read_text("utf-8") for digest in (data / "alerts").glob("*.md"))


def test_a_second_night_finds_nothing_new_and_says_so(night: tuple[Path, str], run: Command, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(night[0], data)
    before = content(data)
    done = run(data)
    assert done.returncode == 0, done.stderr
    assert "nothing new" in done.stdout
    assert "there is nothing new to tell" in done.stdout
    after = content(data)
    ((attempts,),) = published(data, "SELECT count(*) FROM pull_attempt")
    assert attempts == 2 * len(before["fact_pull"])
    assert without_attempts(after) == without_attempts(before)


@pytest.mark.parametrize("stage", ["Parse", "Load", "Publish"])
def test_a_night_killed_in_any_stage_is_made_good_by_the_next(
    few: Path, few_night: Path, run: Command, server: dict[str, str], tmp_path: Path, stage: str,
) -> None:
    command = nightly(tmp_path, few / "catalogue")
    with subprocess.Popen(command, env=server, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as killed:
        assert killed.stderr
        assert any(line.startswith(stage) for line in killed.stderr)
        killed.send_signal(signal.SIGKILL)
    assert run(tmp_path, few / "catalogue").returncode == 0
    assert without_attempts(content(tmp_path)) == without_attempts(content(few_night))


def test_a_server_that_does_not_answer_is_named(server: dict[str, str], run: Command, tmp_path: Path) -> None:
    done = run(tmp_path / "data", env={**server, "PREFECT_API_URL": "http://127.0.0.1:9/api"})
    assert done.returncode == 1
    assert "http://127.0.0.1:9/api does not answer" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_catalogue_without_sources_is_no_good_night(run: Command, tmp_path: Path) -> None:
    (tmp_path / "catalogue").mkdir()
    done = run(tmp_path / "data", tmp_path / "catalogue")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no catalogue file" in done.stderr
    assert not (tmp_path / "data").exists()


def test_without_what_the_bureau_decided_no_department_is_accused(
    run: Command, server: dict[str, str], few: Path, tmp_path: Path,
) -> None:
    decided = tmp_path / "decided.yaml"
    decided.write_text("exemptions:\n  missing-goal\n", encoding="utf-8")
    for file, reason in ((decided, "decided.yaml:2:"), (tmp_path / "missing.yaml", "missing.yaml: ")):
        done = run(tmp_path / "data", few / "catalogue", env={**server, "YUSUAN_ADJUSTMENTS": str(file)})
        assert (done.returncode, done.stdout) == (1, "")
        assert reason in done.stderr
        assert not (tmp_path / "data").exists()


def test_a_night_in_several_transactions_ends_the_same(
    few: Path, few_night: Path, run: Command, server: dict[str, str], tmp_path: Path,
) -> None:
    ((documents,),) = published(few_night, "SELECT count(*) FROM dim_document")
    done = run(tmp_path, few / "catalogue", env={**server, "YUSUAN_LOAD_SIZE": "5"})
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Load …") == (int(str(documents)) - 1) // 5 + 1 >= 3
    assert without_attempts(content(tmp_path)) == without_attempts(content(few_night))
    assert len(list((tmp_path / "alerts").glob("*.md"))) == len(list((few_night / "alerts").glob("*.md")))


def test_two_nights_at_once_do_not_meet(few: Path, server: dict[str, str], run: Command, tmp_path: Path) -> None:
    command = nightly(tmp_path, few / "catalogue")
    with subprocess.Popen(command, env=server, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        while not (tmp_path / "warehouse.duckdb").exists():
            assert first.poll() is None
            time.sleep(0.1)
        second = run(tmp_path)
    assert first.returncode == 0
    assert second.returncode == 1
    assert "Another nightly run is at work" in second.stderr


def test_a_locked_warehouse_is_told_in_one_paragraph(few: Path, few_night: Path, run: Command, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(few_night, data)
    with duckdb.connect(str(data / "warehouse.duckdb")):
        before = (data / "published" / "yusuan.duckdb").stat()
        done = run(data, few / "catalogue")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("yusuan: ")
    assert "Traceback" not in done.stderr
    assert "open in process" in done.stderr
    assert "published copy is untouched" in done.stderr
    assert (data / "published" / "yusuan.duckdb").stat() == before


def test_a_corrupt_warehouse_is_told_in_one_paragraph(few: Path, few_night: Path, run: Command, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(few_night, data)
    (data / "warehouse.duckdb").write_bytes(b"not a database" * 1000)
    done = run(data, few / "catalogue")
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert "Traceback" not in done.stderr
    assert published(data, "SELECT count(*) > 0 FROM project") == [(True,)]


def test_a_full_disk_stops_the_night_and_touches_nothing(
    few: Path, few_night: Path, run: Command, server: dict[str, str], tmp_path: Path,
) -> None:
    data, catalogue = tmp_path / "data", tmp_path / "samples"
    shutil.copytree(few_night, data)
    shutil.copytree(few, catalogue)
    before = content(data)
    for document in catalogue.rglob("tianhe-rd-2023.txt"):
        document.write_text(document.read_text("utf-8").replace("421.98", "421.99"), "utf-8")
    room = 64 * 1024    # for each file: originals are smaller, a load or a published copy is not
    done = subprocess.run(
        nightly(data, catalogue / "catalogue"), check=False, capture_output=True, text=True, env=server,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "no room" in done.stderr.lower()
    assert content(data) == before
    assert run(data, catalogue / "catalogue").returncode == 0
    assert content(data) != before


def test_a_new_version_supersedes_and_the_old_one_stays(few: Path, few_night: Path, run: Command, tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "samples"
    shutil.copytree(few_night, data)
    shutil.copytree(few, copy)
    seed = next(copy.rglob("tianhe-rd-2023.txt"))
    seed.write_text(seed.read_text("utf-8").replace("104.00\t104.00", "105.00\t105.00"), "utf-8")
    assert run(data, copy / "catalogue").returncode == 0
    assert published(data, "SELECT sum(amount_yuan) FROM project WHERE department_name LIKE '广州市天河区%'") == [(Decimal("4229800.00"),)]
    versions = published(data, "SELECT version_no, is_current FROM dim_document WHERE file_name = 'tianhe-rd-2023.txt' ORDER BY version_no")
    assert versions == [(1, False), (2, True)]
    assert ("total-ties-to-projects",) in published(data, "SELECT rule FROM quality WHERE department_name LIKE '广州市天河区%'")


def test_a_broken_catalogue_entry_stops_only_its_department(run: Command, few: Path, tmp_path: Path) -> None:
    copy = tmp_path / "samples"
    shutil.copytree(few, copy)
    file = min((copy / "catalogue").glob("*.yaml"))
    text = file.read_text("utf-8")
    file.write_text(text.replace("    audience:", "    audiance:", 1), "utf-8")
    done = run(tmp_path / "data", copy / "catalogue")
    assert done.returncode == 0, done.stderr
    assert f"{file}:" in done.stdout
    assert "audiance" in done.stdout
