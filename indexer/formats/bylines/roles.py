"""Roles and outlets in by-lines, such as `Senior Reporter` and `Harbour Gazette`."""

import re
from collections.abc import Iterable

from indexer.formats.bylines.clutter import is_capital

__all__ = ["is_organisation", "is_outlet", "is_role", "may_hold_more_than_names", "without_role"]

_ROLES = frozenset(
    "reporter reporters correspondent correspondents editor editors writer writers columnist"
    " columnists contributor contributors journalist journalists producer analyst photographer"
    " blogger critic commentator author anchor presenter researcher fellow professor lecturer"
    " director redakteur redakteurin korrespondent korrespondentin reporterin autor autorin"
    " journalistin volontär volontärin chefredakteur chefredakteurin ressortleiter ressortleiterin"
    " journaliste correspondant correspondante rédacteur rédactrice envoyé envoyée redactor"
    " redactora corresponsal periodista giornalista inviato corrispondente redattore redattrice"
    " redacteur redactrice verslaggever correspondente jornalista repórter redaktör journalisten"
    " kommentator redaktor dziennikarz dziennikarka korespondent muhabir muhabiri editör redaktør"
    " toimittaja журналист корреспондент обозреватель редактор".split()
)
_COMPOUND_ROLES = (
    "redakteur", "redakteurin", "korrespondent", "korrespondentin", "reporter", "reporterin",
    "journalist", "journalistin", "writer", "editor",
)  # fmt: skip
_KINDS = frozenset(
    "senior junior chief deputy assistant associate staff political politics foreign diplomatic"
    " defence defense economics economy business health science sport sports education environment"
    " environmental technology tech crime home world news city local national international special"
    " features feature arts culture religion legal investigations investigative data digital"
    " audience contributing freelance guest opinion managing executive transport european asia"
    " africa royal showbiz travel food money consumer social entertainment weather energy climate"
    " parliamentary westminster washington bureau night weekend acting former group online video"
    " photo picture finance financial personal property motoring security military industrial"
    " labour labor community housing justice court general assignment editorial web breaking"
    " multimedia metro state wire east west middle north south central america american us uk eu"
    " affairs lead principal co freier freie".split()
)
"""Words that may precede a role."""
_AFTER_ROLE = frozenset(
    "of for at in on and & to the a an from with de du des della del da von bei für em en".split()
)
_ALONE = frozenset("staff intern freelancer volunteer editor-in-chief".split())
_SURE_OUTLETS = frozenset(
    "gazette times tribune chronicle examiner journal newspaper newspapers daily telegraph news"
    " observer sentinel dispatch enquirer inquirer weekly magazine review bulletin register ledger"
    " independent echo argus advertiser broadcasting radio television tv media online zeitung"
    " anzeiger tageblatt nachrichten rundschau zeitschrift".split()
)
_OUTLETS = _SURE_OUTLETS | frozenset(
    "post herald mail press wire guardian mirror express record courier kurier presse".split()
)
"""The words above and those that are surnames as well."""
_ORGANISATION = (
    frozenset(
        "centre center committee council institute foundation association society union university"
        " department ministry office bureau commission board network team project initiative"
        " authority trust federation league party coalition alliance organisation organization"
        " observatory watch forum fund college school academy laboratory company corporation inc"
        " ltd llc campaign movement executive administration service services group agency staff"
        " friends physicians doctors lawyers reporters workers students voices collective"
        " partnership congress parliament government police church".split()
    )
    | _OUTLETS
)
_OF_OUTLETS = frozenset("the daily sunday evening morning weekly".split())
_MIN_OUTLET_LENGTH = 2
_MIN_WITH_ROLE_LENGTH = 3
_MAX_LENGTH = 300
_BEFORE_OUTLET = re.compile(r",?\s+(?:for|of|at|from)\s+(?:[Tt]he\s+)?(?=[^\W\d_a-z])")
_THE = re.compile(r"\bThe\s")
_IN_PLACE = re.compile(r",?\s+in\s+(?=[^\W\d_a-z])[^,;&]*$")
_AGENCY = re.compile(
    r"\s+(?:AP|AFP|PA|UPI|dpa|CNN|NPR|CBC|Reuters|Bloomberg|(?:The )?Associated Press"
    r"|Press Association|BBC(?: News)?|Agence France-Presse"
    r"|Deutsche Presse-Agentur)$"
)


_NOT_ONLY_NAMES = (
    _ROLES
    | _ALONE
    | _ORGANISATION
    | frozenset("in for of at from ap afp pa upi dpa cnn bbc npr cbc reuters bloomberg".split())
)
_COMPOUND_ENDINGS = (
    "redakteur",
    "korrespondent",
    "reporter",
    "journalist",
    "writer",
    "editor",
    "france-presse",
    "presse-agentur",
)


def may_hold_more_than_names(folded: str, words: Iterable[str]) -> bool:
    """Return whether a folded by-line may hold more than names of persons.

    This cheap test saves most by-lines the expensive ones.
    """
    return not _NOT_ONLY_NAMES.isdisjoint(words) or any(
        part in folded for part in _COMPOUND_ENDINGS
    )


def is_organisation(text: str) -> bool:
    """Return whether a name holds a word that no person's name has."""
    return any(word.strip(".,()").casefold() in _ORGANISATION for word in text.split())


def is_outlet(text: str) -> bool:
    """Return whether a text is the name of a newspaper or the like, such as `Harbour Gazette`."""
    words = text.split()
    if (
        len(words) < _MIN_OUTLET_LENGTH
        or not all(map(is_capital, words))
        or _AGENCY.search(f" {text}")
    ):
        return False
    last = words[-1].casefold()
    return last in _SURE_OUTLETS or (
        last in _OUTLETS and (len(words) > _MIN_OUTLET_LENGTH or words[0].casefold() in _OF_OUTLETS)
    )


def is_role(text: str) -> bool:
    """Return whether a text is a role, such as `Senior Reporter` or `editor of the Gazette`."""
    words = _folded(text)
    if text.casefold() in _ALONE:
        return True
    position = next((position for position, word in enumerate(words) if _names_role(word)), None)
    if position is None:
        return False
    after = words[position + 1 : position + 2]
    return position == len(words) - 1 or (
        bool(after) and (after[0] in _AFTER_ROLE or _names_role(after[0]))
    )


def without_role(text: str) -> str:
    """Drop a role, a place or an outlet before or after a name of two words or more."""
    if text.count(" ") < _MIN_WITH_ROLE_LENGTH - 1 or len(text) > _MAX_LENGTH:
        return text
    text = _without_place(text)
    words, folded = text.split(), _folded(text)
    position = next((position for position, word in enumerate(folded) if _names_role(word)), None)
    if position is None:
        return _without_outlet(text)
    start = position
    while start and folded[start - 1] in _KINDS:
        start -= 1
    name, rest = " ".join(words[:start]).rstrip(" ,"), words[position + 1 :]
    if (
        len(rest) > 1
        and all(map(is_capital, rest))
        and not folded[position].endswith("s")
        and (not name or is_outlet(name))
    ):
        return " ".join(rest)
    if " " in name and is_capital(words[start - 1]) and not is_organisation(name):
        return _without_outlet(name)
    return text


def _folded(text: str) -> list[str]:
    return [word.strip(".,:;()").casefold() for word in text.split()]


def _names_role(word: str) -> bool:
    return (
        word in _ROLES
        or ("-" in word and word.rpartition("-")[2] in _ROLES)
        or word.endswith(_COMPOUND_ROLES)
    )


def _without_place(text: str) -> str:
    """Drop `in Lima` or `for the Gazette` after a name."""
    for pattern in (_IN_PLACE, _BEFORE_OUTLET):
        match = pattern.search(text)
        if match is None:
            continue
        name, after = text[: match.start()], text[match.end() :]
        known = (
            pattern is _IN_PLACE
            or _THE.search(match[0])
            or is_outlet(f"The {after}")
            or _AGENCY.search(f" {after}")
        )
        if known and " " in name and not is_organisation(name):
            return name
    return text


def _without_outlet(text: str) -> str:
    """Drop an outlet in capitals, or an agency, from the end of `Ana Roy HARBOUR GAZETTE`."""
    if match := _AGENCY.search(text):
        name = text[: match.start()]
        if " " in name and all(map(is_capital, name.split())) and not is_organisation(name):
            return name
    words = text.split()
    if words[-1].isupper() and words[-1].casefold() in _OUTLETS and not text.isupper():
        start = len(words)
        while words[start - 1].isupper():
            start -= 1
        if start > 1:
            return " ".join(words[:start])
    return text
