"""Text escaped for TeX, with braces in balance for BibTeX."""

from web.legal_text import legal_line

__all__ = ["escape_tex"]

_ESCAPED = str.maketrans(
    {
        "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
        "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    }
)  # fmt: skip


def escape_tex(text: str) -> str:
    r"""Return one line of TeX that prints the text.

    BibTeX counts braces even behind a backslash. So only a pair of braces is written as `\{` and
    `\}`, and a brace without a partner by its name.
    """
    line = legal_line(text)
    paired = _paired_braces(line)
    if not paired:
        return line.translate(_ESCAPED)
    return "".join(
        f"\\{character}" if position in paired else character.translate(_ESCAPED)
        for position, character in enumerate(line)
    )


def _paired_braces(text: str) -> set[int]:
    """Return the positions of opening braces with a closing one, and of those that close them."""
    paired: set[int] = set()
    if "{" not in text or "}" not in text:
        return paired
    opened: list[int] = []
    for position, character in enumerate(text):
        if character == "{":
            opened.append(position)
        elif character == "}" and opened:
            paired |= {opened.pop(), position}
    return paired
