"""The parameters of exports: those of a search that decide which articles there are, and in which order."""

from web.media_types import EXPORTS
from web.params.declarations import choice
from web.params.search_params import SEARCH_PARAMETERS

__all__ = ["BYTE_ORDER_MARK", "EXPORT_PARAMETERS"]

_OF_MATCHES = {
    name: parameter
    for name, parameter in SEARCH_PARAMETERS.items()
    if name not in ("page", "size", "cursor", "facet_size")
}
BYTE_ORDER_MARK = choice(
    "bom",
    "With 1 a mark of UTF-8 stands before the text, which some spreadsheets need.",
    {"0": False, "1": True},
    "0",
)
EXPORT_PARAMETERS = {
    form: _OF_MATCHES | ({"bom": BYTE_ORDER_MARK} if form == "csv" else {}) for form in EXPORTS
}
"""By the ending of an export's address."""
