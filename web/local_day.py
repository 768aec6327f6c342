"""The day on which a request is answered: that of the server's own time zone."""

import datetime as dt

__all__ = ["local_day"]


def local_day() -> dt.date:
    """Return today's day in the server's time zone, whose midnight its readers share."""
    return dt.datetime.now().astimezone().date()
