"""Methods that are handed on, or whose answers are remembered, without keeping their object alive.

A generation's engine holds whole caches and open files; it must be gone when the last request lets go of it, not when Python
next looks for cycles.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import ParamSpec, Protocol, TypeVar, cast
from weakref import WeakMethod

__all__ = ["Remembered", "cached_per_generation", "unowned"]

_Asked = ParamSpec("_Asked")
_Found = TypeVar("_Found")
_Found_co = TypeVar("_Found_co", covariant=True)


class Remembered(Protocol[_Asked, _Found_co]):
    """A function that remembers."""

    def __call__(self, *asked: _Asked.args, **named: _Asked.kwargs) -> _Found_co:
        """Return what it returned before, or returns now."""

    def cache_info(self) -> Sequence[int]:
        """Return how often it remembered and how often not; what follows is lru_cache's."""


def unowned(method: Callable[_Asked, _Found]) -> Callable[_Asked, _Found]:
    """Return a function that calls a bound method as long as its object is there.

    Raises (when it is called):
        ReferenceError: the object is gone.

    """
    weak = WeakMethod(method)

    def call(*asked: _Asked.args, **named: _Asked.kwargs) -> _Found:
        bound = weak()
        if bound is None:
            raise ReferenceError("the object whose method this is, is gone")
        return bound(*asked, **named)

    return call


def cached_per_generation(
    method: Callable[_Asked, _Found], most: int
) -> Remembered[_Asked, _Found]:
    """Remember what a bound method returned, for the `most` last arguments; see functools.lru_cache."""
    return cast("Remembered[_Asked, _Found]", lru_cache(most)(unowned(method)))
