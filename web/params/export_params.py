"""The parameters of exports: those of a search that select articles and their order."""

from collections.abc import Iterable

from web.media_types import EXPORTS
from web.params.declarations import choice
from web.params.reader import InvalidParameters, read_parameters
from web.params.search_params import SEARCH_PARAMETERS
from web.params.trend_params import TRENDS_PARAMETERS

__all__ = ["EXPORT_PARAMETERS", "TRENDS_TABLE_PARAMETERS", "read_byte_order_mark"]

_SELECTING = {
    name: parameter
    for name, parameter in SEARCH_PARAMETERS.items()
    if name not in ("page", "size", "cursor", "facet_size")
}
_BYTE_ORDER_MARK = {
    "bom": choice(
        "bom",
        "With 1 the text begins with a byte order mark, which some spreadsheets need.",
        {"0": False, "1": True},
        "0",
    )
}
EXPORT_PARAMETERS = {
    ending: _SELECTING | (_BYTE_ORDER_MARK if ending == "csv" else {}) for ending in EXPORTS
}
"""By the ending of an export's address."""
TRENDS_TABLE_PARAMETERS = TRENDS_PARAMETERS | _BYTE_ORDER_MARK
"""Of searches over time as a table."""


def read_byte_order_mark(pairs: Iterable[tuple[str, str]]) -> bool:
    """Return whether a request wants a byte order mark before its CSV.

    Raises:
        InvalidParameters: the parameter has another value.

    """
    values, problems = read_parameters(pairs, _BYTE_ORDER_MARK, strict=False)
    if problems:
        raise InvalidParameters(problems)
    return bool(values.get("bom"))
