"""A site's own colours in the place of the style sheet's, checked for contrast, so that a choice of colours never hides text."""

import re
from collections.abc import Mapping

from search.errors import InvalidSettings

__all__ = ["recoloured"]

_DECLARED = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_SCHEMES = ("light", "dark")
_READ_ON = {
    "ink": ("paper", "panel"),
    "faint": ("paper", "panel"),
    "link": ("paper", "panel"),
    "on-accent": ("accent",),
    "mark-ink": ("mark",),
}
"""Colours of text, and what they stand on."""
_MIN_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""

_Pair = tuple[str, str]


def recoloured(style: str, colours: Mapping[str, str]) -> str:
    """Return a style sheet with some of its colours changed; a value is `#rrggbb`, or two of them: for light and for dark pages.

    Raises:
        InvalidSettings: a name or colour is unknown, or text in it could not be read on what it stands on.

    """
    declared: dict[str, _Pair] = {}
    for name, light, dark in _DECLARED.findall(style):
        # What stands further down is for readers who ask for more contrast.
        declared.setdefault(name, (light, dark))
    chosen = {name: _pair(name, value, declared) for name, value in colours.items()}
    for text, grounds in _READ_ON.items():
        for ground in grounds:
            if text in chosen or ground in chosen:
                _check(text, ground, declared | chosen)
    for name, pair in chosen.items():
        before, after = (
            f"--{name}: light-dark({', '.join(colours)});" for colours in (declared[name], pair)
        )
        style = style.replace(before, after, 1)
    return style


def _pair(name: str, value: str, declared: Mapping[str, _Pair]) -> _Pair:
    if name not in declared:
        raise InvalidSettings(
            f"there is no colour {name!r} in [colours]; there are {', '.join(declared)}"
        )
    parts = value.lower().split()
    if len(parts) not in (1, 2) or not all(map(_COLOUR.fullmatch, parts)):
        raise InvalidSettings(
            f"{name} in [colours] is {value!r}; it must be one colour such as #7a1f1f, "
            "or one for light and one for dark pages: #7a1f1f #ffb4a8"
        )
    return parts[0], parts[1] if len(parts) > 1 else declared[name][1]


def _check(text: str, ground: str, colours: Mapping[str, _Pair]) -> None:
    for scheme, ink, paper in zip(_SCHEMES, colours[text], colours[ground], strict=True):
        contrast = _contrast(ink, paper)
        if contrast < _MIN_CONTRAST:
            raise InvalidSettings(
                f"on {scheme} pages {text} {ink} could hardly be read on {ground} {paper}: their contrast is {contrast:.1f}, "
                f"and {_MIN_CONTRAST} is the least; choose another {text} or {ground} in [colours]"
            )


def _contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21; WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


_LINEAR_UP_TO = 0.04045


def _luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, from 0 to 1; WCAG 2.2, "relative luminance"."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= _LINEAR_UP_TO else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
