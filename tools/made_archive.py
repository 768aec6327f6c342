"""A made-up archive of news over twenty-four years, for pictures and for trying pages over time.

The bundled sample has too few articles to show how a subject comes and goes.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["records"]

_FIRST_YEAR, _LAST_YEAR = 2001, 2024
_ARTICLES_PER_YEAR = 46
_GROWTH = 2.5
"""Articles that each year has more than the one before."""
_REPRINTED = 0.08
_SOURCES = ("Harbour Gazette", "Northern Wire", "Fjord Review", "Island Post", "Delta Courier")
_SOURCES_BEGIN = (2001, 2001, 2004, 2009, 2013)
_AUTHORS = (
    "Ada Lindqvist",
    "Tomás Herrera",
    "Mina Okafor",
    "Jonas Vik",
    "Élise Fournier",
    "Ravi Menon",
    "Sara Holm",
)
_REGIONS = ("Nordic Countries", "Scotland", "Iceland", "Baltic", "Chile", "Canada")

_SPEAKERS = ("the mayor", "a teacher", "the harbour master", "a skipper", "an engineer", "a baker")
_TOWNS = ("Vik", "Lerwick", "Hofn", "Kardla", "Calama", "Gander", "Tromso", "Oban", "Husavik")
_TIMES = ("on Monday", "in the evening", "by telephone", "after the vote", "at the quay", "in May")


@dataclass(frozen=True, slots=True)
class _Subject:
    """A subject: how often it is written about by year, and in which words."""

    themes: tuple[str, ...]
    regions: tuple[int, ...]
    years: tuple[tuple[int, float], ...]
    titles: tuple[str, ...]
    sentences: tuple[str, ...]

    def weight(self, year: int) -> float:
        """Return how often it is written about in a year, on a line between the given years."""
        for (before, low), (after, high) in zip(self.years, self.years[1:], strict=False):
            if before <= year <= after:
                return low + (high - low) * (year - before) / (after - before)
        return self.years[-1][1]


_SUBJECTS = (
    _Subject(
        ("Energy", "Climate"),
        (0, 1, 3),
        ((2001, 1), (2008, 2), (2015, 6), (2019, 9), (2024, 7)),
        (
            "Island votes for its own wind farm",
            "Wind farm pays its first dividend",
            "Council buys back the wind farm",
            "A cable for the offshore wind farm",
            "Turbine makers leave the quay",
        ),
        (
            "The wind farm earned enough in its first year to repay a ninth of the loan.",
            "Six hundred households hold shares in the turbines above the harbour.",
            "On windy nights the grid takes all that the island can send.",
            "The cooperative asked the ministry for a second cable to the mainland.",
            "Fishermen want the offshore turbines farther from the spawning grounds.",
            "Nobody had asked the bank for a loan against the wind before.",
        ),
    ),
    _Subject(
        ("Fisheries",),
        (0, 1, 2, 5),
        ((2001, 9), (2006, 7), (2012, 4), (2018, 3), (2024, 2)),
        (
            "Cod quota is cut again",
            "Trawlers stay in port over the cod quota",
            "Smaller boats ask for a quota of their own",
            "A good year for herring, none for cod",
        ),
        (
            "The cod quota falls by a fifth, the third cut in as many years.",
            "Skippers say the scientists count the fish where the fish are not.",
            "Eleven trawlers stayed in port, and the auction hall was empty by noon.",
            "The ministry promised compensation and named no date.",
            "Young cod were found farther north than in any survey before.",
            "A share of the quota goes to boats under twelve metres.",
        ),
    ),
    _Subject(
        ("Climate", "Science"),
        (2, 4, 5),
        ((2001, 2), (2007, 4), (2014, 5), (2021, 8), (2024, 9)),
        (
            "The glacier that lost its name",
            "A ledger for the glacier",
            "Meltwater moves the village road",
            "Glacier guides count their last seasons",
        ),
        (
            "The glacier has lost eleven metres since the first stake was set.",
            "Guides write the length of the ice into a ledger each September.",
            "Meltwater carried the road away for the second time.",
            "Scientists drilled a core before the summit ice is gone.",
            "A plaque marks where the ice ended when the school was built.",
            "The river rises in August now and is dry in May.",
        ),
    ),
    _Subject(
        ("Transport", "Islands"),
        (0, 1, 2),
        ((2001, 5), (2009, 5), (2014, 9), (2016, 4), (2024, 4)),
        (
            "Night ferry returns after nine winters",
            "The electric ferry makes its first crossing",
            "No ferry on Sundays, say the islanders",
            "Ferry timetable divides two towns",
        ),
        (
            "The ferry crosses in forty minutes, if the wind allows it.",
            "The electric ferry charges at both quays while cars roll off.",
            "Without the night ferry the nearest hospital is three hours away.",
            "The operator wants to drop the Sunday crossing in winter.",
            "Islanders collected signatures on the car deck.",
            "The old ferry was sold for scrap and bought back by a museum.",
        ),
    ),
    _Subject(
        ("Mining", "Energy"),
        (4, 5),
        ((2001, 0), (2014, 0), (2016, 1), (2020, 5), (2023, 11), (2024, 10)),
        (
            "Lithium under the salt lake",
            "Who owns the lithium?",
            "Village takes the lithium mine to court",
            "Battery makers look for other metals",
        ),
        (
            "The lithium lies under the salt, and the salt lies under the flamingos.",
            "The company offers the village a clinic, the village asks for water.",
            "A court stopped the pumps until the wells have been measured.",
            "The price of lithium doubled within a year and then halved.",
            "Engineers promise to return the brine to the lake.",
            "Batteries for ferries and cars need more of it than the mine can give.",
        ),
    ),
    _Subject(
        ("Weather", "Towns"),
        (0, 1, 3),
        ((2001, 1), (2006, 1), (2007, 9), (2008, 1), (2013, 7), (2014, 1), (2021, 12), (2024, 2)),
        (
            "Flood gates close in time",
            "After the flood, the archive dries its maps",
            "The flood of the century, for the second time",
            "Towns share one flood barrier",
        ),
        (
            "The flood reached the second step of the town hall.",
            "Volunteers filled sandbags in the school until midnight.",
            "The flood barrier closed an hour before high water.",
            "Insurers no longer write policies for the lower street.",
            "The archive freezes its wet maps and dries them one by one.",
            "Engineers had warned of the culvert for years.",
        ),
    ),
)
_OTHERS = (
    "The meeting ended after midnight without a vote.",
    "A spokesman said the figures would be published in spring.",
    "Residents had been told of the plan a week before.",
    "The mayor, who is also the pharmacist, was not surprised.",
    "Two councils will pay for a study.",
    "It is the first time that both parties have agreed on anything.",
)


def records() -> Iterator[dict[str, Any]]:
    """Yield the records of the archive, always the same, oldest year first."""
    chance = random.Random(7)
    number = 0
    for year in range(_FIRST_YEAR, _LAST_YEAR + 1):
        weights = [subject.weight(year) for subject in _SUBJECTS]
        for _ in range(round(_ARTICLES_PER_YEAR + _GROWTH * (year - _FIRST_YEAR))):
            number += 1
            subject = chance.choices(_SUBJECTS, weights)[0]
            record = _article(chance, subject, year, number)
            yield record
            if chance.random() < _REPRINTED:
                yield _reprint(chance, record)


def _article(chance: random.Random, subject: _Subject, year: int, number: int) -> dict[str, Any]:
    sources = [
        source for source, begin in zip(_SOURCES, _SOURCES_BEGIN, strict=True) if begin <= year
    ]
    # Each text is its own: two are no reprints of each other, and no sentence is repeated.
    sentences = [
        f"{sentence[:-1]}, {chance.choice(_SPEAKERS)} of {chance.choice(_TOWNS)} said "
        f"{chance.choice(_TIMES)}."
        for sentence in chance.sample([*subject.sentences, *_OTHERS], 7)
    ]
    place = _REGIONS[chance.choice(subject.regions)]
    sentences.insert(3, f"It was item {number} on the agenda of the year {year} in {place}.")
    author = chance.choice(_AUTHORS)
    return {
        "id": f"made-{number}",
        "title": chance.choice(subject.titles),
        "deck": chance.choice(subject.sentences),
        "byline": author,
        "authors": [author],
        "published": (dt.date(year, 1, 1) + dt.timedelta(chance.randrange(365))).isoformat(),
        "regions": [place],
        "themes": list(subject.themes),
        "reports": ["Living with Water"] if "Weather" in subject.themes else [],
        "source": chance.choice(sources),
        "language": "en",
        "body": "\n\n".join([" ".join(sentences[:4]), " ".join(sentences[4:])]),
    }


def _reprint(chance: random.Random, record: dict[str, Any]) -> dict[str, Any]:
    """Return an article of the same text, shortened, in another paper some days later."""
    day = dt.date.fromisoformat(record["published"]) + dt.timedelta(chance.randrange(1, 12))
    others = [source for source in _SOURCES[:2] if source != record["source"]]
    return record | {
        "id": f"{record['id']}-again",
        "published": day.isoformat(),
        "source": others[0],
        "body": record["body"].replace("The ", "Yesterday the ", 1) + " This was first published.",
    }
