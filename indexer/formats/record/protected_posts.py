"""Marks that WordPress shows instead of posts that not everybody may read: a form for the password, and a word before the title."""

import re

from indexer.formats.record.parsed_record import NoArticle

__all__ = ["check_text", "check_title"]

_FORM = re.compile(r"<form\b[^<>]*(?:post-password-form|[?&;]?action=postpass)", re.IGNORECASE)
_GUID = re.compile(r"[?&;]p=\d+$")
"""WordPress' own address of a post; the titles of other systems begin as their authors like."""
_PROTECTED = (
    "protected geschützt protégé protegido protetto beveiligd skyddad beskyttet passordbeskyttet suojattu zabezpieczony"
    " chráněno защищено захищено korumalı 保護中 密码保护 보호됨 محمي מוגן προστατευμένο védett protejat terproteksi protegit"
)
_PRIVATE = (
    "private privat privé privado privato yksityinen prywatny soukromé личное приватний özel 非公開 私密 비공개 خاص פרטי"
    " ιδιωτικό privát"
)
_BEFORE_TITLE = re.compile(
    rf"\s*(?:(?P<protected>{'|'.join(_PROTECTED.split())})|{'|'.join(_PRIVATE.split())})\s?[:：]",
    re.IGNORECASE,
)


def check_text(html: str) -> None:
    """Make sure that a text is not the form by which WordPress asks for the password of a post.

    Raises:
        NoArticle: it is.

    """
    if ("post-password-form" in html or "action=postpass" in html) and _FORM.search(html):
        raise NoArticle("password")


def check_title(title: str, guid: str) -> None:
    """Make sure that the title of a post with an id of WordPress does not begin with `Protected:` or `Private:`.

    Raises:
        NoArticle: it does.

    """
    if (
        (":" in title or "：" in title)
        and _GUID.search(guid)
        and (mark := _BEFORE_TITLE.match(title))
    ):
        raise NoArticle("password" if mark["protected"] else "status private")
