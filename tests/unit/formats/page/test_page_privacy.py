"""Saved pages that were not public are not loaded."""

import pytest

from indexer.formats import FormatOptions, NoArticle
from indexer.formats.page.reader import read

TEXT = (
    "<p>The council of Harrow Point met on the pier and spoke for two hours about the new ferry.</p>"
    * 3
)


def saved(body: str, *, classes: str = "single", head: str = "") -> bytes:
    """Return a page with a date that an editor's browser saved."""
    return (
        '<!doctype html><html lang="en"><head><title>Ferry plans</title>'
        f'<meta property="article:published_time" content="2020-03-04T10:00:00Z">{head}</head>'
        f'<body class="{classes}"><article class="post hentry"><h1>Ferry plans</h1>{body}</article></body></html>'
    ).encode()


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (
            saved(
                '<form action="/wp-login.php?action=postpass" class="post-password-form" method="post"></form>'
            ),
            "password",
        ),
        (saved(TEXT, classes="single post-password-required"), "password"),
        (saved(TEXT).replace(b"post hentry", b"post status-private hentry"), "status private"),
        (saved(TEXT).replace(b"post hentry", b"post status-draft hentry"), "status draft"),
        (saved(TEXT).replace(b"post hentry", b"node node--unpublished"), "status unpublished"),
        (
            saved(
                TEXT,
                head='<link rel="canonical" href="https://pier.example/?p=12&amp;preview=true">',
            ),
            "status draft",
        ),
    ],
)
def test_a_page_that_was_not_public_is_skipped(page: bytes, kind: str) -> None:
    """A draft, a private post or a password form that an editor saved never reaches readers."""
    with pytest.raises(NoArticle) as skipped:
        read(page, (), FormatOptions())
    assert str(skipped.value) == kind


def test_a_public_page_is_loaded() -> None:
    """Classes and addresses of published posts are not marks of privacy."""
    page = saved(
        TEXT,
        head='<link rel="canonical" href="https://pier.example/preview-of-the-ferry/?preview=false">',
    )
    page = page.replace(b"post hentry", b"post status-publish hentry")
    assert read(page, (), FormatOptions()).record["title"] == "Ferry plans"
