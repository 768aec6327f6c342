"""The addresses of a list's other pages."""

from web.params.list_params import ListOrder, ListView
from web.presenters.page_links import PageLink
from web.presenters.reading_list.data import ReadingListData
from web.urls import list_path

__all__ = ["ListAddresses", "share_path"]

_MAX_ADDRESS_LENGTH = 2_000
"""Characters of an address with ids, which every program passes on; a longer one has keys."""


class ListAddresses:
    """The addresses of a list's other pages: an own list has none of its articles in them."""

    def __init__(self, data: ReadingListData) -> None:
        parameters = data.parameters
        self.shared = "" if data.is_own else data.listed.text
        self._pairs = {
            "keys": self.shared,
            "q": parameters.q,
            "from": str(parameters.first_day or ""),
            "to": str(parameters.last_day or ""),
            "order": "" if parameters.order is ListOrder.DATE else parameters.order.value,
            "view": "" if parameters.view is ListView.TITLES else parameters.view.value,
        }

    def pairs(self, *dropped: str) -> list[tuple[str, str]]:
        """Return the parameters of the page without some of them."""
        return [
            (name, value) for name, value in self._pairs.items() if value and name not in dropped
        ]

    def choices(
        self, name: str, values: type[ListView | ListOrder], chosen: str, *dropped: str
    ) -> list[PageLink]:
        """Return the pages with each value of a parameter, whose first one is the default."""
        default = next(iter(values))
        return [
            PageLink(
                value.value,
                list_path(
                    *self.pairs(name, *dropped),
                    *([] if value is default else [(name, value.value)]),
                ),
                value.value == chosen,
            )
            for value in values
        ]


def share_path(data: ReadingListData) -> str:
    """Return the address that shows the list to anybody: with ids, or if it were long, with keys.

    Only an article that is in the archive has an id.
    """
    by_keys = list_path(("keys", data.listed.text))
    if data.missing or len(data.articles) < data.in_archive:
        return by_keys
    by_ids = list_path(*(("id", article.id) for article in data.articles))
    return by_ids if len(by_ids) <= _MAX_ADDRESS_LENGTH else by_keys
