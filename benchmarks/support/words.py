"""Words made of syllables, the same on every machine."""

import random

__all__ = ["pseudo_words"]

_ONSETS = "b c d f g h j k l m n p r s t v w z bl br cl cr dr fl gr pl pr sk sp st str tr".split()
_VOWELS = "a e i o u ai ea ou".split()
_CODAS = ["", "", "", "l", "m", "n", "r", "t", "nd", "rt", "st"]
_MOST_SYLLABLES = 4


def pseudo_words(number: int) -> list[str]:
    """Return different words of letters, of two to four syllables."""
    dice = random.Random(9)
    found: dict[str, None] = {}
    while len(found) < number:
        syllables = (
            dice.choice(_ONSETS) + dice.choice(_VOWELS) + dice.choice(_CODAS)
            for _ in range(dice.randint(2, _MOST_SYLLABLES))
        )
        found["".join(syllables)] = None
    return list(found)
