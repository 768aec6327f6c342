"""Generates reprints in many layouts, each with its expected record."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Reprint", "reprints"]

SITE = "Global Research"
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_SPANISH = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
_FRENCH = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
)
_GERMAN = (
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
)

_PEOPLE = (
    ("Jan Okafor", "Jan Okafor"), ("Prof. Ana Roy", "Ana Roy"), ("Dr. A. B. Smith", "A. B. Smith"),
    ("Jane O’Neil, Ph.D.", "Jane O’Neil"), ("Prof Ludwig van der Berg", "Ludwig van der Berg"),
    ("Soraya Sepúlveda-Ulrich", "Soraya Sepúlveda-Ulrich"), ("Paul C. Robards, Jr.", "Paul C. Robards Jr."),
    ("Dr Mahdi D. Nazari, MD", "Mahdi D. Nazari"), ("M. K. Bhadra", "M. K. Bhadra"), ("FINIAN MURRAY", "FINIAN MURRAY"),
    ("Rev. Chandra de Silva", "Chandra de Silva"), ("Hans Köhler", "Hans Köhler"), ("Prof. Dr. Igor Parin", "Igor Parin"),
)  # fmt: skip
_ORGANISATIONS = (
    "Centre for Harbour and Canal Studies", "Global Research News", "RT News", "South Front", "Moon of Albany",
    "Reprieve", "Zero Hedgerow", "Committee to Protect Ferries", "Washington’s Attic",
)  # fmt: skip
_OUTLETS = (
    "Antiwharf.com",
    "Dissident Tide",
    "Strategic Harbour Foundation",
    "The Lantern",
    "21st Century Wires",
    "Asia Tides Online",
)
_TITLES = (
    "Ferry Crews Refuse the Night Crossing", "1,500 Lanterns Entered the Bay This Week", "VIDEO: The Lock That Never Opened",
    "Harbour: Staging a “Democratic” Flood", "It Took the Port Two Years to Count the Ships. It Took the Fog Six Minutes.",
    "Is the River Planning a Comeback by May 2019?", "By the Sea: A Town and Its Pilots", "The Dredgers’ Strike and U.S. Sand",
    "Selected Articles: Why the Pier Is Still the Issue", "30 Years of Tides, 1980-2010",
)  # fmt: skip
_DECKS_WITH_BY = (
    "By the end of the year, no ferry will cross at night", "By Land and by Sea", "By Friday It Was Over", "By night, not by day",
    "By 2030, Every Pier Will Have a Lamp", "By the time the fog lifts, the pilots have gone home.",
)  # fmt: skip
_BLANKS = "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"
_BLANKS_OF_UNICODE = set(_BLANKS) - {"\u00a0"}
_DECKS = (
    "Permanent Moorings Considered", "What the harbour master did not say", "The pilots’ union answers: “Not by night”",
    "Interview with the last lighthouse keeper, part II", "An Account of June’s Storm",
)  # fmt: skip
_REGIONS = (
    "USA", "Canada", "Latin America & Caribbean", "Europe", "sub-Saharan Africa",
    "Middle East & North Africa", "Russia and FSU", "Asia", "Oceania",
)  # fmt: skip
_THEMES = (
    "9/11 & ‘War on Terrorism’", "Biotechnology and GMO", "Crimes against Humanity", "Culture, Society & History", "Environment",
    "Global Economy", "Intelligence", "Law and Justice", "Media Disinformation", "Militarization and WMD", "Oil and Energy",
    "Police State & Civil Rights", "Politics and Religion", "Poverty & Social Inequality",
    "Science and Medicine", "United Nations", "US NATO War Agenda", "Women’s Rights",
)  # fmt: skip
_REPORTS = (
    "RIVERS UNDER STRESS",
    "THE PORT’S NEXT WAR",
    "NATO'S WAR ON FOG",
    "Sand and Its Thieves",
)
_PARAGRAPHS = (
    "Officials familiar with the tide tables say that the harbour will close on Monday, July 3, 2017, for a day.",
    "*The pilots are likely to announce a [slow “go by the book” week](https://example.org/slow), and **nobody in the port** doubts it.*",
    "In 1967, the port created the label “deep water” for a basin of nine feet.",
    "As the keeper wrote (Ana Keeper, Global Research, 6 January 2006), the lamp was never out.",
    "- Bring the boats in\n- Count the crew\n- Lock the gate",
    "> “We were told by noon,” the mate said.",
    "The region: a coast of forty miles. Its theme: wind. The source of the trouble: money.",
    "By Friday the last crane had stopped, and the gulls had the quay to themselves.",
    "First published on October 16, 2014",
    "GR Editor’s Note: this was written before the storm.",
    "Back in 2012, Marta Drogheda, then head of the pilots, promised a lamp for every pier.",
    "The image of the port has suffered. Copyright law, of all things, is to blame.",
    "## The second flood",
    "According to Global Research, May 28, 2013) the numbers are wrong.",
    "Dear to the sailors is the old song; readers know it. Donate they will not.",
)  # fmt: skip
_NOTICES = (
    "All Global Research articles can be read in 51 languages: look for the button of the translator above.",
    "All Global Research articles can be read in 27 languages by opening the list at the top of our page (on a desk, not on a phone).",
    "To receive Global Research’s Daily Newsletter (the best of the day), click here.",
    "[To receive Global Research’s Daily Newsletter (the best of the day), click here](https://example.org/n).",
    "Click the share button above to send this to a friend. Follow us on this network and that one. Feel free to repost and share it.",
    "Visit and follow us on Instagram, where the gulls are.",
    "***Note to readers: please click the share buttons above***",
)
_FOOT_NOTICES = (
    "[Comment on Global Research Articles on our Facebook page](#)", "[Become a Member of Global Research](#)", "Articles by: [{author}](#)",
    "Disclaimer: The contents of this article are its author’s own, and the site answers for none of them.",
    "www.globalresearch.ca contains copyrighted material that its owners may not have cleared; we hold this to be fair use.",
    "For media inquiries: press@example.org", "Consider Making a Donation to Global Research", "• Posted in English",
    "• Comments Off on Ferry Crews", "Dear Readers, More than ever, Global Research needs your support and that of the pilots.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reprint:
    """A file's bytes and its expected record; keys missing from the record must be empty."""

    raw: bytes
    record: dict[str, Any]


def reprints(number: int, seed: int = 0) -> Iterator[Reprint]:
    """Yield generated reprints; the same seed gives the same reprints."""
    for each in range(number):
        yield _Writer(random.Random(f"{seed}-{each}")).reprint()


class _Writer:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.record: dict[str, Any] = {}
        self.head: list[str] = []

    def reprint(self) -> Reprint:
        dice, record = self.dice, self.record
        record["title"] = dice.choice(_TITLES)
        self.head.append(dice.choice(("{}", "{}", "{}", "# {}", "**{}**")).format(record["title"]))
        if self.maybe():
            record["deck"] = dice.choice(_DECKS)
            self.head.append(
                dice.choice(("{}", "{}", "*{}*", "**{}**", "### {}")).format(record["deck"])
            )
        self.write_byline_and_dates()
        if "deck" not in record and record["authors"] and self.maybe(0.3):
            record["deck"] = dice.choice(_DECKS_WITH_BY)
            self.head.insert(1, dice.choice(("{}", "*{}*")).format(record["deck"]))
        self.write_labels()
        if self.maybe(0.15):
            self.head = [self.spaced(line) for line in self.head]
        body = dice.sample(_PARAGRAPHS, dice.randint(2, 7))
        # A heading needs text before and after it.
        while body[0].startswith("#") or body[-1].startswith("#"):
            body = dice.sample(_PARAGRAPHS, dice.randint(2, 7))
        record["body"] = "\n\n".join(body)
        lines = [*self.head, *self.sprinkled(body), *self.foot()]
        joint = "\n\n" if self.maybe(0.8) else "\n\n\n"
        text = joint.join(lines)
        if self.maybe(0.15):
            head = "\n".join(self.head)
            text = f"{head}\n\n{text[len(joint.join(self.head)) :].lstrip()}"
        return Reprint(
            self.encoded(dice.choice(("", "\n\n")) + text + dice.choice(("", "\n"))), self.record
        )

    def spaced(self, line: str) -> str:
        """Replace some spaces by other blanks, and put one before a colon."""
        if line.startswith(
            ("Region", "REGION", "Theme", "In-", "Indepth", "Source", "Original")
        ) and self.maybe(0.3):
            line = line.replace(": ", " : ", 1)
        return "".join(
            self.dice.choice(_BLANKS) if sign == " " and self.maybe(0.4) else sign for sign in line
        )

    def maybe(self, chance: float = 0.5) -> bool:
        return self.dice.random() < chance

    def day(self) -> dt.date:
        return dt.date(2005, 1, 1) + dt.timedelta(days=self.dice.randrange(7000))

    def written(self, day: dt.date) -> str:
        month, number, year = _MONTHS[day.month - 1], day.day, day.year
        short = month[:3]
        return self.dice.choice((
            f"{month} {number}, {year}", f"{month} {number}, {year}", f"{month} {number}, {year}", f"{month} {number:02}, {year}",
            f"{number} {month} {year}", f"{number} {month}, {year}", f"{month}-{number:02}-{year}", f"{month}-{number}-{year}",
            f"{short} {number}, {year}", f"{number} {short} {year}", f"{month} {number} {year}", f"{month}/{number:02}/{year}",
            f"{month} {number}. {year}", f"{month}{number}, {year}", f"{month} {number}th, {year}", day.isoformat(),
            f"{number} de {_SPANISH[day.month - 1]} de {year}", f"{_SPANISH[day.month - 1].title()} {number}, {year}",
            f"{number} {_FRENCH[day.month - 1]} {year}", f"{number}. {_GERMAN[day.month - 1]} {year}",
            f"{day:%A}, {month} {number}, {year}", f"{day:%A} {number} {month} {year}",
        ))  # fmt: skip

    def write_byline_and_dates(self) -> None:
        dice, record = self.dice, self.record
        published = self.day()
        record["published"] = published.isoformat()
        byline = self.byline()
        date = self.written(published)
        form = dice.choice(
            (
                "usual",
                "usual",
                "usual",
                "split",
                "same line",
                "same line with site",
                "bars",
                "dashes",
                "after",
                "two lines",
                "outlet between",
                "updated",
                "no author",
            )
        )
        by = dice.choice(("By", "By", "By", "by", "BY", "By:"))
        if form == "no author" or not byline:
            record["authors"], record["byline"] = [], ""
            self.head.append(f"{SITE}, {date}")
        elif form == "usual":
            self.head += [
                f"{by} {byline}",
                dice.choice((f"{SITE}, {date}", f"{SITE} {date}", date)),
            ]
        elif form in ("two lines", "outlet between", "updated"):
            if self.write_rarer(form, f"{by} {byline}", date):
                return
        elif form == "split":
            self.head += [by, byline, f"{SITE}, {date}"]
        elif form == "same line":
            self.head.append(
                f"{by} {byline}, {_MONTHS[published.month - 1]} {published.day}, {published.year}"
            )
        elif form == "same line with site":
            self.head.append(
                f"{by} {byline} {SITE}, {_MONTHS[published.month - 1]} {published.day}, {published.year}"
            )
        elif form == "after":
            self.head.append(
                f"{published:%d.%m.%Y} Author: {byline}"
                if published.day > 12
                else f"{byline} – {SITE}, {date}"
            )
        else:
            outlet = dice.choice(_OUTLETS)
            record["source"] = outlet
            sign = " | " if form == "bars" else " – "
            self.head.append(sign.join((f"{by} {byline}", outlet, date)))
            return
        self.write_source()

    def write_rarer(self, form: str, byline: str, date: str) -> bool:
        """Write a by-line and a date in a rarer form; return true if it names the source."""
        dice = self.dice
        if form == "outlet between":
            self.record["source"] = dice.choice(("The Lantern", "Harbour Gazette", "Antiwharf.com"))
            self.head += [byline, self.record["source"], date]
            return True
        first, joint, second = byline.partition(" and ")
        if form == "two lines" and joint:
            self.head += dice.choice(([f"{first} and", second], [first, f"and {second}"]))
            self.head.append(f"{SITE}, {date}")
        else:
            self.head += [
                byline,
                f"{SITE}, {date}",
                dice.choice(("Updated {}", "Last updated: {}")).format(self.written(self.day())),
            ]
        return False

    def byline(self) -> str:
        dice, record = self.dice, self.record
        linked = self.maybe(0.4)
        if self.maybe(0.15):
            name = dice.choice(_ORGANISATIONS)
            record["authors"], record["byline"] = [name], name
            return f"[{name}](#)" if linked else name
        people = dice.sample(_PEOPLE, dice.choice((1, 1, 1, 2, 2, 3)))
        record["authors"] = [bare for _, bare in people]
        joints = {1: [""], 2: [" and ", " & ", " with "], 3: [" and ", ", and ", " & "]}[
            len(people)
        ]
        printed = [name for name, _ in people]
        joint = dice.choice(joints)

        def join(names: list[str]) -> str:
            return names[0] if len(names) == 1 else ", ".join(names[:-1]) + joint + names[-1]

        record["byline"] = join(printed)
        address = dice.choice(("#", "https://example.org/author/{}"))
        return (
            join([f"[{name}]({address.format(name.split()[0].lower())})" for name in printed])
            if linked
            else join(printed)
        )

    def write_source(self) -> None:
        dice, record = self.dice, self.record
        if self.maybe(0.4):
            return
        outlet, day = dice.choice(_OUTLETS), self.day()
        address = dice.choice(("#", "https://example.org/story"))
        form = dice.choice(
            ("linked", "linked", "plain", "comma", "label", "label plain", "label linked dated")
        )
        record["source"] = outlet
        if form in ("linked", "label", "label linked dated") and address != "#":
            record["source_url"] = address
        if form not in ("label", "label plain"):
            record["source_published"] = day.isoformat()
        date = self.written(day)
        label = dice.choice(("Source", "Original source", "Sources"))
        self.head.append({
            "linked": f"[{outlet}]({address}) {date}", "plain": f"{outlet} {date}", "comma": f"{outlet}, {date}",
            "label": f"{label}: [{outlet}]({address})", "label plain": f"{label}: {outlet}",
            "label linked dated": f"{label}: [{outlet}]({address}), {date}",
        }[form])  # fmt: skip

    def write_labels(self) -> None:
        dice, record = self.dice, self.record
        lines: list[str] = []
        for key, names, known in (
            ("regions", ("Region", "Regions", "REGION"), _REGIONS),
            ("themes", ("Theme", "Themes"), _THEMES),
            (
                "reports",
                ("In-depth Report", "In-Depth Reports", "In-depth report", "Indepth Report"),
                _REPORTS,
            ),
        ):
            if self.maybe(0.25):
                continue
            values = dice.sample(known, dice.choice((1, 1, 2, 3)))
            record[key] = values
            linked = self.maybe()
            shown = [f"[{value}](#)" if linked else value for value in values]
            joint = (
                dice.choice((", ", ", ", "; ", " and ", " "))
                if linked
                else dice.choice((", ", ", ", "; "))
            )
            lines.append(f"{dice.choice(names)}: {joint.join(shown)}")
        if lines and self.maybe(0.1):
            lines = [" / ".join(lines)]
        elif self.maybe(0.1):
            lines = [f"{dice.choice('-•')} {line}" for line in lines]
        elif self.maybe(0.1):
            lines = [line.replace("&", "&amp;") for line in lines]
        self.head += lines

    def sprinkled(self, body: list[str]) -> list[str]:
        """Insert boilerplate before, between and after paragraphs."""
        lines = list(body)
        for _ in range(self.dice.choice((0, 0, 1, 2, 3))):
            lines.insert(
                self.dice.choice((0, 0, len(lines), self.dice.randint(0, len(lines)))),
                self.dice.choice(_NOTICES),
            )
        row = "*     *     *"
        return [*([row] if self.maybe(0.1) else []), *lines, *([row] if self.maybe(0.1) else [])]

    def foot(self) -> list[str]:
        dice, record = self.dice, self.record
        lines: list[str] = []
        author = record["authors"][0] if record["authors"] else ""
        if author and self.maybe():
            note = dice.choice((
                "{} is news editor of the harbour gazette.", "{} writes about rivers and the people who work on them.",
                "{}, a pilot for thirty years, lives in Port Said.", "{}’s last book is “Sand”.",
            )).format(author)  # fmt: skip
            record["author_note"] = note
            shown = note.replace(
                author,
                dice.choice((author, f"**{author}**", f"[{author}](#)", f"***{author}***")),
                1,
            )
            shown = dice.choice((shown, shown, f"*{shown}*")) if "**" not in shown else shown
            lines.append(shown + dice.choice(("", f" [View all posts by {author}](#)")))
        if self.maybe(0.6):
            link = dice.choice(_OUTLETS)
            credit = dice.choice((
                f"Featured image from [{link}](#)", f"Featured image: A pier at dawn (Source: {link})", f"Image: A crane. Photo by {link}",
                f"Featured image is from {link}", f"Photo by [{link}](#)", f"Image source: {link}", f"Images: {link}",
            ))  # fmt: skip
            record["image_credit"] = credit.replace(f"[{link}](#)", link)
            lines.append(credit)
        if self.maybe(0.7):
            # If the head names a source, the foot names the same.
            outlet = record.get("source") or dice.choice(_OUTLETS)
            record["source"] = outlet
            address = record.get("source_url") or dice.choice(("#", "https://example.org/original"))
            if address != "#":
                record["source_url"] = address
            lines.append(f"The original source of this article is [{outlet}]({address})")
        if self.maybe(0.7):
            holder = ", ".join(filter(None, (author, record.get("source", SITE))))
            record["copyright"] = dice.choice(
                ("Copyright © {}, 2017", "© {} 2017", "Copyright {}, 2017")
            ).format(holder)
            lines.append(
                record["copyright"].replace(author, f"[{author}](#)", 1)
                if author and self.maybe()
                else record["copyright"]
            )
        notices = dice.sample(_FOOT_NOTICES, dice.randint(0, len(_FOOT_NOTICES)))
        return lines + [notice.format(author=author) for notice in notices]

    def encoded(self, text: str) -> bytes:
        ends = self.dice.choice(("\n", "\n", "\r\n", "\r"))
        coding = self.dice.choice(("utf-8", "utf-8", "utf-8-sig", "cp1252"))
        if coding == "cp1252" and not _BLANKS_OF_UNICODE.isdisjoint(text):
            coding = "utf-8"
        return text.replace("\n", ends).encode(coding)
