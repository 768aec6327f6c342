"""Operators and fields as people type them."""

import pytest

from search.query.parser import parse
from search.query.syntax import Dates, leaves, write

OPERATORS = [
    ("東京都 -大阪", "東京都 -大阪"),
    ('"東" "東京"', '"東" 東京'),
    ("STATES THAT HAVE NOT SIGNED THE TREATY", "STATES SIGNED TREATY"),
    ("STATES NOT TREATY", "STATES -TREATY"),
    ("barge NOT tanker", "barge -tanker"),
    ("barge AND NOT tanker", "barge -tanker"),
    ("NOT tanker", "-tanker"),
    ("barge NOT (tanker OR ferry)", "barge -(tanker OR ferry)"),
    ("barge NOT(tanker ferry)", "barge -(tanker ferry)"),
    ('barge NOT "oil tanker"', 'barge -"oil tanker"'),
    ("barge NOT author:reed", "barge -author:reed"),
    ("barge NOT anti-war", "barge -anti-war"),
    ("barge AND tanker", "barge tanker"),
    ("barge OR NOT tanker", "barge OR -tanker"),
    ("barge AND (tanker OR ferry)", "barge tanker OR ferry"),
    # Small letters are words, as are operators inside a phrase or with a sign.
    ("barge not tanker", "barge tanker"),
    ("barge not tanker and Ferry", "barge tanker Ferry"),
    ('"barge NOT tanker"', '"barge NOT tanker"'),
    ("NOT, barge", "barge"),
    # Without an operand they are ignored.
    ("barge NOT", "barge"),
    ("barge AND", "barge"),
    ("AND barge", "barge"),
    ("(barge NOT) tanker", "barge tanker"),
    ("(barge -) tanker", "barge tanker"),
    ("barge AND OR tanker", "barge OR tanker"),
    ("barge NOT OR tanker", "barge OR tanker"),
    # Alone they are words.
    ("NOT", "not"),
    ("OR", "or"),
    ("(AND)", "and"),
    # Several negations of one operand count as one; two dashes are punctuation.
    ("NOT NOT tanker", "-tanker"),
    ("NOT -tanker", "-tanker"),
    ("--tanker", "tanker"),
    ("NOT --tanker", "-tanker"),
    ("-NOT tanker", "tanker"),
    # Signs between an operator and its operand change nothing, and are no operators.
    ("barge NOT & tanker", "barge -tanker"),
    ("barge && tanker || !ferry", "barge tanker ferry"),
    # A quotation mark without a counterpart does not turn an exclusion into a requirement.
    ('barge -"tanker', "barge -tanker"),
    ("barge -„tanker", "barge -tanker"),
    ('barge -"(tanker ferry)', "barge -(tanker ferry)"),
    ('barge -" tanker', "barge tanker"),
]

FIELDS = [
    ("title:(tug barge)", "title:tug title:barge"),
    ('title:(tug OR "deep sea") x', 'title:tug OR title:"deep sea" x'),
    ("barge OR title:(tug ferry)", "barge OR (title:tug title:ferry)"),
    ("-title:(tug ferry)", "-(title:tug title:ferry)"),
    ("title:(tug -ferry author:reed)", "title:tug -title:ferry author:reed"),
    ("title:((tug OR ferry) gl*)", "title:tug OR title:ferry title:gl*"),
    ("title: tug", "title:tug"),
    # A minus after the colon excludes, too.
    ("barge title:-tug", "barge -title:tug"),
    ('title:-"deep sea"', '-title:"deep sea"'),
    ("title:-(tug OR ferry)", "-(title:tug OR title:ferry)"),
    ("date:-2017", "-date:2017"),
    ("title:- tug", "title tug"),
    ('Author: "Ann Reed"', 'author:"Ann Reed"'),
    ("TITLE:\n(tug OR ferry)", "title:tug OR title:ferry"),
    ("title：tug", "title:tug"),
    ("date: 2017", "date:2017"),
    ("date: 2016-05..2017 tug", "date:2016-05..2017 tug"),
    ("date:2016 .. 2017-02 tug", "date:2016..2017-02 tug"),
    ("date: (2016 ..2017) tug", "date:2016..2017 tug"),
    ("tug date:2016, barge", "tug date:2016 barge"),
    ("date:2016.. 2017", "date:2016.. 2017"),  # From 2016 on, and the number.
    ("date:٢٠١٦-٠٥", "date:2016-05"),
    ("date：２０１６..２０１７", "date:2016..2017"),
    ("date:(2017 OR 2019-03)", "date:2017 OR date:2019-03"),
    ('date:"2017-07"', "date:2017-07"),
    # The name of a field without a value is a word.
    ("title:", "title"),
    ("title: ", "title"),
    ("title:() tug", "title tug"),
    ('title:"" tug', "title tug"),
    ("title:% tug", "title tug"),
    ("title: NOT tug", "title -tug"),
    ("title: -tug", "title -tug"),
    ("title: author: reed", "title author:reed"),
    ("(title:) tug", "title tug"),
    ("date: tomorrow", "date tomorrow"),
    ("date:tomorrow", "date tomorrow"),
    # Other colons are signs.
    ("https://example.org/tug", "https example org tug"),
    ("colour:red", "colour red"),
    ("subtitle:tug", "subtitle tug"),
]


@pytest.mark.parametrize(("text", "expected"), OPERATORS + FIELDS)
def test_text_is_understood_as_people_mean_it(text: str, expected: str) -> None:
    """The displayed query has one form for each of the forms that people type."""
    assert write(parse(text)) == expected


def test_a_group_of_dates_has_no_words() -> None:
    """Each value of a group after `date:` is a period."""
    assert all(isinstance(leaf, Dates) for leaf in leaves(parse("date:(2017 OR 2018-02)")))
