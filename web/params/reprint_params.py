"""The parameters of the page of a text's versions."""

from collections.abc import Iterable

from web.params.declarations import text
from web.params.reader import InvalidParameters, Problem, read_parameters

__all__ = ["REPRINT_PARAMETERS", "read_compared_ids"]

_ID = text("id", "The id of an article.")
_WITH = text("with", "The id of another one, to compare them; without it, the oldest version.")
REPRINT_PARAMETERS = {parameter.name: parameter for parameter in (_ID, _WITH)}


def read_compared_ids(pairs: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return the id of an article, and of the one to compare it with, "" for none.

    Raises:
        InvalidParameters: there is no id, or a parameter is given twice.

    """
    values, problems = read_parameters(pairs, REPRINT_PARAMETERS, strict=False)
    if not problems and _ID.name not in values:
        problems.append(
            Problem(_ID.name, "id is missing; follow the link of an article to its reprints")
        )
    if problems:
        raise InvalidParameters(problems)
    return values[_ID.name], values.get(_WITH.name, "")
