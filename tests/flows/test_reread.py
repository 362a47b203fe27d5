"""New words and new code reach documents that were fetched before: in a night by itself what was not understood, by hand everything."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import duckdb
import pytest
from running import PROJECT, YUSUAN, Command, MadeOnce, Starter, Tables, content

from transforms.readers import libreoffice

ROOMS = ("alerts", "cli", "expectations", "flows", "sources", "transforms", "warehouse")
CATALOGUE = """\
region: {adcode: 990100, name: 云山市}
audiences: [{id: finance, name: 财政局}]
departments:
  - id: audit
    name: 云山市审计局
    audience: finance
    sources: [{address: ../published, fiscal_year: 2024, stage: budget}]
"""
# Words for sources of money that no vocabulary has: one that is not understood, one that is read by its pieces as 其他资金.
UNKNOWN, DONATIONS = "街坊捐资", "社会捐赠款"


def table(name: str, *, other: str = "其他资金", unit: str = "单位：万元") -> str:
    return (
        f"2024年项目支出绩效目标表\n部门名称：云山市审计局\n{unit}\n项目名称\t总计\t财政拨款\t{other}\t绩效目标\t绩效指标\n"
        f"{name}\t30.00\t20.00\t10.00\t保障{name}\t产出指标：数量，年度指标值：≥1项。\n"
    )


DOCUMENTS = {
    "unread.txt": table("信息化运维", other=UNKNOWN),
    "fine.txt": table("街道照明", other=DONATIONS),
    "quarantined.txt": table("道路养护", unit=""),
}


def publish(place: Path, documents: Mapping[str, str | bytes]) -> Path:
    """A folder with a catalogue and what it publishes."""
    (place / "catalogue").mkdir()
    (place / "published").mkdir()
    (place / "catalogue" / "yunshan.yaml").write_text(CATALOGUE, "utf-8")
    for name, document in documents.items():
        (place / "published" / name).write_bytes(document.encode() if isinstance(document, str) else document)
    return place


@pytest.fixture(scope="session")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with a larger vocabulary."""
    copy = tmp_path_factory.mktemp("newer")
    for room in ROOMS:
        shutil.copytree(PROJECT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "settings.py", copy)
    (copy / "samples").mkdir()
    shutil.copy(PROJECT / "samples" / "adjustments.yaml", copy / "samples")
    headers = copy / "transforms" / "vocabulary" / "headers.yaml"
    text = headers.read_text("utf-8")
    larger = text.replace("  ignored: [", f"  ignored: [{DONATIONS}, ", 1).replace("  other: [其他资金,", f"  other: [{UNKNOWN}, 其他资金,")
    assert larger.count(UNKNOWN) == larger.count(DONATIONS) == 1
    headers.write_text(larger, "utf-8")
    return copy


@pytest.fixture(scope="session")
def call(server: dict[str, str], starter: Callable[[Path], Starter]) -> Command:
    """A command on a place's data, of this program or of a copy; other options are of the environment."""
    def call(place: Path, *arguments: str, program: Path = PROJECT, **environment: str) -> subprocess.CompletedProcess[str]:
        where = {"YUSUAN_DATA": str(place / "data"), "YUSUAN_CATALOGUE": str(place / "catalogue")}
        return starter(program).run([str(YUSUAN), *arguments], {**server, **where, **environment})

    return call


@pytest.fixture(scope="session")
def after_one_night(call: Command, made_once: MadeOnce) -> Path:
    """A place with what its first night has made of its documents; for reading only."""
    def make(folder: Path) -> None:
        first = call(publish(folder, DOCUMENTS), "nightly")
        assert told(first, "Documents") == ["3 new, 0 unchanged"]
        assert told(first, "Read again") == []

    return made_once("first", make)


@pytest.fixture
def place(after_one_night: Path, tmp_path: Path) -> Path:
    """A place after its first night."""
    return shutil.copytree(after_one_night, tmp_path / "place")


@pytest.fixture
def yusuan(call: Command, place: Path) -> Command:
    """A command on the place after its first night."""
    return partial(call, place)


def told(done: subprocess.CompletedProcess[str], title: str) -> list[str]:
    assert done.returncode == 0, done.stderr
    return [line[16:] for line in done.stdout.splitlines() if line.startswith(title)]


def published(data: Path, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(data / "published" / "yusuan.duckdb"), read_only=True) as connection:
        return connection.execute(statement).fetchall()


def facts(data: Path) -> Tables:
    """What documents say and what is wrong with them, without who asked and read when, and without what was resolved and how."""
    tables = content(data)
    tables["quality_issue"] = published(data, "SELECT rule, label, message_zh FROM quality_issue WHERE state = 'open' ORDER BY ALL")
    return {name: rows for name, rows in tables.items() if name not in {"fact_pull", "fact_pull_unchanged", "asked_address", "fact_rule_outcome", "issue_event"}}


def test_new_words_reach_what_was_not_understood_by_themselves_and_everything_by_hand(place: Path, yusuan: Command, newer: Path) -> None:
    data = place / "data"
    second = yusuan("nightly", program=newer)
    assert told(second, "Documents") == ["0 new, 3 unchanged"]
    assert told(second, "Read again") == ["2 documents: 0 can be read now, 1 changed, 1 as before"]
    assert published(data, "SELECT version_no, outcome FROM dim_document WHERE file_name = 'unread.txt'") == [(1, "read")]
    assert published(data, "SELECT state FROM quality_issue WHERE rule = 'unread-cells'") == [("resolved",)]

    third = yusuan("nightly", program=newer)
    assert told(third, "Read again") == []
    assert "there is nothing new to tell" in third.stdout

    before = content(data)
    trial = yusuan("reread", program=newer)
    assert told(trial, "Read again") == ["1 documents: 0 can be read now, 1 changed, 0 as before"]
    assert "fine.txt: amounts of funding 300,000.00 → 200,000.00" in trial.stdout
    assert content(data) == before
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as warehouse:
        assert warehouse.execute("SELECT count(*) FROM load_run").fetchall() == [(3,)]

    told(yusuan("reread", "--yes", program=newer), "Read again")
    source = "SELECT fact_project_budget.amount_yuan FROM fact_project_budget JOIN fact_project USING (document_key, project_no) WHERE project_name = '街道照明' AND funding_source = 'other'"
    assert published(data, source) == []
    assert "nothing" in yusuan("reread", program=newer).stdout
    fourth = yusuan("nightly", program=newer)
    assert told(fourth, "Read again") == []

    fresh = yusuan("nightly", program=newer, YUSUAN_DATA=str(place / "fresh"))
    assert told(fresh, "Documents") == ["3 new, 0 unchanged"]
    assert facts(data) == facts(place / "fresh")


def test_a_night_reads_again_no_more_than_it_may_and_goes_on_the_next(place: Path, yusuan: Command, newer: Path) -> None:
    one = yusuan("nightly", program=newer, YUSUAN_REREAD_LIMIT="1")
    assert [line[:12] for line in told(one, "Read again")] == ["1 documents:"]
    assert len(told(one, "Postponed")) == 1
    two = yusuan("nightly", program=newer, YUSUAN_REREAD_LIMIT="1")
    assert [line[:12] for line in told(two, "Read again")] == ["1 documents:"]
    assert told(two, "Postponed") == []
    assert published(place / "data", "SELECT DISTINCT state FROM quality_issue WHERE rule = 'unread-cells'") == [("resolved",)]


def test_what_took_too_long_is_tried_after_1_2_nights_and_at_once_under_another_limit(call: Command, tmp_path: Path) -> None:
    head, row = table("信息化运维").split("信息化运维\t", 1)
    place = publish(tmp_path, {"large.txt": head + "".join(f"信息化运维{number}\t{row}" for number in range(2_000))})
    yusuan = partial(call, place)
    slow = {"YUSUAN_PARSE_SECONDS": "0.2"}
    assert told(yusuan("nightly", **slow), "Documents") == ["1 new (1 cannot be read), 0 unchanged"]
    tried = [(len(told(done, "Read again")), len(told(done, "Waiting"))) for done in (yusuan("nightly", **slow) for _ in range(3))]
    assert tried == [(1, 0), (0, 1), (1, 0)]
    done = yusuan("nightly")
    assert told(done, "Read again") == ["1 documents: 1 can be read now, 0 changed, 0 as before"]
    assert published(place / "data", "SELECT version_no, error_code, passing_failure_count FROM dim_document") == [(1, None, 0)]


@pytest.mark.system_program(*libreoffice.PROGRAMS)
def test_what_needs_libreoffice_is_read_once_it_is_there(call: Command, tmp_path: Path) -> None:
    rows = table("信息化运维").splitlines()[3:]
    cells = "".join(r"\trowd" + "".join(rf"\cellx{1000 * number}" for number in range(1, 7)) + r"\intbl "
                    + "".join(f"{escaped(cell)}\\cell " for cell in row.split("\t")) + r"\row " for row in rows)
    head = "".join(rf"{escaped(line)}\par " for line in table("").splitlines()[:3])
    word = bytearray(libreoffice.convert(rf"{{\rtf1\ansi {head}{cells}}}".encode(), "rtf", "doc"))
    begin = next(place for place in range(0, len(word), 512) if word.startswith(b"\xec\xa5", place))    # of the stream WordDocument
    word[begin + 2 : begin + 4] = b"\xc0\0"    # a version before Word 97, which only LibreOffice reads
    yusuan = partial(call, publish(tmp_path, {"table.doc": bytes(word)}))
    empty = tmp_path / "bin"
    empty.mkdir()
    assert told(yusuan("nightly", PATH=str(empty)), "Documents") == ["1 new (1 cannot be read), 0 unchanged"]
    assert told(yusuan("nightly", PATH=str(empty)), "Read again") == []
    done = yusuan("nightly", PATH=f"{Path(str(libreoffice.find_program())).parent}:/usr/bin:/bin")
    assert told(done, "Read again") == ["1 documents: 1 can be read now, 0 changed, 0 as before"]


def escaped(text: str) -> str:
    return "".join(character if character.isascii() else rf"\u{ord(character)}?" for character in text)


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"rotten")], ids=["lost", "rotten"])
def test_a_damaged_original_is_named_fetched_again_and_never_replaces_what_was_read(
    place: Path, yusuan: Command, harm: Callable[[Path], object],
) -> None:
    data = place / "data"
    assert yusuan("archive", "verify").returncode == 0
    ((sha256,),) = published(data, "SELECT sha256 FROM dim_document WHERE file_name = 'fine.txt'")
    original = data / "archive" / str(sha256)[:2] / str(sha256)
    harm(original)
    (data / "archive" / "notes.txt").write_text("stray")
    checked = yusuan("archive", "verify")
    assert checked.returncode == 1
    assert f"{original}: " in checked.stderr
    assert "fine.txt (version 1): the next `yusuan nightly` fetches it again" in checked.stderr
    assert "notes.txt: stray" in checked.stderr
    assert checked.stdout.endswith("1 stray\n")

    before = content(data)
    again = yusuan("reread", "--all", "--yes")
    assert again.returncode == 1
    assert "fine.txt: damaged or missing in the archive" in again.stdout
    assert content(data)["fact_project"] == before["fact_project"]

    assert told(yusuan("nightly"), "Originals") == ["1 damaged or missing in the archive, fetched again"]
    assert yusuan("archive", "verify").returncode == 0
    assert told(yusuan("nightly"), "Originals") == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_documents_of_one_name_in_an_archive_are_both_loaded(call: Command, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("表.txt", table("信息化运维"))
        archive.writestr("表.txt", table("街道照明"))
    place = publish(tmp_path, {"a.zip": packed.getvalue()})
    yusuan = partial(call, place)
    assert told(yusuan("nightly"), "Documents") == ["3 new, 0 unchanged"]
    assert published(place / "data", "SELECT project_name, file_name FROM project ORDER BY 2") == [
        ("信息化运维", "a.zip/表.txt"), ("街道照明", "a.zip/表.txt (2)"),
    ]
    assert told(yusuan("nightly"), "Documents") == ["0 new, 3 unchanged"]
    parsed = yusuan("parse", str(place / "published" / "a.zip"))
    assert [f'a.zip/表.txt{mark}", "sha256"' in line for mark, line in zip(("", " (2)"), parsed.stdout.splitlines(), strict=True)] == [True, True]


def test_what_cannot_be_read_again_is_said(yusuan: Command, tmp_path: Path) -> None:
    none = yusuan("reread", YUSUAN_DATA=str(tmp_path / "none"))
    assert none.returncode == 1
    assert "There is no warehouse" in none.stderr
    unknown = yusuan("reread", "--department", "nobody")
    assert unknown.returncode == 1
    assert "no department nobody" in unknown.stderr
    assert "Traceback" not in none.stderr + unknown.stderr
