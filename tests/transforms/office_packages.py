"""Packages of Office Open XML, written part by part, so that tests can hold what no library writes."""

from __future__ import annotations

import io
import zipfile

_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"'
)


def relations(**targets: str) -> str:
    """Relationships `r<number>` to parts, named by their kind."""
    return _RELATIONS.format("".join(
        f'<Relationship Id="r{number}" Type="{_TYPE}{kind}" Target="{target}"/>' for number, (kind, target) in enumerate(targets.items(), start=1)
    ))


def package(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            archive.writestr(path, content)
    return stream.getvalue()


def document(body: str, parts: dict[str, str | bytes] | None = None, **related: str) -> bytes:
    """A Word document with this XML as its body."""
    return package({
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(officeDocument="word/document.xml"),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(**related),
        **(parts or {}),
    })


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    """A package with some bytes of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return package({name: archive.read(name).replace(old, new) for name in archive.namelist()})
