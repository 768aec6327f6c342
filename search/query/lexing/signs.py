"""Which signs are ignored without a message."""

import unicodedata

__all__ = ["is_blank", "is_punctuation"]

_PUNCTUATION = frozenset(".,;:!?'’‘`´…·•/\\_~¿¡。、，；：！？・،؛؟।")
_BRACKETS_AND_DASHES = ("Pd", "Ps", "Pe")
_INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")


def is_punctuation(sign: str) -> bool:
    """Return whether a sign is punctuation, a bracket, a dash or invisible."""
    return (
        sign in _PUNCTUATION
        or sign.isspace()
        or unicodedata.category(sign) in (*_BRACKETS_AND_DASHES, *_INVISIBLE)
    )


def is_blank(text: str) -> bool:
    """Return whether a text consists of nothing but invisible characters."""
    return all(unicodedata.category(character) in _INVISIBLE for character in text)
