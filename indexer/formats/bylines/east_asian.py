"""By-lines in Chinese, Japanese and Korean.

Words for reporters and writers come before or after a name, often without a space.
"""

import re

__all__ = ["is_east_asian", "split_east_asian"]

_SCRIPTS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_AROUND = re.compile(r"[【［\[〔（(]([^【】［］\[\]〔〕（）()]+)[】］\]〕）)]")
_BRACKETS_AFTER_NAME = re.compile(r"[（［〔【(\[][^（）［］〔〕【】()\[\]]*[）］〕】)\]]")
_HELPERS = re.compile(
    r"[\s　|｜/／,，、;；]*(?:责任编辑|責任編輯|责编|编辑|編輯|編集|编审|校对|審稿|审核|来源|來源"
    r"|出典|翻訳|翻译|翻譯|イラスト|写真|撮影|摄影|攝影|图|圖|사진|영상)"
    r"\s*[:：=＝/／].*",
    re.DOTALL,
)
"""Words for editors, translators, photographers and sources; no author follows them."""
_REPORTER = (
    r"(?:本报|本報|本刊|本网|本網|特约|特約|实习|實習|见习|見習|首席)*(?:记者|記者|通讯员|通訊員)"
)
_WITH_SIGN = r"(?:取材|構成|文责|文責|文字|文|글|作者|撰文|著者|筆者|執筆|기자|취재|by)"
_ROLE_BEFORE = re.compile(
    rf"\s*(?:{_REPORTER}(?:\s*[:：=＝|/／]\s*|\s+)"
    rf"|{_WITH_SIGN}(?:[・･&＆/／]{_WITH_SIGN})*\s*[:：=＝●◎|/／]\s*|(?:글|撰文|作者)\s+)",
    re.IGNORECASE,
)
_ROLE_AFTER = re.compile(
    r"\s*(?:记者|記者|선임기자|수습기자|인턴기자|객원기자|전문기자|기자|특파원|논설위원|편집위원|特派员|特派員|編集委員|論説委員)$"
    r"|\s+(?:著|訳|監訳|共著|編著?|撰|文|報導|报道)$"
)
_REPORTER_OF_CHINA = re.compile(r"记者|通讯员|記者[:：]|通訊員")
_GIVEN_WITH_SPACE = re.compile(
    r"(?<![\u3400-\u9fff])([\u3400-\u9fff])\s+([\u3400-\u9fff])(?![\u3400-\u9fff])"
)
_CHINESE_NAMES = re.compile(r"[\u3400-\u9fff]{2,4}(?:\s+[\u3400-\u9fff]{2,4})+")
_KOREAN_NAMES = re.compile(r"[\uac00-\ud7af]{2,4}(?:\s*[·・ㆍ,]\s*[\uac00-\ud7af]{2,4})+")
_KOREAN_PLACE = re.compile(r"^[^=＝]{1,8}[=＝]\s*(?=[\uac00-\ud7af])")
_MAX_LENGTH = 200


def is_east_asian(text: str) -> bool:
    """Return whether a text holds Han, kana or Hangul."""
    return _SCRIPTS.search(text) is not None


def split_east_asian(text: str) -> str:
    """Drop the words for reporters and writers, and separate the names with commas.

    `记者 王小明 李雷` becomes `王小明, 李雷`.
    """
    if len(text) > _MAX_LENGTH:
        return text
    text = _HELPERS.sub("", text)
    if match := _AROUND.fullmatch(text.strip()):
        text = match[1]
    of_china = _REPORTER_OF_CHINA.search(text) is not None
    text = _ROLE_BEFORE.sub("", f"{text} ", count=1) if _ROLE_BEFORE.match(f"{text} ") else text
    names = (_name(part) for part in re.split(r"\s*[,，、;；]\s*", text))
    text = ", ".join(filter(None, names))
    if of_china:
        text = _GIVEN_WITH_SPACE.sub(r"\1\2", text)
        if _CHINESE_NAMES.fullmatch(text):
            return ", ".join(text.split())
    if _KOREAN_NAMES.fullmatch(text):
        return re.sub(r"\s*[·・ㆍ]\s*", ", ", text)
    return text


def _name(text: str) -> str:
    text = _KOREAN_PLACE.sub("", text.strip())
    text = re.sub(r"\s*\S+@\S+\s*$", "", text)
    bare = _BRACKETS_AFTER_NAME.sub("", text).strip() or text
    return _ROLE_AFTER.sub("", bare).strip()
