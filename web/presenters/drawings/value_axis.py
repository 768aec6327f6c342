"""The vertical axis of a drawing: few round values from 0 up."""

from math import ceil, floor, log10

__all__ = ["round_values"]

_ROUND = (1, 2, 5, 10)
_MOST_STEPS = 5


def round_values(highest: float, *, is_whole: bool) -> list[float]:
    """Return round values from 0 to one that is at least `highest`, in at most five equal steps.

    With `is_whole` all of them are whole numbers.
    """
    if highest <= 0:
        return [0, 1]
    magnitude = 10.0 ** floor(log10(highest / _MOST_STEPS))
    step = next(
        size * magnitude for size in _ROUND if _steps(highest, size * magnitude) <= _MOST_STEPS
    )
    if is_whole:
        step = max(1, round(step))
    # Multiplied, since sums of shares such as 0.1 would not be round.
    return [round(number * step, 10) for number in range(_steps(highest, step) + 1)]


def _steps(highest: float, step: float) -> int:
    # Without the last digits 0.3 / 0.1 would be more than three steps.
    return ceil(round(highest / step, 9))
