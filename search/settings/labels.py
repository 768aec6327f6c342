"""The syntax of labels of facet values, in the tables `[labels.…]`."""

from collections.abc import Mapping

from search.errors import InvalidSettings

__all__ = ["read_labels"]

_MAX_LENGTH = 200


def read_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Return labels by value, with white space normalised.

    Raises:
        InvalidSettings: a value or a label is empty, or a label is too long.

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
        if len(label) > _MAX_LENGTH:
            raise InvalidSettings(
                f"the label of {value!r} has {len(label)} characters; the limit is {_MAX_LENGTH}"
            )
        read[value] = label
    return read
