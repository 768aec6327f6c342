"""Names whose first word may be the family name: Chinese, Korean, Vietnamese and Hungarian."""

import re

__all__ = ["may_begin_with_family_name"]

_LANGUAGES = frozenset("hu ja km ko mn vi zh yue wuu nan".split())
"""Languages of articles that write the family name first."""
_FAMILY_NAMES = frozenset(
    # Chinese, in the romanisations of the mainland, Taiwan, Hong Kong and Singapore.
    "Bai Cai Cao Chan Chang Chen Cheng Cheung Chiang Chow Cui Dai Deng Ding Dong Duan Fang Fan Feng"
    " Fu Gao Gong Gu Guo Han Hao He Hong Hou Hsieh Hsu Hu Huang Jia Jiang Jin Kong Kwok Lam Lau Lei"
    " Leung Li Liang Liao Lim Lin Liu Lu Luo Lü Ma Mao Meng Ng Pan Peng Qian Qin Qiu Ren Shao Shen"
    " Shi Song Su Sun Tan Tang Tao Tian Tsai Tsang Wan Wang Wei Wen Wong Wu Xi Xia Xiang Xiao Xie"
    " Xiong Xu Xue Yan Yang Yao Ye Yin Yu Yuan Zeng Zhang Zhao Zheng Zhong Zhou Zhu Zou"
    # Korean.
    " Ahn Ban Bae Cho Choe Choi Chung Hwang Jang Jeon Jeong Jung Kang Kim Ko Kwon Lee Moon Noh Oh"
    " Park Rhee Roh Seo Shin Yoon Yun"
    # Vietnamese.
    " Bui Cao Dang Dinh Duong Hoang Huynh Ngo Nguyen Pham Phan Tran Trinh Truong Vo Vu"
    # Hungarian names that are not given names.
    " Balogh Fehér Fekete Gulyás Hegedűs Horváth Juhász Kiss Kovács Lakatos Magyar Mészáros Molnár"
    " Nagy Németh Oláh Orbán Papp Pintér Rácz Szabó Szalai Szilágyi Szűcs Szijjártó Takács Tóth"
    " Török Varga".split()
)
_VIETNAMESE_LETTER = re.compile(r"[ơưƠƯ\u1ea0-\u1ef9]")
_TWO_SYLLABLES = re.compile(r"[^\W\d_]+-[^\W\d_]+")


def may_begin_with_family_name(words: list[str], language: str) -> bool:
    """Return whether the order of a name's words is in doubt.

    The language is that of the article, whose editors may or may not have turned names round.
    """
    first, last = words[0], words[-1]
    return (
        language.partition("-")[0] in _LANGUAGES
        or first in _FAMILY_NAMES
        or any(map(_VIETNAMESE_LETTER.search, words))
        # `Chung-hee` is a given name, `Smith-Jones` is not.
        or (_TWO_SYLLABLES.fullmatch(last) is not None and last.partition("-")[2].islower())
    )
