"""What is printed for people is there in both languages: nothing is missing, nothing is unused, and the values have the same places."""

from __future__ import annotations

import ast
import errno
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

import cli
import language
from cli import night
from flows.rereading import Change, Rereading
from flows.summary import Summary
from language import errors as told_errors
from sources.catalogue import CatalogueCounts
from warehouse.loading import LoadCounts
from warehouse.rereading import Holding, Kept, KnownOriginal

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
    titles = {"Last runs", "Open issues", "Coverage", "Undelivered digests", "critical", "warning", "info", "Arguments", "Options", "Commands", "Example",
              "Show this message and exit."}
    archive = {"damaged", "missing", "stray"}
    constants = {night.INTERRUPTED, "Loaded; what is new in it is told with the next night's digests.", "Nothing was changed: --yes loads it."}
    return asked.names | counts | titles | archive | constants | {"what", "found", "how to mend it", "Read again"}


def test_every_message_has_its_chinese_and_no_other_is_there(asked: Asked) -> None:
    known = set(asked)
    needed = {*written(), *helped(get_command(cli.app)), *by_their_names(asked)} - {""}
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


def test_chinese_help_is_whole_at_80_columns() -> None:
    environment = {**os.environ, "LC_ALL": "zh_CN.UTF-8", "COLUMNS": "80"}
    for command in ([], ["pull"], ["sql"]):
        shown = subprocess.run([Path(sys.executable).with_name("yusuan"), *command, "--help"], env=environment, capture_output=True, text=True, check=True)
        assert "…" not in shown.stdout
    assert "像公式的文字前不加撇号" in re.sub(r"[\s│]", "", shown.stdout)


ROOMS = ("cli", "flows", "transforms", "warehouse", "sources", "issues", "portal", "alerts")
# Its messages are for those who write catalogue files, rules or vocabularies, or quote other programs.
OWN = {"Flaw", "VocabularyError", "Refused"}


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
    return {name for name in found if name in bases} - OWN | {"stop"}


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
    code = "\n".join((*filter(None, said_anywhere), *(file.read_text("utf-8") for file in (PROJECT / "sources").glob("*.yaml"))))
    assert {text for text in known - of_system if not all(part.strip(" :“”()") in code for part in text.split("{}"))} == set()


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
