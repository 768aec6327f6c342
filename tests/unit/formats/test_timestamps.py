"""Dates and times of machines and people."""

import pytest

from indexer.formats.dates.timestamps import (
    date_problem,
    iso_timestamp,
    iso_timestamp_or_text,
    with_offset,
)

AT = "2016-11-02T08:15:00"
MACHINES = [
    ("Wed, 02 Nov 2016 08:15:00 +0545", AT + "+05:45"),
    ("Wed, 2 Nov 2016 8:15:00 GMT", AT + "+00:00"),
    ("Wed, 02 Nov 2016 08:15:00 -0000", AT + "+00:00"),
    ("Wednesday, 02 November 2016 08:15:00 GMT", AT + "+00:00"),
    ("Miércoles, 02 Nov 2016 08:15:00 +0100", AT + "+01:00"),
    ("Wendsday 02 Nov 2016 08:15 +0100", AT + "+01:00"),
    ("Wed, 02 Nov 16 08:15:00 +0200", AT + "+02:00"),
    ("02 Nov 16 08:15 GMT", AT + "+00:00"),
    ("Tue, 02 Nov 76 08:15:00 EST", "1976-11-02T08:15:00-05:00"),
    ("Wednesday, 02-Nov-16 08:15:00 GMT", AT + "+00:00"),
    ("Wed Nov  2 08:15:00 2016", AT),
    ("Wed Nov  2 08:15:00 CET 2016", AT + "+01:00"),
    ("Wed Nov 02 08:15:00 +0000 2016", AT + "+00:00"),
    ("Wed Nov 02 2016 08:15:00 GMT+0100 (Central European Standard Time)", AT + "+01:00"),
    ("2016-11-02T08:15:00+01", AT + "+01:00"),
    ("2016-11-02T08:15:00.000-0500", AT + "-05:00"),
    ("2016-11-02 08:15:00 +0100 CET", AT + "+01:00"),
    ("2016-11-02T08:15:00+01:00[Europe/Berlin]", AT + "+01:00"),
    ("2016-11-02T08:15:00 Europe/Berlin", AT + "+01:00"),
    ("2016-11-02T08:15:00.25", AT + ".250000"),
    ("2016-11-02T08", "2016-11-02T08:00:00"),
    ("2016-11-02T24:00:00", "2016-11-03T00:00:00"),
    ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
    ("20161102T081500+0100", AT + "+01:00"),
    ("20161102081500", AT),
    ("20161102", "2016-11-02"),
    ("2016-W44-3", "2016-11-02"),
    ("2016-307", "2016-11-02"),
    ("2016/11/02 08:15", AT),
    ("2016-11-02Z", "2016-11-02"),
    ("02/Nov/2016:08:15:00 +0000", AT + "+00:00"),
]
PEOPLE = [
    ("02.11.2016 08:15", AT),
    ("2. 11. 2016", "2016-11-02"),
    ("2. November 2016, 08:15 Uhr", AT),
    ("2 Sept. 2016", "2016-09-02"),
    ("November 2, 2016 8:15 am EST", AT + "-05:00"),
    ("July 2, 2016, 8:15 p.m. ET", "2016-07-02T20:15:00-04:00"),
    ("Nov 2, 2016 12:05 AM", "2016-11-02T00:05:00"),
    ("8:15, 2 November 2016", AT),
    ("le 2 novembre 2016 à 8h15", AT),
    ("2 de noviembre del 2016, 8:15 a. m.", AT),
    ("2 d’agost de 2016", "2016-08-02"),
    ("2 мая 2016 г., 08:15", "2016-05-02T08:15:00"),
    ("2 листопада 2016 р.", "2016-11-02"),
    ("2 Kasım 2016 Çarşamba 08:15", AT),
    ("2016. november 2., 8:15", AT),
    ("2. marraskuuta 2016 klo 8.15", AT),
    ("2 Νοεμβρίου 2016, 3:15 μ.μ.", "2016-11-02T15:15:00"),
    ("2 November 2016, 08:15 WIB", AT + "+07:00"),
    ("٢ نوفمبر ٢٠١٦", "2016-11-02"),
    ("2 تشرين الثاني/نوفمبر 2016", "2016-11-02"),
    ("۲ ژوئن ۲۰۱۶", "2016-06-02"),
    ("2016年11月2日 下午3:15", "2016-11-02T15:15:00"),
    ("２０１６年１１月２日", "2016-11-02"),
    ("2016년 11월 2일 오전 8:15", AT),
    ("2 tháng 11, 2016", "2016-11-02"),
    ("25/12/2016", "2016-12-25"),
    ("07/07/2016", "2016-07-07"),
    ("Published November 2, 2016 | Updated November 5, 2016 at 10:00", "2016-11-02"),
]
REFUSED = [
    "", "soon", "2016", "2016-11", "201611", "2016-W44", "November 2016", "11/02/2016", "11-02-2016", "11/02/16", "2 Nov 16",
    "Rab, 02 Des 16", "Rab, 02 Des 16 08:15:00", "2016-02-30", "31 April 2016", "2–4 November 2016", "2.-4. November 2016",
    "November 2 – December 4, 2016", "2016-11-02/2016-11-04", "2016-11-02T25:00:00", "0000-00-00 00:00:00",
    "Wed, 02 Nov 2016 08:15:00 IST", "Wed, 02 Nov 2016 08:15:00 QQT", "1395/08/12", "12 พฤศจิกายน 2559", "2559-11-02", "平成28年11月2日",
]  # fmt: skip
EPOCHS = [
    ("1478074500", AT + "+00:00"),
    ("1478074500000", AT + "+00:00"),
    ("1478074500.5", AT + ".500000+00:00"),
    ("1478074500.0", AT + "+00:00"),
    ("400000000", "1982-09-04T15:06:40+00:00"),
    ("90000", "1970-01-02T01:00:00+00:00"),
    ("-90000", "1969-12-30T23:00:00+00:00"),
    ("20161102.0", "2016-11-02"),
]
NO_EPOCHS = [
    "0",
    "-1",
    "2016",
    "42676",
    "201611",
    "2016307",
    "02112016",
    "25122016",
    "2016110208",
    "201611020815",
    "99999999999",
    "1e9",
]


@pytest.mark.parametrize(("text", "moment"), MACHINES + PEOPLE)
def test_a_date_with_one_meaning_is_read_with_its_time_and_zone(text: str, moment: str) -> None:
    """A date is read with its time and zone, whatever program or person wrote it."""
    assert iso_timestamp(text) == moment


@pytest.mark.parametrize("text", REFUSED)
def test_a_date_with_no_or_two_meanings_is_refused(text: str) -> None:
    """No day is invented, no ambiguous one is chosen, and no zone is dropped."""
    assert iso_timestamp(text) == ""


@pytest.mark.parametrize(("text", "moment"), EPOCHS)
def test_unix_timestamps_are_read(text: str, moment: str) -> None:
    """Early ones, fractions, milliseconds and those before 1970 are moments."""
    assert iso_timestamp(text) == moment


@pytest.mark.parametrize("text", NO_EPOCHS)
def test_a_number_that_may_be_another_date_is_no_epoch(text: str) -> None:
    """A year, a month, a spreadsheet's day and an empty field's zero are not days of 1970."""
    assert iso_timestamp(text) == ""


def test_an_unreadable_date_is_kept_for_the_reject() -> None:
    """An admin sees the invalid text, and the reason."""
    assert iso_timestamp_or_text(" one day in May ") == "one day in May"
    assert date_problem("on 03/04/2016") == "can be read in two ways"
    assert date_problem("June 2016") == "has no day"
    assert date_problem("2016") == "is a year without a day"
    assert "'IST'" in date_problem("2 Nov 2016 08:15 IST")


def test_two_clocks_make_an_offset_only_where_both_can_be_read() -> None:
    """WordPress' two times become one.

    A day without a time gets none, and an unset time stays unread.
    """
    assert with_offset("2016-11-02 08:15:00", "2016-11-02 07:15:00") == AT + "+01:00"
    assert with_offset("2016-11-02", "2016-11-01") == "2016-11-02"
    assert with_offset("2016-11-02T08:15:00Z", "2016-11-02T08:15:00") == AT + "+00:00"
    assert with_offset("0000-00-00 00:00:00", "") == "0000-00-00 00:00:00"
