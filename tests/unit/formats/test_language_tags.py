"""Languages that sources name, and languages derived from a script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.formats.record.language_tags import language_tag
from indexer.formats.record.script_language import language_by_script

TAGS = [
    ("en", "en"), ("pt-br", "pt-BR"), ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419"), ("ca-valencia", "ca-valencia"),
    ("zh-cmn-hans", "zh-cmn-Hans"), ("de-at-u-co-phonebk", "de-AT-u-co-phonebk"), ("und", "und"), ("fil", "fil"),
    ("en_US", "en-US"), ("EN-us", "en-US"), (" fr ", "fr"), ("fr-", "fr"), ("de-de_DE", "de-DE"), ("en-en", "en"),
    ("en-US,en", "en-US"), ("en;q=0.8", "en"), ("en fr", "en"), ("pt_BR.UTF-8", "pt-BR"), ("ja_JP.eucJP", "ja-JP"),
    ("sr@latin", "sr"), ("en–GB", "en-GB"), ("en-UK", "en-GB"), ("de_DE_formal", "de-DE"), ("zh-CHS", "zh-Hans"),
    ("deu", "de"), ("iw", "he"), ("jp", "ja"), ("English", "en"), ("ENGLISH (US)", "en"), ("Français", "fr"),
    ("Deutsch (Österreich)", "de"), ("日本語", "ja"), ("Brazilian Portuguese", "pt-BR"),
    ("elvish", ""), ("xx", ""), ("xx-klingon", ""), ("i-klingon", ""), ("x-default", ""), ("n/a", ""), ("all", ""),
    ("none", ""), ("C", ""), ("", ""), ("*", ""), ("12", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tag"), TAGS)
def test_a_language_is_read_as_it_was_meant(text: str, tag: str) -> None:
    """Valid tags keep their subtags, mistakes are corrected, and other texts are no language."""
    assert language_tag(text) == tag


@given(st.text(max_size=40))
def test_any_text_may_be_given_as_a_language(text: str) -> None:
    """A tag stays the same when it is read again."""
    tag = language_tag(text)
    assert language_tag(tag) == tag


SCRIPTS = [
    ("港の工事が始まる", "en", "ja"), ("港口工程开始", "en", "zh"), ("항구 공사가 시작된다", "en", "ko"), ("بدأت أعمال الميناء", "en", "ar"),
    ("کارهای بندر گسترش پیدا کرد", "en", "fa"), ("بندرگاہ کا کام شروع ہوا ہے", "en", "ur"), ("העבודות בנמל החלו", "en", "he"),
    ("Τα έργα στο λιμάνι", "en", "el"), ("งานท่าเรือเริ่มขึ้น", "en", "th"), ("Работы в порту начались, и это объявили", "en", "ru"),
    ("Роботи в порту почалися, її чекали", "en", "uk"), ("Работата на порта", "en", "und"), ("बंदरगाह का काम", "en", "und"),
    ("Работата на порта", "bg", ""), ("港口工程开始", "zh-Hant", ""), ("港口", "ja", ""),
    ("The word 港 in a sentence", "en", ""), ("Les œuvres du port", "en", ""), ("", "en", ""), ("1234 …", "en", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "setting", "language"), SCRIPTS)
def test_the_script_determines_the_language(text: str, setting: str, language: str) -> None:
    """A text in another script than the setting's language does not get that language.

    Where scripts are shared, the setting holds.
    """
    assert language_by_script(text, setting) == language
