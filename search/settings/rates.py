"""How a rate of requests is written, such as `60/minute`."""

import re

__all__ = ["RATE_FORM", "is_rate"]

RATE_FORM = "a number and a time, such as 60/minute; second, minute, hour, day"
_RATE = re.compile(r"[1-9][0-9]{0,8}/(second|minute|hour|day)")


def is_rate(text: str) -> bool:
    """Return whether a text is a rate of requests."""
    return bool(_RATE.fullmatch(text))
