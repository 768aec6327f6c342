"""Convert the content of a WordPress post to light Markdown.

It may be written in blocks or in the classic editor, with shortcodes and footnotes.
"""

import re

import orjson

from indexer.formats.text.html_to_markdown import html_to_markdown
from indexer.formats.wordpress.shortcodes import without_shortcodes

__all__ = ["body_of_post"]

_TAG = re.compile(r"(<[^>]*>)")
_PREFORMATTED = re.compile(r"(<pre\b.*?</pre\s*>)", re.DOTALL | re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
# WordPress shows a player for such an address on a line, or in a block, of its own.
_PLAYER_ALONE = re.compile(
    r"(?<![^\n>])https?://(?:[\w-]+\.)*(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com"
    r"|dailymotion\.com|dai\.ly|soundcloud\.com|spotify\.com|mixcloud\.com|twitter\.com/\w+/status"
    r"|x\.com/\w+/status|instagram\.com/(?:p|reel)|tiktok\.com|facebook\.com/\S+/(?:posts|videos)"
    r"|flic\.kr|flickr\.com/photos|ted\.com/talks"
    r"|videopress\.com|wordpress\.tv|twitch\.tv)"
    r"[^\s<>]*[ \t]*(?=\n|</p|</div|</figure|<br|<!--|$)",
    re.IGNORECASE,
)
_EMBEDDED = re.compile(r"(wp-block-embed__wrapper\"?[^>]*>)\s*https?://[^\s<]+\s*(?=</div>)")
_NOTES_BLOCK = "<!-- wp:footnotes"


def body_of_post(content: str, base: str = "", notes: str = "") -> str:
    """Return a post's content as light Markdown.

    Comments of blocks and players are dropped, and blank lines separate paragraphs. Relative links
    are joined with `base`. `notes` is the JSON in which WordPress stores the footnotes of a text in
    blocks.
    """
    if not content:
        return ""
    if "\r" in content:
        content = content.replace("\r\n", "\n").replace("\r", "\n")
    if "[" in content:
        content = without_shortcodes(content)
    if "\nhttp" in content or ">http" in content or content.startswith("http"):
        content = _PLAYER_ALONE.sub("", content)
    if "wp-block-embed" in content:
        content = _EMBEDDED.sub(r"\1", content)
    if "\n\n" in content and "<!-- wp:" not in content:
        content = _with_paragraphs(content)
    body = html_to_markdown(content, base)
    if notes and _NOTES_BLOCK in content and (footnotes := _notes_to_markdown(notes, base)):
        body = f"{body}\n\n{footnotes}" if body else footnotes
    return body


def _with_paragraphs(content: str) -> str:
    """Add paragraphs to text of the classic editor, as WordPress does when it shows it."""
    parts = _PREFORMATTED.split(content) if "<pre" in content else [content]
    for place in range(0, len(parts), 2):
        pieces = _TAG.split(parts[place])
        pieces[::2] = [
            _BLANK_LINE.sub("<br><br>", piece).replace("\n", "<br>") for piece in pieces[::2]
        ]
        parts[place] = "".join(pieces)
    return "".join(parts)


def _notes_to_markdown(notes: str, base: str) -> str:
    try:
        notes_list = orjson.loads(notes)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(notes_list, list):
        return ""
    texts = [
        note["content"]
        for note in notes_list
        if isinstance(note, dict) and isinstance(note.get("content"), str)
    ]
    return (
        html_to_markdown("<ol>" + "".join(f"<li>{text}</li>" for text in texts) + "</ol>", base)
        if texts
        else ""
    )
