"""Structure of a saved page: its lines, the blocks of a gallery, and its language."""

import pytest

from indexer.formats import FormatOptions
from indexer.formats.page.reader import read

PROSE = (
    "<p>The ferry left the landing stage at seven and came back after dark with twelve people.</p>"
    "<p>Nobody on the quay had expected it, since the wind had turned to the north at noon.</p>"
    "<p>A second ferry will be painted in the spring, says the harbour master of the town.</p>"
)


def _body(article: str, language: str = ' lang="en"') -> str:
    return str(_read(article, language)["body"])


def _read(article: str, language: str = ' lang="en"', setting: str = "en") -> dict[str, object]:
    page = (
        f'<html{language}><head><meta charset="utf-8"><title>Ferries</title>'
        f'<meta property="article:published_time" content="2019-01-05"></head><body><main>{article}</main></body></html>'
    )
    return read(page.encode(), (), FormatOptions(language=setting)).record


VERSES = [
    "<pre>The wind turns north,\nthe ferry stays,\nthe town is still.</pre>",
    '<pre class="wp-block-verse">The wind turns north,<br>the ferry stays,<br>the <em>town</em> is still.</pre>',
    "<pre><code>The wind turns north,\nthe ferry stays,\nthe town is still.</code></pre>",
]


@pytest.mark.parametrize("verse", VERSES)
def test_lines_of_a_page_stay_lines(verse: str) -> None:
    """A song in a page keeps its lines."""
    body = _body(f"<article><h1>Ferries</h1><p>A song:</p>{verse}{PROSE}</article>").replace(
        "*", ""
    )
    assert "    The wind turns north,\n    the ferry stays,\n    the town is still." in body


def _picture(number: int) -> str:
    return (
        f"<figure><img src='/{number}.jpg' alt=''><h2>Hour {number}</h2><p>The ferry came at {number} and left again.</p>"
        f"<p>It carried {number} people.</p><figcaption>Ferry {number}</figcaption></figure>"
    )


@pytest.mark.parametrize(
    "around", ["<article><h1>Ferries</h1>{}</article>", "<h1>Ferries</h1><div>{}</div>"]
)
def test_the_blocks_of_a_gallery_stay_apart(around: str) -> None:
    """Headings, paragraphs and captions of pictures are not one paragraph."""
    body = _body(around.format("".join(map(_picture, (7, 8, 9)))))
    assert "The ferry came at 8 and left again.\n\nIt carried 8 people.\n\n" in body
    assert "8 people. Ferry" not in body
    assert "Hour 8 The" not in body


def test_markers_of_notes_do_not_run_into_words() -> None:
    """A page's note markers are separated from its words, and formulas stay as they are."""
    line = "<p>The treaty<sup><a href='#n1'>1</a></sup> of 1850<sup>2</sup> names H<sub>2</sub>O and the 19<sup>th</sup> day.</p>"
    body = _body(f"<article><h1>Ferries</h1>{line}{PROSE}</article>")
    assert "The treaty[1] of 1850[2] names H2O and the 19th day." in body


LANGUAGES = [
    ("", "<p>" + "フェリーは七時に桟橋を離れ、日が暮れてから戻ってきた。" * 6 + "</p>", "en", "ja"),
    (
        "",
        "<p>" + "غادرت العبارة الرصيف في السابعة وعادت بعد حلول الظلام. " * 6 + "</p>",
        "en",
        "ar",
    ),
    (
        "",
        "<p>" + "غادرت العبارة الرصيف في السابعة وعادت بعد حلول الظلام. " * 6 + "</p>",
        "ar",
        None,
    ),
    ("", PROSE, "en", None),
    (' lang="en_uk"', PROSE, "nl", "en-GB"),
    (' lang="elvish"', PROSE, "nl", None),
]


@pytest.mark.parametrize(("declared", "article", "setting", "language"), LANGUAGES)
def test_a_page_is_in_the_language_that_it_names_or_is_written_in(
    declared: str, article: str, setting: str, language: str | None
) -> None:
    """A page in another script than the setting's language does not get that language."""
    assert _read(f"<article>{article}</article>", declared, setting).get("language") == language
