"""A site's own colours: substituted in the style sheet and checked for contrast."""

import re
from collections.abc import Mapping

from search.errors import InvalidSettings

__all__ = ["apply_colours", "scheme_colours"]

_DECLARATION = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_SCHEMES = ("light", "dark")
_BACKGROUNDS = {
    "ink": ("paper", "panel"),
    "faint": ("paper", "panel"),
    "link": ("paper", "panel"),
    "on-accent": ("accent",),
    "mark-ink": ("mark",),
}
"""Text colours, and the background colours that they appear on."""
_PALE_MARK = "mark mixed with paper"
_MARK_SHARE = 0.7
"""The share of the colour `mark` in a highlight in a text; the rest is `paper`."""
_MIN_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""
_MAX_LINEAR_CHANNEL = 0.04045
"""WCAG 2.2, "relative luminance": up to this value a colour channel is linear."""

_LightAndDark = tuple[str, str]


def scheme_colours(style_sheet: str, name: str) -> dict[str, str]:
    """Return a colour that a style sheet declares, in the light and in the dark theme."""
    declared = next(each for each in _DECLARATION.finditer(style_sheet) if each[1] == name)
    return dict(zip(_SCHEMES, declared.groups()[1:], strict=True))


def apply_colours(style_sheet: str, colours: Mapping[str, str]) -> str:
    """Return the style sheet with some of its colours replaced.

    A value is one colour `#rrggbb` for the light theme, or two: for the light and the dark theme.

    Raises:
        InvalidSettings: a name or colour is unknown, or text would lack contrast.

    """
    declared: dict[str, _LightAndDark] = {}
    for name, light, dark in _DECLARATION.findall(style_sheet):
        # Later declarations are for readers who prefer more contrast.
        declared.setdefault(name, (light, dark))
    chosen = {name: _parse_colours(name, value, declared) for name, value in colours.items()}
    for text, backgrounds in _BACKGROUNDS.items():
        for background in backgrounds:
            if text in chosen or background in chosen:
                _check_contrast(text, background, declared | chosen)
    if not chosen.keys().isdisjoint(("mark", "mark-ink", "paper")):
        _check_contrast("mark-ink", _PALE_MARK, _with_pale_mark(declared | chosen))
    for name, pair in chosen.items():
        old, new = (
            f"--{name}: light-dark({', '.join(values)});" for values in (declared[name], pair)
        )
        style_sheet = style_sheet.replace(old, new, 1)
    return style_sheet


def _parse_colours(name: str, value: str, declared: Mapping[str, _LightAndDark]) -> _LightAndDark:
    if name not in declared:
        raise InvalidSettings(
            f"[site.colours] has no colour {name!r}; its colours are {', '.join(declared)}"
        )
    values = value.lower().split()
    if len(values) not in (1, 2) or not all(map(_COLOUR.fullmatch, values)):
        raise InvalidSettings(
            f"{name} in [site.colours] is {value!r}; it must be one colour such as #7a1f1f, "
            "or one for the light and one for the dark theme: #7a1f1f #ffb4a8"
        )
    return values[0], values[1] if len(values) > 1 else declared[name][1]


def _check_contrast(text: str, background: str, colours: Mapping[str, _LightAndDark]) -> None:
    for scheme, ink, paper in zip(_SCHEMES, colours[text], colours[background], strict=True):
        contrast = _contrast(ink, paper)
        if contrast < _MIN_CONTRAST:
            raise InvalidSettings(
                f"in the {scheme} theme {text} {ink} is hard to read on {background} {paper}: "
                f"their contrast is {contrast:.1f}, and at least {_MIN_CONTRAST} is required; "
                f"choose another {text} or {background} in [site.colours]"
            )


def _with_pale_mark(colours: Mapping[str, _LightAndDark]) -> Mapping[str, _LightAndDark]:
    """Return colours with the one that highlights have in texts."""
    light, dark = map(_mixed, colours["mark"], colours["paper"])
    return {**colours, _PALE_MARK: (light, dark)}


def _mixed(mark: str, paper: str) -> str:
    """Return two colours mixed as `color-mix(in srgb)` does."""
    channels = ((int(mark[at : at + 2], 16), int(paper[at : at + 2], 16)) for at in (1, 3, 5))
    mixed = (round(_MARK_SHARE * one + (1 - _MARK_SHARE) * other) for one, other in channels)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21; WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, from 0 to 1; WCAG 2.2, "relative luminance"."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        channel / 12.92 if channel <= _MAX_LINEAR_CHANNEL else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
