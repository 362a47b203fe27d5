"""Why a file could not be fetched is Chinese in a Chinese digest, whatever the reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.reasons import told

PROJECT = Path(__file__).parents[2]
RAISED = {"PullFailed", "HostRefused", "CutShort", "_Busy", "_not_it", "_private"}
# Words that stay: names of things, units, and what stands for a value.
STAYING = re.compile(r"X|YUSUAN_\w+|SSL_CERT_FILE|JavaScript|JSON|PDF|ZIP|Word|Excel|UTF|robots\.txt|https?|weak_tls|true|internal|data|EOF|html")


def texts(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may give, `X` for each value."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(part.value if isinstance(part, ast.Constant) else "X" for part in values)    # type: ignore[misc]
        case ast.BinOp(left=left, right=ast.IfExp(body=body)):
            yield from (text + more for text in texts(left) for more in ("", *texts(body)))
        case ast.BoolOp(values=values):
            yield from (text for value in values for text in texts(value))


def raised() -> Iterator[str]:
    """The reasons in the code of `sources`."""
    for file in (PROJECT / "sources").rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        named = {
            target.id: node.value for node in ast.walk(tree) if isinstance(node, ast.Assign)
            for target in node.targets if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", getattr(node.func, "attr", "")) in RAISED:
                first = node.args[0]
                yield from texts(named.get(first.id, first) if isinstance(first, ast.Name) else first)
            if isinstance(node, ast.FunctionDef) and node.name == "reason":
                yield from (text for part in ast.walk(node) if isinstance(part, ast.Return | ast.Tuple)
                            for value in (part.elts if isinstance(part, ast.Tuple) else [part.value]) for text in texts(value))   # type: ignore[arg-type]


def test_every_reason_has_its_chinese() -> None:
    found = {reason for reason in raised() if reason != "X" and " " in reason and not reason.startswith("X: X")}
    assert len(found) > 40
    left = {reason: said for reason in found if re.search("[A-Za-z]{2}", STAYING.sub("", said := told(reason, "zh")))}
    assert left == {}


@pytest.mark.parametrize(("reason", "said"), [
    ("catalogue/a.yaml:12: http://x.cn/b.pdf: the server answered 503 Service Unavailable", "网站返回 503 Service Unavailable（catalogue/a.yaml:12）"),
    ("a.yaml:1: 2024/a: b.pdf: no file is there", "没有这个文件（a.yaml:1）"),
    ("a.yaml:1: http://x.cn/: the site's robots.txt cannot be had (the server answered 500), so that nothing may be asked",
     "网站的 robots.txt 无法取得（网站返回 500），按规范不得访问（a.yaml:1）"),
    ("http://x.cn/a.zip#/b.docx: The member of the archive needs a password; ask for it without one.",
     "压缩包中的文件有密码；请部门提供没有密码的文件。"),
    ("a.yaml:3: http://x.cn/b.pdf: what came is not the document but an error page (“404: 找不到”)", "取得的不是文件，而是出错页面（“404: 找不到”）（a.yaml:3）"),
    ("a.yaml:3: http://x.cn/b.pdf: SomethingNew: never heard of", "http://x.cn/b.pdf: SomethingNew: never heard of（a.yaml:3）"),
])
def test_a_reason_is_told_with_its_place_in_the_catalogue(reason: str, said: str) -> None:
    assert told(reason, "zh") == said
    assert told(reason, "en") == reason
