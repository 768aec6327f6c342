"""Recognise saved pages that were not public: by a password form, a draft's class or address.

An editor's browser saves drafts and private posts like any other page.
"""

import re

from lxml.html import HtmlElement

from indexer.formats.page.declared_metadata import Declared
from indexer.formats.record.parsed_record import NoArticle

__all__ = ["check_public"]

_STATUS_CLASS = re.compile(
    r"(?:^|\s)status-(private|draft|pending|future|trash|auto-draft)(?=\s|$)"
)
_UNPUBLISHED_CLASS = re.compile(r"(?:^|\s)node--?unpublished(?=\s|$)")
_PROTECTED_CLASS = re.compile(r"(?:^|\s)post-password-required(?=\s|$)")
_LOCKED_FORM = (
    "//form[contains(@class, 'post-password-form') or contains(@action, 'action=postpass')]"
)
_PREVIEW = re.compile(r"[?&]preview(?:_id|_nonce)?=(?!false|0)")
_MAIN = "//body | //article | //main | //*[contains(@class, 'hentry') or contains(@class, 'node')]"


def check_public(tree: HtmlElement, declared: Declared) -> None:
    """Check that a page is not marked as a draft, as private, or as behind a password.

    Raises:
        NoArticle: it is marked; the message is the kind under which it is counted.

    """
    if tree.xpath(_LOCKED_FORM):
        raise NoArticle("password")
    # The page's own article comes first; teasers of others follow it.
    for element in tree.xpath(_MAIN)[:3]:
        classes = element.get("class") or ""
        if _PROTECTED_CLASS.search(classes):
            raise NoArticle("password")
        if mark := _STATUS_CLASS.search(classes):
            raise NoArticle(f"status {mark[1]}")
        if _UNPUBLISHED_CLASS.search(classes):
            raise NoArticle("status unpublished")
    if _PREVIEW.search(declared.url):
        raise NoArticle("status draft")
