"""Kept answers: made once, and few of them."""

from web.kept_answers import KeptAnswers


def test_an_answer_is_made_once_until_others_replace_it() -> None:
    """Names of hosts are the clients' choice, so their answers must not fill the memory."""
    made: list[str] = []
    answers = KeptAnswers[str](2)

    def ask(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key

        return answers.get(key, make)

    assert [ask(key) for key in ("a", "b", "a", "c", "a", "b")] == ["a", "b", "a", "c", "a", "b"]
    assert made == ["a", "b", "c", "b"]
