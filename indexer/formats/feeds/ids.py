"""Ids of a feed's items: an address is unique everywhere, any other id only within its feed."""

import re
from contextlib import suppress
from hashlib import blake2b
from urllib.parse import SplitResult, urlsplit

from indexer.formats.record.validation import MAX_VALUE_LENGTH
from indexer.formats.text.addresses import is_address, unwrap_archived

__all__ = ["id_of_item", "scope_of"]

_TRACKING = re.compile(r"(?:^|&)(?:utm_\w+|fbclid|gclid)=[^&]*")
_DIGEST_BYTES = 8


def scope_of(*addresses: str) -> str:
    """Return a text that identifies a feed.

    It is the first of its addresses, without scheme and `www.`. A feed without an address is
    identified by another text, such as its title.
    """
    for address in map(unwrap_archived, addresses):
        if is_address(address):
            with suppress(ValueError):
                return _bare(urlsplit(address))
    return next((" ".join(text.split()) for text in addresses if text.strip()), "")


def _bare(parts: SplitResult) -> str:
    host = parts.netloc.lower().rpartition("@")[2].removeprefix("www.")
    query = _TRACKING.sub("", parts.query).lstrip("&")
    return f"{host}{parts.path.rstrip('/')}" + (f"?{query}" if query else "")


def id_of_item(own_id: str, scope: str, shared: tuple[str, str] | None = None) -> str:
    """Return an item's id: an address as it is, any other id after its feed: `tide.example#42`.

    `shared` holds title and date of an item whose id other items of its feed have as well; they
    become part of the id.
    """
    item_id = own_id if is_address(own_id) or not own_id else f"{scope or 'feed'}#{own_id}"
    if shared:
        item_id = f"{item_id}#{_digest(*shared)}"
    if len(item_id) > MAX_VALUE_LENGTH and not is_address(own_id):
        return f"{scope[: MAX_VALUE_LENGTH - 2 * _DIGEST_BYTES - 1]}#{_digest(item_id)}"
    return item_id


def _digest(*texts: str) -> str:
    return blake2b(
        "\x1f".join(texts).encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES
    ).hexdigest()
