"""Shortcodes in the content of posts."""

import pytest

from indexer.formats.wordpress.post_text import body_of_post

CASES = [
    ("<p>[su_note]Ducks stay.[/su_note] They [sic] do.</p>", "Ducks stay. They [sic] do."),
    ("One [...] two [1] three [Ed.] four [he said] [Mia] [emphasis added] [map of the fen]", "One [...] two [1] three [Ed.] four [he said] [Mia] [emphasis added] [map of the fen]"),
    ("[dropcap]O[/dropcap]nce", "Once"),
    ('[b]bold[/b] and [quote author="Mia"]said[/quote]', "bold and said"),
    ("See [[gallery]].", "See [gallery]."),
    ("Look: [youtube https://v.example/1] [youtube=https://v.example/1] [vimeo 12] [tweet 345] end", "Look: end"),
    ('[audio https://v.example/2.mp3][audio:https://v.example/2.mp3|titles=x][soundcloud url="x" params="y=z"]End', "End"),
    ('[embed width="3"]https://v.example/1[/embed]End [poll id="2"][contact-form-7 id="1" title="Write us"]', "End"),
    ("[video removed by its author] stays", "[video removed by its author] stays"),
    ('[row][column size="1/2"]Left[/column][column]Right[/column][/row]', "Left\n\nRight"),
    ("the treaty[ref]See Lund, 1990.[/ref] holds", "the treaty [See Lund, 1990.] holds"),
    ('[caption id="a" width="3"]<a href="/b"><img src="b.jpg"></a> A boat[/caption]After.', "A boat\n\nAfter."),
    ('[caption caption="A boat"]<img src="b.jpg">[/caption]', "A boat"),
    ("Before\n\nhttps://www.youtube.com/watch?v=1\n\nAfter", "Before\n\nAfter"),
    ("<p>See https://www.youtube.com/watch?v=1 now</p>", "See https://www.youtube.com/watch?v=1 now"),
    ('<p><a href="https://youtu.be/1">https://youtu.be/1</a></p>', "[https://youtu.be/1](https://youtu.be/1)"),
    ('<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\nhttps://v.example/1\n</div><figcaption>A film</figcaption></figure>', "A film"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "body"), CASES)
def test_shortcodes_are_removed_and_words_stay(content: str, body: str) -> None:
    """Enclosed text and captions stay, without players and their addresses."""
    assert body_of_post(content) == body


NOTES = '[{"content":"See <em>Lund</em>.","id":"a1"},{"content":"Ibid.","id":"b2"}]'
MARKED = (
    '<p>The treaty<sup data-fn="a1" class="fn"><a href="#a1" id="a1-link">1</a></sup> holds.</p>'
)


def test_footnotes_of_a_text_in_blocks_are_kept() -> None:
    """WordPress stores footnotes outside the text; they are appended where it has their block."""
    block = "\n\n<!-- wp:footnotes /-->"
    assert (
        body_of_post(MARKED + block, notes=NOTES)
        == "The treaty[1] holds.\n\n1. See *Lund*.\n2. Ibid."
    )
    for notes in ("", "no json", "{}", '[{"id": 1}, 3]'):
        assert body_of_post(MARKED + block, notes=notes) == "The treaty[1] holds."
    assert body_of_post(MARKED, notes=NOTES) == "The treaty[1] holds."
