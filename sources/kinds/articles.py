"""Articles of lists: whether a page is one, and which files it holds under which names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from sources.systems import systems
from sources.web import Link, Page, query_of, tidy

_QUOTED_FILE = re.compile(r"""["']([^"'<>\s]{1,400}?\.(?:pdf|docx?|xlsx?|et|wps|ofd|zip|rar))["']""", re.IGNORECASE)
_QUOTED = re.compile(r"""["']([^"'<>\s]{1,400})["']""")
_PUBLISHED = re.compile(r"发布(?:时间|日期)|来源[::]|发文日期")
_EMPTY_NAME = re.compile(r"^(?:点击|点此|这里|此处)?(?:下载|查看|附件|详情|更多|全文)*(?:下载|附件|文件)?\d*$")


def is_article_page(page: Page) -> bool:
    """Whether a page is an article: it says so in its head, or holds an article and no list with dates."""
    if page.root.find(".//meta[@name='ArticleTitle']") is not None:
        return True
    names = systems().articles
    parts = page.root.iter("div", "td", "ucapcontent", "article")
    holds = any(names & {*(part.get("class") or "").split(), part.get("id")} for part in parts)
    is_headed = page.root.find(".//h1") is not None and _PUBLISHED.search(page.root.text_content()) is not None
    dated = sum(link.published_on is not None for link in page.links if not link.is_frame and not link.is_related)
    return (holds or is_headed) and dated < 3


def attached(article: Page) -> Iterator[Link]:
    """The files of an article: linked, embedded, shown by a viewer, opened by a script, written by a script."""
    for link in article.links:
        is_marked = link.is_marked_file or link.title.rpartition(".")[2].lower() in systems().endings    # `预算.pdf` behind `down.do?f=7`
        if systems().is_file(replace(link, is_marked_file=is_marked)) and not link.is_frame and not link.is_related:
            yield _behind_viewer(article, link)
    for element in article.root.iter("iframe", "frame", "embed", "object"):
        link = Link(article.absolute(element.get("src") or element.get("data") or ""), "")
        if link.url and systems().is_file(link):
            yield _behind_viewer(article, link)
    for element, call in article.calls:
        for address in _QUOTED.findall(call):
            link = Link(article.absolute(address), tidy(element.text_content()))
            if link.url and systems().is_file(link):
                yield link
    for address in _QUOTED_FILE.findall(article.scripts):
        if url := article.absolute(address):
            yield Link(url, "")


def _behind_viewer(article: Page, link: Link) -> Link:
    """The file that a viewer shows (`viewer.html?file=…pdf`)."""
    if urlsplit(link.url).path.rpartition(".")[2].lower() not in {"html", "htm"}:
        return link
    shown = next((value for value in query_of(link.url).values() if value.rpartition(".")[2].lower() in systems().endings), "")
    return Link(article.absolute(unquote(shown)), link.title, link.published_on) if shown else link


def name_of(link: Link, title: str) -> str:
    """The name of a file: the link's text, the name in its query, the last part of its path, the article's title."""
    path = unquote(urlsplit(link.url).path.rpartition("/")[2])
    ending = path.rpartition(".")[2].lower()
    if link.title and not _EMPTY_NAME.fullmatch(link.title):
        return link.title
    queried = query_of(link.url)
    for key in ("showname", "fileName", "filename", "name"):
        if "." in queried.get(key, ""):
            return queried[key]
    return f"{title}.{ending}" if ending in systems().endings else title
