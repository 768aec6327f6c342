"""Recognise protected posts of WordPress by what it shows instead of them.

That is a form for the password, or a word before the title.
"""

import re

from indexer.formats.record.parsed_record import NoArticle

__all__ = ["check_text", "check_title"]

_FORM = re.compile(r"<form\b[^<>]*(?:post-password-form|[?&;]?action=postpass)", re.IGNORECASE)
_GUID = re.compile(r"[?&;]p=\d+$")
"""WordPress' own address of a post; titles of other systems may begin with these words."""
_PROTECTED = (
    "protected geschützt protégé protegido protetto beveiligd skyddad beskyttet passordbeskyttet"
    " suojattu zabezpieczony chráněno защищено захищено korumalı 保護中 密码保护 보호됨 محمي מוגן"
    " προστατευμένο védett protejat terproteksi protegit"
)
_PRIVATE = (
    "private privat privé privado privato yksityinen prywatny soukromé личное приватний özel 非公開"
    " 私密 비공개 خاص פרטי ιδιωτικό privát"
)
_BEFORE_TITLE = re.compile(
    rf"\s*(?:(?P<protected>{'|'.join(_PROTECTED.split())})|{'|'.join(_PRIVATE.split())})\s?[:：]",
    re.IGNORECASE,
)


def check_text(html: str) -> None:
    """Check that a text is not the form in which WordPress requests a post's password.

    Raises:
        NoArticle: it is that form.

    """
    if ("post-password-form" in html or "action=postpass" in html) and _FORM.search(html):
        raise NoArticle("password")


def check_title(title: str, guid: str) -> None:
    """Check that a WordPress post's title does not begin with `Protected:` or `Private:`.

    Raises:
        NoArticle: it does.

    """
    if (
        (":" in title or "：" in title)
        and _GUID.search(guid)
        and (mark := _BEFORE_TITLE.match(title))
    ):
        raise NoArticle("password" if mark["protected"] else "status private")
