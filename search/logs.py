"""Logging to standard error: one line per event, as text or as JSON."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import orjson

__all__ = ["FORMATS", "LogFormat", "dict_config", "set_up"]

LogFormat = Literal["text", "json"]
FORMATS: tuple[str, ...] = get_args(LogFormat)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "taskName"}


class JsonFormatter(logging.Formatter):
    """JSON with `time`, `level`, `logger`, `message` and the event's `extra` fields.

    Times are UTC in the format of RFC 3339.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Format one event."""
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


class CommandFormatter(logging.Formatter):
    """Text for interactive use: `dateline: message`."""

    def format(self, record: logging.LogRecord) -> str:
        """Format one event."""
        return f"dateline: {record.getMessage()}"


class TextFormatter(logging.Formatter):
    """Text for servers: `2026-01-02T03:04:05.678Z error dateline.store: message`."""

    def format(self, record: logging.LogRecord) -> str:
        """Format one event."""
        text = f"{_time(record)} {record.levelname.lower()} {record.name}: {record.getMessage()}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def dict_config(log_format: str) -> dict[str, Any]:
    """Return a configuration for `logging.config.dictConfig`, which servers apply themselves."""
    formatter = JsonFormatter if log_format == "json" else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"{__name__}.{formatter.__name__}"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"dateline": {"level": "INFO"}},
    }


def set_up(log_format: str, *, server: bool = False) -> None:
    """Log to standard error in one of the FORMATS; text lines of a server begin with the time."""
    handler = logging.StreamHandler(sys.stderr)
    text_formatter = TextFormatter() if server else CommandFormatter()
    handler.setFormatter(JsonFormatter() if log_format == "json" else text_formatter)
    if server:
        _leave_out_unused_fields()
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("dateline").setLevel(logging.INFO)


def _leave_out_unused_fields() -> None:
    """Do not look for a line's source, thread and process, which no format names.

    This is a third of the time of a line; see "Optimization" in Python's documentation of logging.
    """
    # The documentation names this private attribute; there is no public way.
    logging._srcfile = None  # noqa: SLF001
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
