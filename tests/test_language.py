"""What is printed for people is there in both languages: nothing is missing, nothing is unused, and the values have the same places."""

from __future__ import annotations

import ast
import errno
import os
import re
import string
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.main import get_command

import cli
import language
import terminal
from cli import night
from cli.common import chosen_settings
from flows.rereading import Change, Rereading
from flows.summary import Summary
from issues import listing, quarantine
from language import errors as told_errors
from language import helping
from sources.catalogue import CatalogueCounts
from transforms import explaining
from transforms.layouts import listing as layouts
from warehouse import query, questions
from warehouse.loading import LoadCounts
from warehouse.rereading import Holding, Kept, KnownOriginal, Reader
from warehouse.store import Warehouse

PROJECT = Path(__file__).parents[1]
SAID = {"said", "stage", "count"}    # the call itself, and the stages of a run


class Asked(dict[str, str]):
    """The Chinese messages; remembers which were asked for."""

    def __init__(self) -> None:
        super().__init__(language.chinese())
        self.names: set[str] = set()

    def get(self, name: str, default: str = "") -> str:    # type: ignore[override]
        self.names.add(name)
        return super().get(name, default)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """In Chinese."""
    messages = Asked()
    monkeypatch.setenv("YUSUAN_LANGUAGE", "zh")
    monkeypatch.setattr(language, "chinese", lambda: messages)
    return messages


def places(text: str) -> set[str | None]:
    return {name for _, name, *_ in string.Formatter().parse(text) if name is not None}


def written() -> Iterator[str]:
    """Every message that stands in the code as one."""
    for file in (file for room in ("cli", "flows") for file in (PROJECT / room).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
                texts = node.args if name == "Check" else node.args[:1] if name in SAID else []
                yield from (text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str))


def helped(command: object) -> Iterator[str]:
    """The help of a command and of those below it."""
    yield getattr(command, "help", None) or ""
    yield from (getattr(option, "help", None) or "" for option in getattr(command, "params", ()))
    for below in getattr(command, "commands", {}).values():
        yield from helped(below)


def by_their_names(asked: Asked) -> set[str]:
    """The messages that the code puts together from names: those of a summary, of what changed and of counts."""
    before = Holding(1, "a", "failed", "x", 2023, "budget", 1, None, 1, None, None, 1, 1, 1, 1)
    after = Holding(1, "a", "read", None, 2024, "final", 2, 1, 2, 1, 1, 2, 2, 2, 2)    # type: ignore[arg-type]
    reread = Rereading(1, (Change(before, after), Change(before, before)), (Kept("a", "too-slow", "x"),), (KnownOriginal(1, "a", "a", "b"),), 1, 1)
    for address in ([], ["a", "b"]):
        str(reread.changes[0])
        Summary(
            sources=1, counts=LoadCounts(1, 1, 1, 1, 1, 1, 1, 1, {}), findings={}, problems=("x",), reread=reread, restored=1, unmatched=1,
            hidden=address, deliveries=(), warehouse=Path("w"), published=Path("p"), complaints=("x",),
        ).markdown()
    counts = {name.replace("_", " ") for name in CatalogueCounts.__dataclass_fields__}
    titles = {"Last runs", "Open issues", "Coverage", "Undelivered digests", "critical", "warning", "info", "Example", "Show this message and exit."}
    archive = {"damaged", "missing", "stray"}
    constants = {night.INTERRUPTED, "Loaded; what is new in it is told with the next night's digests.", "Nothing was changed: --yes loads it."}
    return asked.names | counts | titles | archive | constants | {"Read again", *helping.TEXTS.values(), *helping.USAGE}


def shown_columns(published: Path) -> set[str]:
    """The columns that commands show by names of ours: those that stand in the code, and those of answers of the published copy."""
    named = {
        text.value
        for file in (PROJECT / "cli").glob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "show" and isinstance(node.args[0], ast.Tuple)
        for text in node.args[0].elts if isinstance(text, ast.Constant) and text.value
    }
    of_words = (*explaining.LABELS, *explaining.ROWS, *(name for columns, _ in layouts.known().values() for name in columns))
    with query.connect(published) as copy:
        between = questions.between(copy, *(run for run, in query.rows(copy, "SELECT run_id FROM load_run ORDER BY started_at").rows))
        answers = (
            *query.status(copy).values(), query.coverage(copy), listing.known(copy, [], listing.Choice()), quarantine.known(copy, []),
            questions.history(copy, "x"), questions.search(copy, "x", 1), between.documents, between.problems, between.differences,
            listing.history(copy, [], "x"), query.assumed(copy),
        )
        about = [name.replace("_", " ") for name in listing._rows(copy, "about", {"fingerprint": "x"}).columns]
        row = [name for name, _ in quarantine.described(defaultdict(lambda: "x", record='{"amount": 1}'))]
        return {f"column {name}" for name in named.union(of_words, about, row, *(answer.columns for answer in answers))}


def test_every_message_has_its_chinese_and_no_other_is_there(asked: Asked, tmp_path: Path) -> None:
    published = tmp_path / "published.duckdb"
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        for _ in range(2):
            warehouse.begin_run("1.0", date(2026, 1, 10), Reader("the code", "900 s"))
        warehouse.publish(published)
    known = set(asked)
    needed = {*written(), *helped(get_command(cli.app)), *by_their_names(asked), *shown_columns(published)} - {""}
    assert needed - known == set()
    assert known - needed == set()


def test_the_values_have_the_same_places_in_both_languages() -> None:
    assert [name for name, text in language.chinese().items() if places(name) != places(text)] == []


def test_the_help_of_every_command_is_chinese_where_that_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUSUAN_LANGUAGE", "")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    chinese = cli.program()
    assert [text for text in helped(chinese) if text and not re.search(r"[一-鿿]", text)] == []
    assert chinese.commands["nightly"].epilog.startswith("例: yusuan nightly")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "采集" not in "".join(helped(cli.program()))


HELPING = """
import sys, cli
for arguments in ([], *([*name.split()] for name in sys.argv[1:])):
    try:
        cli.program()([*arguments, "--help"], "yusuan")
    except SystemExit as end:
        assert not end.code
"""


def commands(command: object, *above: str) -> Iterator[str]:
    """The names of all commands below one."""
    for name, below in getattr(command, "commands", {}).items():
        yield " ".join((*above, name))
        yield from commands(below, *above, name)


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_the_help_of_every_command_is_whole_at_80_columns(spoken: str) -> None:
    """In one process of its own, as Typer is changed for all that follows."""
    environment = {**os.environ, "YUSUAN_LANGUAGE": spoken, "COLUMNS": "80"}
    names = list(commands(get_command(cli.app)))
    shown = subprocess.run([sys.executable, "-c", HELPING, *names], env=environment, capture_output=True, text=True, check=True).stdout
    text = re.sub(r"[\s│]", "", shown)
    assert [line for line in shown.splitlines() if terminal._wide(line) > 80] == []
    assert "…" not in shown.replace("before-restore-…", "").replace("before-rebuild-…", "")
    whole = {"zh": "像公式的文字前不加撇号。", "en": "noapostropheinfrontoftextsthatlooklikeformulas."}
    assert whole[spoken] in text


WRONG = {    # what is typed, and a part of what is said of it
    "sql": "缺少参数 'statement'。", "sql --nope": "没有选项 --nope", "status --jsn": "（可能是：--json）", "nn": "没有命令 'nn'。",
    "nigthly": "没有命令 'nigthly'。是否应为 'nightly'？", "sql a b": "多余的参数：b", "sql --output": "选项 '--output' 后面要有值。",
    "sql a --raw=1": "选项 '--raw' 不带值。", "quarantine release x": "缺少选项 '--reason'。", "show x --page a": "'--page' 的值不对：应为整数",
    "watchdog --hours x": "'--hours' 的值不对：应为数字", "pull --sample 0": "不应小于 1", "serve --port 70000": "不应大于 65535",
    "rules --lang xx": "'xx' 不是可选的值：'zh', 'en'", "reread --since now": "'now' 不符合格式 '%Y-%m-%d'。",
    "export o.csv --format xlsx": "工作簿的文件名以 .xlsx 结尾",
}


def test_what_is_wrong_in_a_command_is_told_in_chinese() -> None:
    wrong = "import shlex, sys, cli\nfor line in sys.argv[1:]:\n    try:\n        cli.program()(shlex.split(line), 'yusuan')\n    except SystemExit as end:\n        assert end.code == 2\n"
    environment = {**os.environ, "YUSUAN_LANGUAGE": "zh", "COLUMNS": "80"}
    done = subprocess.run([sys.executable, "-c", wrong, *WRONG], env=environment, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr.count("─ 错误 ─"), done.stderr.count("用法：")) == ("", len(WRONG), len(WRONG) - 2)
    for said in WRONG.values():
        assert said in done.stderr


ROOMS = ("cli", "flows", "transforms", "warehouse", "sources", "issues", "portal", "alerts")
# Its messages are for those who write catalogue files, rules or vocabularies, or quote other programs.
OWN = {"Flaw", "VocabularyError", "Refused"}
OF_OPTIONS = {    # what Typer puts together and Pydantic, which is not written in Python, says of them and of catalogue files
    "Missing argument {}.", "Missing option {}.", "Option {} requires an argument.", "Value error, {} is not one of {}.",
    "Value error, {} does not match the formats {}.",
    "Input should be a valid integer, unable to parse string as an integer", "Input should be a valid number, unable to parse string as a number",
    "Input should be greater than or equal to {}", "Input should be less than or equal to {}", "Input should be {}",
    "Input should be a valid boolean, unable to interpret input", "Input should be a valid list", "Input should be a valid dictionary",
    "String should match pattern {}", "value is not a valid IPv4 or IPv6 network",
    "should be greater than or equal to {}, not {}", "should be less than or equal to {}, not {}", "should be {}, not {}",
    "should be a valid string, not {}", "should be a valid dictionary, not {}", "String should have at least 1 character, not {}",
    "should be a valid integer, unable to parse string as an integer, not {}", "should be a valid boolean, unable to interpret input, not {}",
}


def as_template(node: ast.expr | None, constants: dict[str, str]) -> str | None:
    """A text of the code with {} where its values stand; None for what is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return constants.get(node.id) if isinstance(node, ast.Name) else None


def rooms() -> Iterator[tuple[ast.Module, dict[str, str]]]:
    """Each module of the code with its constant texts."""
    for file in (PROJECT / "settings.py", *(file for room in ROOMS for file in (PROJECT / room).rglob("*.py"))):
        tree = ast.parse(file.read_text("utf-8"))
        named = [(node.targets[0], as_template(node.value, {})) for node in tree.body if isinstance(node, ast.Assign)]
        yield tree, {name.id: text for name, text in named if text and isinstance(name, ast.Name)}


def errors(modules: list[tuple[ast.Module, dict[str, str]]]) -> set[str]:
    """The names of the classes of errors, those that derive from others included, and of what ends a command with one."""
    bases = {
        node.name: {ast.unparse(base).split(".")[-1] for base in node.bases}
        for tree, _ in modules for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    }
    found, before = {"Exception", "ValueError", "RuntimeError", "UnsupportedProtocol"}, set()
    while found != before:
        before, found = found, found | {name for name, of in bases.items() if of & found}
    return {name for name in found if name in bases} - OWN | {"stop", "BadParameter"}


def test_every_error_has_its_chinese_and_no_other_is_there() -> None:
    modules = list(rooms())
    raising = errors(modules)
    raised, said_anywhere = set(), set()
    for tree, constants in modules:
        for node in ast.walk(tree):
            said_anywhere.add(as_template(node, constants) if isinstance(node, ast.expr) else None)
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in raising:
                texts = (as_template(of, constants) for of in (*node.args, *(keyword.value for keyword in node.keywords)))
                raised |= {text for text in texts if text and re.search("[a-z]{2} [a-z]", text)}
    known = set(told_errors.texts())
    assert raised - known == set()
    of_system = {os.strerror(number) for number in errno.errorcode} | {"[Errno {}] {}", "[Errno {}] {}: {}"}
    # Some are put together there, of what data files say, too.
    files = (*(PROJECT / "sources").glob("*.yaml"), *Path(typer.__file__).parent.rglob("*.py"))
    code = "\n".join((*filter(None, said_anywhere), *(file.read_text("utf-8") for file in files)))
    assert {text for text in known - of_system - OF_OPTIONS if not all(part.strip(" :“”()") in code for part in text.split("{}"))} == set()


@pytest.mark.parametrize(("name", "value"), [
    ("PROCESSES", "-1"), ("LOG", "xml"), ("RUNNER", "spark"), ("LOGIN_TO_READ", "perhaps"), ("PROXIES", '["x"]'), ("ALERTS", '{"a": 3}'),
])
def test_a_setting_that_makes_no_sense_is_told_without_english(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("YUSUAN_LANGUAGE", "zh")
    monkeypatch.setenv(f"YUSUAN_{name}", value)
    with pytest.raises(typer.Exit):
        chosen_settings()
    assert not re.search("should|valid", capsys.readouterr().err)


def test_an_error_is_told_with_its_values_and_what_they_say() -> None:
    """In the order of the language; a text that is none of ours stays as it is."""
    said = (
        "There is no room left to write /d/{w} (No space left on device). Nothing was changed, in it and in the published copy. "
        "Make room on that disk, or move the data folder (YUSUAN_DATA), and run again."
    )
    assert told_errors.told(said, "zh").startswith("没有空间写入 /d/{w}（磁盘已满）。它和已发布的副本都没有改动。请腾出")
    assert told_errors.told("There is no document b.pdf in a.zip.", "zh") == "a.zip 中没有文件 b.pdf。"
    assert told_errors.told(said, "en") == said
    assert told_errors.told("Binder Error: no such column", "zh") == "Binder Error: no such column"


def test_no_error_loses_or_invents_a_value() -> None:
    for english, chinese in told_errors.texts().items():
        values = [f"<{number}>" for number in range(english.count("{}"))]
        assert sorted(re.findall(r"<\d+>", chinese.format(*values))) == sorted(values), english


def test_a_command_that_fails_says_so_in_chinese(tmp_path: Path) -> None:
    environment = {**os.environ, "YUSUAN_LANGUAGE": "zh", "YUSUAN_DATA": str(tmp_path)}
    done = subprocess.run([Path(sys.executable).with_name("yusuan"), "sql", "SELECT 1"], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"yusuan: {tmp_path}/published/yusuan.duckdb 还没有已发布的副本：")
