"""Placeholder until the real module is merged."""


def is_korean(word: str) -> bool:
    return False


def index_stems(word: str) -> tuple[tuple[int, int, str], ...]:
    return ()


def query_stems(word: str) -> tuple[tuple[str, ...], ...]:
    return ((word,),)
