"""Preserve structure of a page that trafilatura would lose.

It joins the lines of preformatted text, and sometimes all blocks of a text into one.
"""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy

from lxml.etree import _Element
from lxml.html import HtmlElement
from trafilatura.baseline import basic_cleaning

__all__ = ["keep_lines", "whole_elements"]

_NOT_LETTERS = re.compile(r"[\W_]+")


def keep_lines(tree: HtmlElement) -> None:
    """Mark preformatted text as code, whose lines trafilatura keeps.

    It would turn other preformatted text into a quote.
    """
    for element in tree.iter("pre"):
        if element.find(".//code") is None:
            inner = element.makeelement("code")
            inner.text, element.text = element.text, None
            inner.extend(list(element))
            element.append(inner)


def whole_elements(body: _Element, tree: HtmlElement) -> list[_Element]:
    """Return the elements whose blocks trafilatura joined into one paragraph each, if any.

    trafilatura does so where it finds no text that it can split, as in a gallery.
    """
    paragraphs = list(body)
    if not paragraphs or any(paragraph.tag != "p" or len(paragraph) for paragraph in paragraphs):
        return []
    joined_letters = {_letters([str(paragraph.text or "")]) for paragraph in paragraphs}
    page = basic_cleaning(deepcopy(tree))
    matching = [
        element
        for element in _candidates(page)
        if _letters(map(str, element.itertext())) in joined_letters
    ]
    outer = [
        element
        for element in matching
        if not any(above in matching for above in element.iterancestors())
    ]
    return outer if len(outer) == len(joined_letters) and any(map(_has_blocks, outer)) else []


def _candidates(page: HtmlElement) -> Iterator[HtmlElement]:
    yield from page.iter("article", "body")


def _has_blocks(element: _Element) -> bool:
    return (
        len(list(element.iter("p", "h2", "h3", "h4", "li", "figcaption", "figure", "blockquote")))
        > 1
    )


def _letters(texts: Iterable[str]) -> str:
    return _NOT_LETTERS.sub("", "".join(texts))
