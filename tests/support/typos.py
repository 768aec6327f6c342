"""Words with typos, for tests and benchmarks of corrections."""

import random

__all__ = ["garbled"]


def garbled(dice: random.Random, word: str, slips: int, letters: str) -> str:
    """Leave out, add, replace or swap letters of a word; new ones are chosen from `letters`."""
    for _ in range(slips):
        place, letter = dice.randrange(len(word) + 1), dice.choice(letters)
        word = dice.choice(
            [
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            ]
        )
    return word
