"""URL parameters, each declared once in `search_params.py` or `export_params.py`.

`reader.py` reads a request's by the declarations, `query_strings.py` writes links.
"""

from web.params.declarations import Parameter
from web.params.query_strings import QueryString, query_string
from web.params.reader import InvalidParameters, Problem, read_parameters
from web.params.search_params import SEARCH_PARAMETERS, read_query

__all__ = [
    "SEARCH_PARAMETERS",
    "InvalidParameters",
    "Parameter",
    "Problem",
    "QueryString",
    "query_string",
    "read_parameters",
    "read_query",
]
