"""Archives to measure on: Reuters, if it is next to the checkout, and made-up articles."""

import datetime as dt
import gzip
import random
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

import orjson

from benchmarks.support.words import pseudo_words
from search.model.article import Article

__all__ = ["CORPORA", "REUTERS", "common_words", "made_up", "write_export"]

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
REUTERS = CORPORA / "reuters.jsonl.gz"
_DISTINCT = 20_000

_EXPORT_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><language>en</language>
<wp:author><wp:author_login>m</wp:author_login>
<wp:author_display_name>Marta Okafor</wp:author_display_name></wp:author>
"""
_EXPORT_ITEM = """<item><title><![CDATA[{title}]]></title><link>https://example.org/{id}/</link>
<dc:creator>m</dc:creator>
<guid>https://example.org/?p={id}</guid><content:encoded><![CDATA[{body}]]></content:encoded>
<wp:post_date>{day} 09:30:00</wp:post_date><wp:status>publish</wp:status>
<wp:post_type>post</wp:post_type>
<category domain="category" nicename="c"><![CDATA[Harbours]]></category></item>
"""
_EXPORT_PARAGRAPH = (
    "<!-- wp:paragraph -->\n"
    "<p>{text} <strong>and</strong> <a href='https://example.org/'>more</a>.</p>\n"
    "<!-- /wp:paragraph -->"
)


def made_up(
    number: int, seed: int = 1, length: int = 260, words: Sequence[str] = ()
) -> Iterator[Article]:
    """Make articles of `length` words with Zipf's distribution over `words` or the common ones.

    They have 30 regions, 100 themes, 20,000 authors, 500 sources and span 20 years.
    """
    dice = random.Random(seed)
    words = words or common_words()
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    for index in range(number):
        text = dice.choices(words, cum_weights=weights, k=length)
        day = dt.date(2005, 1, 1) + dt.timedelta(days=dice.randrange(7300))
        yield Article(
            id=f"m{index}",
            title=" ".join(text[:8]).capitalize(),
            deck=" ".join(text[8:20]),
            authors=(f"Author {int(dice.paretovariate(0.6)) % 20_000}",),
            published=day.isoformat(),
            regions=tuple(
                dict.fromkeys(
                    f"Region {int(dice.paretovariate(0.7)) % 30}" for _ in range(dice.randint(0, 3))
                )
            ),
            themes=tuple(
                dict.fromkeys(
                    f"Theme {int(dice.paretovariate(0.5)) % 100}" for _ in range(dice.randint(0, 4))
                )
            ),
            source=f"Source {int(dice.paretovariate(0.7)) % 500}",
            body="\n\n".join(
                " ".join(text[start : start + 60]) + "." for start in range(20, length, 60)
            ),
        )


def common_words() -> list[str]:
    """Return 20,000 words: those of Reuters, or words of syllables where that is missing."""
    texts: list[str] = []
    if REUTERS.exists():
        with gzip.open(REUTERS) as lines:
            texts = [
                orjson.loads(line).get("body", "")
                for line, _ in zip(lines, range(2000), strict=False)
            ]
    words = dict.fromkeys(word for text in texts for word in text.split() if word.isalpha())
    return list(words)[:_DISTINCT] or pseudo_words(_DISTINCT)


def write_export(path: Path, size: int) -> None:
    """Write a WordPress export of about `size` bytes, with block-editor posts."""
    articles = list(made_up(500))
    bytes_written = len(_EXPORT_HEAD)
    number = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(_EXPORT_HEAD)
        while bytes_written < size:
            parts = [articles[(number + each) % len(articles)] for each in range(4)]
            body = "\n\n".join(_EXPORT_PARAGRAPH.format(text=part.body) for part in parts)
            number += 1
            bytes_written += file.write(
                _EXPORT_ITEM.format(
                    title=parts[0].title, id=number, body=body, day=parts[0].published
                )
            )
        file.write("</channel></rss>")
