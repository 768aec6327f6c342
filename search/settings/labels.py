"""The syntax of labels of facet values, in the tables `[labels.…]`."""

from collections.abc import Mapping
from unicodedata import category

from search.errors import InvalidSettings

__all__ = ["read_labels"]

_MAX_LENGTH = 200
_INVISIBLE = "CZ"
"""The first letters of the Unicode categories of signs that leave no mark, such as U+200F."""


def read_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Return labels by value, with white space normalised.

    Raises:
        InvalidSettings: a value or a label is empty, or a label cannot be shown or is too long.

    """
    read: dict[str, str] = {}
    for value, text in labels.items():
        label = " ".join(text.split())
        if not value.strip():
            raise InvalidSettings(f"{text!r} is the label of no value; write the value before it")
        if not label:
            raise InvalidSettings(
                f"the label of {value!r} is empty; leave it out to show the value"
            )
        if control := next((sign for sign in label if category(sign) == "Cc"), ""):
            raise InvalidSettings(
                f"the label of {value!r} has the control character U+{ord(control):04X}"
            )
        if all(category(sign)[0] in _INVISIBLE for sign in label):
            raise InvalidSettings(f"the label of {value!r} has no character that can be seen")
        if len(label) > _MAX_LENGTH:
            raise InvalidSettings(
                f"the label of {value!r} has {len(label)} characters; the limit is {_MAX_LENGTH}"
            )
        read[value] = label
    return read
