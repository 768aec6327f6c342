"""A picture of bars as SVG, readable on light and dark backgrounds."""

import math
from html import escape

__all__ = ["bars"]

_COLOURS = ("#2a78d6", "#c2571a", "#3f8f5b")
_WIDTH, _LEFT, _RIGHT = 860, 230, 60
_BAR, _GAP, _HEAD = 9, 8, 44
_LEAST, _MOST = 0.25, 32.0
_TICKS = (0.25, 0.5, 1, 2, 5, 10, 20)
_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1f2328; }
.title { font-size: 16px; font-weight: 600; } .group { font-weight: 600; }
.tick { stroke: #8884; } .one { stroke: #1f2328; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .one { stroke: #e6edf3; } }
"""


def bars(title: str, groups: list[tuple[str, list[tuple[str, dict[str, float]]]]]) -> str:
    """Return groups of rows, each with a bar per service from 1 to its ratio, on a log scale."""
    services = list(dict.fromkeys(name for _, rows in groups for _, row in rows for name in row))
    colours = dict(zip(services, _COLOURS, strict=False))
    content = [f'<text class="title" x="16" y="26">{escape(title)}</text>']
    for number, (service, colour) in enumerate(colours.items()):
        x = _LEFT + number * 150
        content.append(f'<rect x="{x}" y="40" width="12" height="12" fill="{colour}"/>')
        content.append(f'<text x="{x + 18}" y="51">than {escape(service)}</text>')
    y = 74
    for heading, rows in groups:
        content.append(f'<text class="group" x="16" y="{y + 12}">{escape(heading)}</text>')
        top = y + _HEAD // 2
        bottom = top + sum(_height(row) for _, row in rows)
        content += _axis(top, bottom)
        y = top
        for name, row in rows:
            content.append(
                f'<text x="{_LEFT - 10}" y="{y + _height(row) // 2 + 1}" '
                f'text-anchor="end">{escape(name)}</text>'
            )
            for place, (service, ratio) in enumerate(row.items()):
                content.append(_bar(y + place * _BAR, ratio, colours[service]))
            y += _height(row)
        y = bottom + _HEAD
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y}" role="img" '
        f'aria-label="{escape(title)}"><style>{_STYLE}</style>\n'
        + "\n".join(content)
        + "\n</svg>\n"
    )


def _height(row: dict[str, float]) -> int:
    return len(row) * _BAR + _GAP


def _x(ratio: float) -> float:
    share = math.log(min(max(ratio, _LEAST), _MOST) / _LEAST) / math.log(_MOST / _LEAST)
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _axis(top: int, bottom: int) -> list[str]:
    lines = []
    for tick in _TICKS:
        x = _x(tick)
        kind = "one" if tick == 1 else "tick"
        lines.append(f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>')
        lines.append(f'<text x="{x:.1f}" y="{bottom + 14}" text-anchor="middle">{tick:g}×</text>')
    return lines


def _bar(y: int, ratio: float, colour: str) -> str:
    left, right = sorted((_x(1), _x(ratio)))
    return (
        f'<rect x="{left:.1f}" y="{y}" width="{max(right - left, 1):.1f}" height="{_BAR - 1}" '
        f'fill="{colour}"/><text x="{max(right, _x(1)) + 4:.1f}" y="{y + _BAR - 1}" '
        f'style="font-size:9px">{ratio:.1f}</text>'
    )
