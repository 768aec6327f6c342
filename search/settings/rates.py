"""The syntax of a rate of requests, such as `60/minute`."""

import re

__all__ = ["RATE_FORM", "RATE_PATTERN", "is_rate"]

RATE_FORM = "a number and a time, such as 60/minute; second, minute, hour, day"
RATE_PATTERN = r"[1-9][0-9]{0,8}/(second|minute|hour|day)"
_RATE = re.compile(RATE_PATTERN)


def is_rate(text: str) -> bool:
    """Return whether a text is a rate of requests."""
    return bool(_RATE.fullmatch(text))
