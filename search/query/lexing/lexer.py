"""The lexer of the query language: white space, signs, operators, quoted texts and runs."""

import re

from search.query.lexing.quotation_marks import QUOTATION_MARKS, QuotationMarks

__all__ = ["OPERATORS", "Lexer"]

OPERATORS = ("AND", "OR", "NOT")
"""Operators, in capitals only; in small letters they are words."""

_RUN = re.compile(rf"[^\s(){re.escape(QUOTATION_MARKS)}]+")
_SPACE = re.compile(r"\s+")
_MINUS = re.compile(r"-+")
_WIDE_SIGNS = str.maketrans("（）", "()")
# Two apostrophes or grave accents around words are a quotation mark. Inside a word they are not.
_DOUBLED = re.compile(r"(?<![\w'’`])(?:''|’’|‘‘|``)(?!['’`])|(?<!['’`])(?:''|’’)(?![\w'’`])")
_SPECIAL = re.compile(rf"[{re.escape(QUOTATION_MARKS)}'’‘`（）]")


class Lexer:
    """A query's text with a position, the index of the next character."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._marks: QuotationMarks | None = None
        if _SPECIAL.search(text):
            self._text = _DOUBLED.sub('"', text.translate(_WIDE_SIGNS))
            self._marks = QuotationMarks(self._text)
        self.position = 0

    def skip_space(self) -> str:
        """Skip white space and return the next character, or "" at the end."""
        sign = self._text[self.position : self.position + 1]
        if sign.isspace():
            match = _SPACE.match(self._text, self.position)
            self.position = match.end() if match else self.position + 1
            sign = self._text[self.position : self.position + 1]
        return sign

    def peek(self) -> str:
        """Return the next character, or a space at the end."""
        return self._text[self.position : self.position + 1] or " "

    def take(self, sign: str) -> bool:
        """Take a sign if it is next."""
        if self._text.startswith(sign, self.position):
            self.position += 1
            return True
        return False

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Match a pattern at the position, without taking anything."""
        return pattern.match(self._text, self.position)

    def next_run(self) -> str:
        """Return the run of characters up to white space, a parenthesis or a quotation mark."""
        match = _RUN.match(self._text, self.position)
        if self._marks is None:
            return match[0] if match else ""
        end = match.end() if match else self.position
        while self._marks.is_part_of_word(end):
            match = _RUN.match(self._text, end + 1)
            end = match.end() if match else end + 1
        return self._text[self.position : end]

    def take_run(self) -> str:
        """Take a run; return "" if none is next."""
        run = self.next_run()
        self.position += len(run)
        return run

    def take_operator(self) -> str:
        """Take an operator in capitals; return "" if none is next."""
        run = self.next_run()
        if run not in OPERATORS:
            return ""
        self.position += len(run)
        return run

    def take_minus(self) -> bool:
        """Take minus signs; return whether a single one directly precedes an operand."""
        start = self.position
        if match := _MINUS.match(self._text, start):
            self.position = match.end()
        return self.position == start + 1 and not self.at_end_of_operand()

    def at_end_of_operand(self) -> bool:
        """Return whether white space, a closing parenthesis or the end is next."""
        sign = self.peek()
        return sign == ")" or sign.isspace()

    def text_since(self, start: int) -> str:
        """Return the text from a place to the position."""
        return self._text[start : self.position]

    def at_quotation_mark(self) -> bool:
        """Return whether a quotation mark is next that is not part of a word."""
        return self._marks is not None and self._marks.is_mark(self.position)

    def take_quoted(self) -> str | None:
        """Take a quoted text; return None if the quotation mark has no counterpart."""
        start, end = self.position, self._end_of_quoted()
        if end is None:
            return None
        self.position = end + 1
        return self._text[start + 1 : end]

    def take_unpaired_mark(self) -> str:
        """Take a quotation mark that has no counterpart; return "" if none is next."""
        if not self.at_quotation_mark() or self._end_of_quoted() is not None:
            return ""
        self.position += 1
        return self._text[self.position - 1]

    def _end_of_quoted(self) -> int | None:
        """Return the place of the mark that closes the one at the position, if any does."""
        opens = self._marks and self._marks.opens(self.position)
        return self._marks.closing(self.position) if self._marks and opens else None
