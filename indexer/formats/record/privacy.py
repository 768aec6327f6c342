"""Recognise the marks by which a source declares that a record is not public.

A record with a doubtful mark is left out. WordPress uses a status, a type and a password. Other
systems use many words, so in their records only recognised values count: a `status` of "ok" means
nothing for privacy.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from indexer.formats.record.options import FormatOptions
from indexer.formats.record.parsed_record import NoArticle
from indexer.formats.record.protected_posts import check_text, check_title
from search.model.article import ARTICLE_KEYS

__all__ = ["check_feed_status", "check_post", "check_record", "with_withdrawal"]

_NOT_PUBLIC = frozenset(
    "draft drafts auto-draft autodraft private pending pending-review future scheduled planned"
    " queued queue delayed embargo embargoed trash trashed soft-trashed deleted soft-deleted"
    " removed inherit unpublished not-published nonpublished non-public not-public hidden disabled"
    " inactive offline unlisted internal confidential secret restricted protected password"
    " password-protected members members-only paid subscribers tiers review in-review in-progress"
    " needs-review submitted submission wip work-in-progress spam rejected withdrawn expired"
    " revision request-pending archived unapproved awaiting-approval awaiting-review"
    " awaiting-moderation pending-approval ready-for-review for-review on-hold pitch assigned"
    " autosave preview suspended blocked deactivated unpublish only-me friends staff only-paid"
    " only-free founding direct followers followers-only self in-arbeit subscribers-only registered"
    " logged-in authenticated login-required premium paywalled entwurf privat geplant"
    " unveröffentlicht nicht-veröffentlicht papierkorb passwortgeschützt brouillon privé prive"
    " en-attente planifié non-publié corbeille borrador privado pendiente programado papelera"
    " no-publicado rascunho pendente agendado lixeira bozza privato in-attesa cestino concept privé"
    " wachtend gepland kladde utkast luonnos szkic prywatny kosz koncept taslak özel черновик"
    " личное приватный на-утверждении корзина чернетка 草稿 下書き 非公開 私密 초안 비공개 مسودة"
    " خاص טיוטה πρόχειρο".split()
)
"""Recognised words, as `word_of` writes them."""
_PUBLIC_OF_POSTS = frozenset(["published", "public", "publish"])
_YES = frozenset(
    [
        "true",
        "yes",
        "on",
        "y",
        "t",
        "1",
        "ja",
        "oui",
        "sí",
        "si",
        "sim",
        "да",
        "wahr",
        "vrai",
        "vero",
    ]
)
_NO = frozenset(
    [
        "false",
        "no",
        "off",
        "n",
        "f",
        "0",
        "nein",
        "non",
        "não",
        "nee",
        "нет",
        "falsch",
        "faux",
        "falso",
    ]
)
_NOTHING = frozenset(["", "null", "none", "nil", "n/a", "undefined", "0000-00-00-00:00:00"]) | _NO

_SWITCHES = frozenset(
    "status state visibility moderation-state moderation-status workflow-state workflow-status"
    " review-state publication-status publication-state publish-status publishing-status"
    " published-status article-status content-status entry-status item-status node-status"
    " document-status page-status story-status story-state privacy-status draft-status status-name"
    " status-label status-text lifecycle-state".split()
)
"""Keys whose value is a word, or a number that is 0 or negative if the record is not public."""
_STATUSES = _SWITCHES | frozenset(
    "privacy access access-level acl audience workflow stage statut estado estatus stato situacao"
    " situação статус état etat sichtbarkeit veröffentlichungsstatus visibilité visibilidad"
    " visibilità zichtbaarheid".split()
)
_POST_KEYS = {
    **dict.fromkeys(("post-status", "wp-status", "wp:status", "wp:post-status"), "status"),
    **dict.fromkeys(("post-type", "wp-post-type", "wp:post-type"), "type"),
}
_IF_YES = frozenset(
    "draft is-draft private is-private hidden is-hidden unpublished is-unpublished is-trashed"
    " is-deleted protected is-protected password-protected unlisted is-unlisted embargoed"
    " is-embargoed confidential restricted is-restricted internal is-internal archived is-archived"
    " spam is-spam members-only subscribers-only email-only is-autosave expired is-expired".split()
)
_IF_NO = frozenset(
    "published is-published published-flag publish-flag public is-public publish visible is-visible"
    " approved is-approved active is-active enabled is-enabled veröffentlicht publié publicado"
    " pubblicato gepubliceerd опубликовано".split()
)
_IF_SET = frozenset("deleted trashed deleted-at trashed-at date-deleted unpublished-at".split())
_PASSWORDS = frozenset(
    "password post-password wp-post-password wp:post-password page-password".split()
)
_TYPES = frozenset(
    "comment attachment revision nav-menu-item oembed-cache custom-css customize-changeset"
    " wp-block".split()
)
"""Types that are not an article in any system."""
_OWN_KEYS = frozenset(ARTICLE_KEYS)
_NESTED = (
    "attributes",
    "fields",
    "node",
    "post",
    "article",
    "meta",
    "metadata",
    "system",
    "sys",
    "content",
    "properties",
)
"""Keys under which APIs nest a record's own fields."""
_WAGTAIL = frozenset(["has-unpublished-changes", "first-published-at", "live-revision"])
_OF_POSTS = frozenset(["status", "visibility", "audience"])
"""Keys of systems whose `type` separates posts from pages, such as Ghost and Substack."""
_DRAFTS_OF_SANITY = "drafts."
_OPEN_LEVELS_OF_JOOMLA = frozenset(["", "1", "5", "public", "guest"])
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NEGATIVE = re.compile(r"-\d+")
_MAX_LENGTH = 40


@lru_cache(maxsize=1024)
def word_of(text: str) -> str:
    """Return a status or a key in its plainest spelling.

    `Auto_Draft` and `autoDraft` become `auto-draft`.
    """
    return "-".join(_CAMEL.sub(" ", text).casefold().replace("_", " ").replace("-", " ").split())


def check_post(kind: str, status: str, password: str, options: FormatOptions) -> None:
    """Check that a WordPress post is of a type to read, and is public.

    Raises:
        NoArticle: it is not; the message is the kind under which it is counted.

    """
    kind, status = kind.strip().lower(), status.strip().lower()
    if kind not in options.post_types:
        raise NoArticle(f"type {kind[:_MAX_LENGTH] or 'missing'}")
    if status not in options.post_statuses:
        raise NoArticle(f"status {status[:_MAX_LENGTH] or 'missing'}")
    if password.strip():
        raise NoArticle("password")


def check_feed_status(status: str, options: FormatOptions) -> None:
    """Check that a text, which may be a status, is not a recognised word for a private record.

    Raises:
        NoArticle: it is such a word.

    """
    word = word_of(status[:_MAX_LENGTH])
    if word in _NOT_PUBLIC and word not in options.post_statuses:
        raise NoArticle(f"status {word}")


def check_record(record: Mapping[str, Any], options: FormatOptions) -> None:
    """Check that a JSON record of any system is not marked as not public.

    Raises:
        NoArticle: it is marked; the message is the kind under which it is counted.

    """
    if record.keys() <= _OWN_KEYS:
        return
    # Each field counts, even if another one of the same name is nested in the record.
    pairs = [(word_of(key), value) for key, value in _fields(record) if value is not None]
    for key, value in pairs:
        _check_field(key, value, options)
    fields = dict(reversed(pairs))
    if not _WAGTAIL.isdisjoint(fields) and _plain(fields.get("live")) in _NO:
        raise NoArticle("status unpublished")
    if (
        _plain(fields.get("type")) == "page"
        and not _OF_POSTS.isdisjoint(fields)
        and "page" not in options.post_types
    ):
        raise NoArticle("type page")
    check_title(str(fields.get("title")), str(fields.get("guid") or fields.get("id")))
    if "introtext" in fields and _plain(fields.get("access")) not in _OPEN_LEVELS_OF_JOOMLA:
        raise NoArticle("status restricted")


def with_withdrawal(other: NoArticle, article_id: str) -> NoArticle:
    """Return the error with the id of the article to remove, if the record is not public."""
    kind = str(other)
    return NoArticle(kind, article_id if kind == "password" or kind.startswith("status ") else "")


def _fields(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from record.items()
    for name in _NESTED:
        if isinstance(inner := record.get(name), dict):
            yield from inner.items()


def _check_field(key: str, value: Any, options: FormatOptions) -> None:
    if isinstance(value, str) and len(value) > _MAX_LENGTH:
        check_text(value)
    word = _plain(value)
    if key in _STATUSES:
        _check_status(key, value, options)
    elif key in _POST_KEYS:
        _check_post_field(_POST_KEYS[key], str(_bare(value)).strip().lower(), options)
    elif key in _IF_YES and (word in _YES or word == key):
        raise NoArticle(f"status {key.removeprefix('is-')}")
    elif key in _IF_NO and word in _NO:
        raise NoArticle("status unpublished")
    elif key in _IF_SET and word not in _NOTHING:
        raise NoArticle("status deleted")
    elif key in _PASSWORDS and word not in _NOTHING:
        raise NoArticle("password")
    elif key == "id" and word.startswith(_DRAFTS_OF_SANITY):
        raise NoArticle("status draft")
    elif key == "type" and word in _TYPES:
        raise NoArticle(word if word == "comment" else f"type {word}")


def _check_post_field(field: str, text: str, options: FormatOptions) -> None:
    """Check a field that only WordPress has; values that WordPress does not define are private."""
    allowed = options.post_types if field == "type" else options.post_statuses | _PUBLIC_OF_POSTS
    if text not in allowed:
        raise NoArticle(f"{field} {text[:_MAX_LENGTH] or 'missing'}")


def _check_status(key: str, value: Any, options: FormatOptions) -> None:
    text = str(_bare(value)).strip()[:_MAX_LENGTH]
    if key in _SWITCHES and (text.lower() in _NO or _NEGATIVE.fullmatch(text)):
        raise NoArticle("status unpublished")
    check_feed_status(text, options)


def _plain(value: Any) -> str:
    return word_of(str(_bare(value))[:_MAX_LENGTH])


def _bare(value: Any) -> Any:
    """Return a value without the wrapping that some systems add: "0" for `[{"value": "0"}]`."""
    for _ in range(3):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = next(
                (value[name] for name in ("value", "slug", "name", "id") if name in value), ""
            )
        else:
            break
    return "" if value is None else value
