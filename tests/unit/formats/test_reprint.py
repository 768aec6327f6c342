"""Reprint text."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from indexer.formats.bylines.authors import authors_of
from indexer.formats.dates.printed_dates import find_date
from indexer.formats.record.validation import to_article
from indexer.formats.reprint.reader import read as read_reprint
from search.errors import InvalidArticle
from tests.conftest import SAMPLE
from tests.support.reprints import reprints


def read(raw: bytes) -> dict[str, Any]:
    return read_reprint(raw).record


def test_every_line_of_the_head_and_foot_finds_its_key() -> None:
    """The layout of the bundled sample is read to the last line."""
    found = dict(read((SAMPLE / "2025-10-02-lock-gates.txt").read_bytes()))
    body = found.pop("body")
    assert found == {
        "title": "A Hundred-Year-Old Lock Gets Gates That Weigh Less Than the Old Ones Did When Dry",
        "deck": "Composite panels replace oak on the Saône",
        "byline": "Ana López",
        "authors": ["Ana López"],
        "published": "2025-10-02",
        "regions": ["Europe"],
        "themes": ["Engineering & Design"],
        "reports": ["RIVERS UNDER STRESS"],
        "source": "Meridian Wire",
        "source_url": "https://example.org/meridian/lock-gates",
        "source_published": "2025-09-29",
        "url": "",
        "author_note": "Ana López writes about rivers and the people who work on them.",
        "image_credit": "Featured image: The lower gate on its first morning, by the author",
        "copyright": "Copyright © Ana López, Meridian Wire, 2025",
    }
    assert body.startswith("The lock at Couzon")
    assert body.endswith("three days of repairs every winter.")


HEADS = [
    ("By X Y\n\nSite, July 12, 2017\n\nRegions: USA, Middle East & North Africa", {"regions": ["USA", "Middle East & North Africa"]}),
    ("By X Y\n\nSite, July 12, 2017\n\nTheme: Culture, Society & History, Intelligence", {"themes": ["Culture, Society & History", "Intelligence"]}),
    ("By X Y\n\nSite, July 12, 2017\n\nThemes: [A, B](#) and [C](#)", {"themes": ["A, B", "C"]}),
    ("By X Y\n\nSite, July 12, 2017\n\nSource: [Z](https://z.org) 10 July 2017", {"source": "Z", "source_url": "https://z.org", "source_published": "2017-07-10"}),
    ("By Rick S | Dissident Voice | December 30, 2016", {"authors": ["Rick S"], "source": "Dissident Voice", "published": "2016-12-30"}),
    ("By Prof Ana Roy Global Research, June 22, 2017", {"authors": ["Ana Roy"], "byline": "Prof Ana Roy", "published": "2017-06-22"}),
    ("by\n\nAna Roy\n\n23 July 2008", {"authors": ["Ana Roy"], "published": "2008-07-23"}),
    ("Ana Roy – Global Research, 1 Oct 2012", {"authors": ["Ana Roy"], "published": "2012-10-01"}),
    ("Site, 10 de julio de 2017", {"authors": [], "published": "2017-07-10"}),
]  # fmt: skip


@pytest.mark.parametrize(("head", "expected"), HEADS)
def test_heads_vary(head: str, expected: dict[str, object]) -> None:
    """The same facts are read in every layout."""
    found = read(f"A title\n\n{head}\n\nThe body of it.".encode())
    assert {key: found[key] for key in expected} == expected
    assert (found["title"], found["body"]) == ("A title", "The body of it.")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_and_line_ends(ends: str, coding: str) -> None:
    """Old files are read in their encoding."""
    found = read(
        "Título “x”\n\nBy Ana López\n\nSite, July 12, 2017\n\nBody – é.".replace("\n", ends).encode(
            coding
        )
    )
    assert (found["title"], found["authors"], found["body"]) == (
        "Título “x”",
        ["Ana López"],
        "Body – é.",
    )


def test_boilerplate_is_dropped() -> None:
    """Boilerplate is neither searched nor shown; editors' notes stay."""
    foot = "First published in 2009.\n\nComment on Site Articles on our Facebook page\n\nBecome a Member of Site\n\nDisclaimer: The contents …"
    assert (
        read(f"T\n\nSite, July 12, 2017\n\nBody.\n\n{foot}".encode())["body"]
        == "Body.\n\nFirst published in 2009."
    )


REFUSED = [
    (b"", "no text"),
    (b"  \n\n", "no text"),
    (b"T\n\nBy X\n\nBody without a date", "no date of publication"),
    (b"T\n\nSite, 03/04/2015\n\nBody", "two ways"),
    (b"T\n\nSite, March 2006\n\nBody", "no day"),
    (b"T\n\nSite, February 30, 2016\n\nBody", "not a day of the calendar"),
    (b"T\n\nBy A B\n\nSite, 14/12/1397\n\nBody", "the year 1397 is of another calendar"),
    (b"T\n\nBy A B\n\nSite, 2562-03-05\n\nBody", "the year 2562 is of another calendar"),
    (b"T\x00", "not text in UTF-8"),
]


@pytest.mark.parametrize(("raw", "reason"), REFUSED)
def test_invalid_reprints_are_refused_with_the_reason(raw: bytes, reason: str) -> None:
    """A date is never guessed."""
    with pytest.raises(InvalidArticle, match=reason):
        read(raw)


BYLINES = [
    ("Prof. Dr. Hans Köchler", ("Hans Köchler",)),
    ("Dr. A. B. Smith and Jane O’Neil, Ph.D.", ("A. B. Smith", "Jane O’Neil")),
    ("X. Lee, Ana María López & Prof John Doe, MD", ("X. Lee", "Ana María López", "John Doe")),
    ("Center for Research and Action", ("Center for Research and Action",)),
    ("[Jason D](#) and [Some, Org](#)", ("Jason D", "Some, Org")),
    ("Paul Roberts, Jr.", ("Paul Roberts Jr.",)),
]


@pytest.mark.parametrize(("byline", "authors"), BYLINES)
def test_one_person_is_one_value(byline: str, authors: tuple[str, ...]) -> None:
    """A facet counts people, not their titles."""
    assert authors_of(byline) == authors


@pytest.mark.parametrize(
    "text",
    [
        "July-17-2008",
        "17.07.2008",
        "17 Juli 2008",
        "le 17 juillet 2008",
        "2008-07-17",
        "July 17th, 2008",
        "17. 7. 2008",
        "2008/07/17",
        "17 de julio del 2008",
        "2008. július 17.",
        "2008年7月17日",
        "17 يوليوز 2008",
    ],
)
def test_dates_are_read_in_many_forms(text: str) -> None:
    """Every unambiguous notation of a day is that day."""
    found = find_date(text)
    assert found
    assert str(found.day) == "2008-07-17"


def test_dotted_dates_begin_with_the_day_and_addresses_hold_no_dates() -> None:
    """With dots the day comes first everywhere; numbers in the address of a link are not a date."""
    dotted = find_date("04.07.2008")
    assert dotted
    assert str(dotted.day) == "2008-07-04"
    assert find_date("[Outlet](https://o.example/2008/07/17/story)") is None


@pytest.mark.corpora
def test_the_seed_article_is_read_whole(shared: Path) -> None:
    """The article that the layout comes from."""
    found = read((shared / "seeds" / "article.txt").read_bytes())
    assert found["authors"] == ["Jason Ditz"]
    assert (found["published"], found["source_published"], found["source"]) == (
        "2017-07-12",
        "2017-07-10",
        "Antiwar.com",
    )
    assert found["regions"] == ["Middle East & North Africa"]
    assert found["copyright"].startswith("Copyright ©")
    assert "Disclaimer" not in found["body"]
    assert "fair use" not in found["body"]


def test_generated_reprints_are_read_correctly() -> None:
    """By-lines, dates, labels, sources and boilerplate are read in every layout."""
    wrong = []
    for reprint in reprints(600, seed=3):
        article = to_article(read(reprint.raw), "", "en")[0].to_dict()
        for key in set(article) - {"id", "url", "language", "origin"}:
            wanted = reprint.record.get(key) or type(article[key])()
            if article[key] != (tuple(wanted) if isinstance(wanted, list) else wanted):
                wrong.append((key, article[key], wanted))
    assert not wrong, wrong[:10]


LAYOUTS = [
    ("T\n\n**By [A B](#)**\n\n**Site, July 12, 2017**\n\n**Region:** [USA](#)\n\n**In-depth Report(s)**: [X Y](#)\n\nBody.", {"authors": ["A B"], "regions": ["USA"], "reports": ["X Y"]}),
    ("T\n\nPar A B\n\nSite, 12 juillet 2017\n\nRégion: Europe\n\nThème: Art\n\nBody.", {"regions": ["Europe"], "themes": ["Art"]}),
    ("T\n\n31 January 2014 — The Lantern\n\nBy A B\n\nBody.", {"published": "2014-01-31", "source": "The Lantern", "authors": ["A B"]}),
    ("31 January 2014 — The Lantern\n\nT\n\nBy A B\n\nBody.", {"title": "T", "published": "2014-01-31", "authors": ["A B"]}),
    ("T\n\n24.02.2014 Author: A B\n\nBody.", {"published": "2014-02-24", "authors": ["A B"]}),
    ("T\n\nA B, C D and E F – Global Research, 7 August 2023\n\nBody.", {"authors": ["A B", "C D", "E F"], "published": "2023-08-07"}),
    ("T\n\nSite, July 12, 2017\n\nBy noon the last crane had stopped, “said the mate.”\n\nBody.", {"authors": [], "body": "By noon the last crane had stopped, “said the mate.”\n\nBody."}),
    ("T\n\nBy Lt. Col. A B (ret.)\n\nSite, July 12, 2017\n\nBody.", {"authors": ["A B"], "byline": "Lt. Col. A B (ret.)"}),
    ("T\n\nBy the end of the year, boats rust\n\nBy A B\n\nSite, July 12, 2017\n\nBody.", {"deck": "By the end of the year, boats rust", "authors": ["A B"]}),
    ("T\n\nBy Land and by Sea\n\nBy [Ana Bell](#)\n\nSite, July 12, 2017\n\nBody.", {"deck": "By Land and by Sea", "authors": ["Ana Bell"]}),
    ("T\n\nBy 2030, Every Lock Will Be Dry\n\nSite, July 12, 2017\n\nBody.", {"deck": "By 2030, Every Lock Will Be Dry", "authors": []}),
    ("T\n\nVon wegen nur ein Sturm\n\nVon Ana Bell\n\nSite, 12. Juli 2017\n\nBody.", {"deck": "Von wegen nur ein Sturm", "authors": ["Ana Bell"]}),
    ("T\n\nBy the Gazette Staff\n\nSite, July 12, 2017\n\nBody.", {"authors": ["the Gazette Staff"]}),
    ("T\n\nBy Ana Bell and\n\nJan Cole\n\nSite, July 12, 2017\n\nBody.", {"authors": ["Ana Bell", "Jan Cole"]}),
    ("T\n\nBy Ana Bell\n\nand Jan Cole\n\nSite, July 12, 2017\n\nBody.", {"authors": ["Ana Bell", "Jan Cole"], "byline": "Ana Bell and Jan Cole"}),
    ("T\n\nBy\u00a0Ana\u2009Bell\n\nSite,\u00a0July\u202f12,\u20072017\n\nZ\u00a010\u2003July\u30002017\n\nRegion\u00a0:\u00a0USA\n\nTheme\u202f: Law\u00a0and\u2009Justice\n\nBody.", {"authors": ["Ana Bell"], "published": "2017-07-12", "source": "Z", "source_published": "2017-07-10", "regions": ["USA"], "themes": ["Law and Justice"]}),
    ("T\n\nBy A B\n\nSite, Wednesday, July 12, 2017\n\nThe Lantern, Monday 10 July 2017\n\nBody.", {"published": "2017-07-12", "source": "The Lantern", "source_published": "2017-07-10"}),
    ("T\n\nBy A B\n\nSite, July 12, 2017\n\nUpdated July 14, 2017\n\nRegion: USA\n\nBody.", {"published": "2017-07-12", "source": "", "regions": ["USA"]}),
    ("T\n\nBy A B\n\nSite, July 12, 2017 (updated July 14, 2017)\n\nBody.", {"published": "2017-07-12"}),
    ("T\n\nBy A B\n\nThe Lantern\n\nJuly 12, 2017\n\nBody.", {"source": "The Lantern", "published": "2017-07-12"}),
    ("T\n\nGlobal Research\n\nJuly 12, 2017\n\nBody.", {"deck": "", "published": "2017-07-12"}),
    ("T\n\n### The deck\n\nBy A B\n\nSite, July 12, 2017\n\n- Region: [Law &amp; Order](#)\n\n• Theme：Wind\n\nBody.", {"deck": "The deck", "regions": ["Law & Order"], "themes": ["Wind"]}),
    ("T\n\nBy A B\n\nSite, July 12, 2017\n\nRegion\n\n[Europe](#)\n\nSource: Z (10 July 2017)\n\nBody.", {"regions": ["Europe"], "source": "Z", "source_published": "2017-07-10"}),
    ("T\n\nJuly 12, 2017 | By Ana Bell\n\nBody.", {"authors": ["Ana Bell"], "published": "2017-07-12"}),
    ("T\n\nBy Ana Bell,\nJan Cole,\nand Noor Haddad\n\nSite, July 12, 2017\n\nBody.", {"authors": ["Ana Bell", "Jan Cole", "Noor Haddad"], "body": "Body."}),
    ("T\n\nBy Ana Bell\n\nUpdated July 20, 2017\n\nSite, July 12, 2017\n\nBody.", {"authors": ["Ana Bell"], "published": "2017-07-12", "body": "Body."}),
    ("T\n\nBy Ana Bell\n\nSite, July 12, 2017 (originally published May 1, 2009)\n\nBody.", {"published": "2017-07-12"}),
    ("T\n\nBy Noor bin Sami al-Harthy and Inés de la Cruz y Vega\n\nSite, July 12, 2017\n\nBody.", {"deck": "", "authors": ["Noor bin Sami al-Harthy", "Inés de la Cruz y Vega"]}),
    ("T\n\nVon Ana Bell\n\nSite, 12. Juli 2017\n\nRegionen: Europa, Asien\n\nThema: Recht\n\nText.", {"regions": ["Europa", "Asien"], "themes": ["Recht"]}),
    ("T\n\nDi Ana Bell\n\nSite, 12 luglio 2017\n\nRegione: Europa\n\nTemi: Arte, Legge\n\nTesto.", {"regions": ["Europa"], "themes": ["Arte", "Legge"]}),
    ("T\n\nPor Ana Bell\n\nSite, 12 de julho de 2017\n\nRegião: Europa\n\nTexto.", {"regions": ["Europa"]}),
    ("T\n\nBy Ana Bell, The Lantern\n\nSite, July 12, 2017\n\nBody.\n\nThe original source of this article is [The Lantern](https://l.example)", {"authors": ["Ana Bell"], "source": "The Lantern"}),
    ("T\n\nBy The Lantern\n\nSite, July 12, 2017\n\nBody.\n\nThe original source of this article is [The Lantern](https://l.example)", {"authors": ["The Lantern"]}),
    ("T\n\nSite, July 12, 2017\n\n* * *\n\nBody.\n\n* * *\n\nMore.\n\n* * *", {"body": "Body.\n\n* * *\n\nMore."}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LAYOUTS)
def test_other_layouts(text: str, expected: dict[str, object]) -> None:
    """Layouts of sister sites and other editors are read as well."""
    found = read(text.encode())
    assert {key: found[key] for key in expected} == expected


@pytest.mark.corpora
def test_shared_reprints_are_read_or_refused(shared: Path) -> None:
    """Real reprints with a day are read, with all their authors; others are refused."""
    with gzip.open(shared / "corpora" / "reprints" / "reprints.jsonl.gz") as lines:
        records = [json.loads(line) for line in lines]
    refused = []
    for record in records:
        raw = "\n\n".join([record["title"], *record["header_lines"], record["body"]]).encode()
        try:
            found = read(raw)
        except InvalidArticle as error:
            refused.append(str(error))
            continue
        assert found["title"] == record["title"]
        assert found["published"] == record.get("published", found["published"])
        assert len(found["authors"]) == len(record.get("authors", found["authors"]))
    assert len(refused) == 13
    assert all("no day" in reason or "no date" in reason for reason in refused)
