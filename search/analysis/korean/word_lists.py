"""Word lists of Korean: particles, verbal endings, affixes and exceptions.

The particles have a form after a vowel and one after a consonant, as every grammar of Korean lists
them. The lists are our own; a native speaker has not reviewed them yet.
"""

import re
from enum import Enum, auto

__all__ = [
    "CLEAR_BEFORE_PARTICLE",
    "ENDS_LIKE_NOUN",
    "INDEX_ONLY",
    "LIKE_PARTICLE",
    "LONGEST_ENDING",
    "PARTICLES",
    "PREFIXES",
    "SHORT_NOUNS",
    "SUFFIXES",
    "VERB",
    "VERB_SYLLABLES",
    "WHOLE",
    "After",
]

LONGEST_ENDING = 6
"""Syllables of the longest stack of particles or verbal ending."""


class After(Enum):
    """The sounds after which a form of a particle may be."""

    ANY = auto()
    CONSONANT = auto()
    VOWEL = auto()
    CONSONANT_BUT_RIEUL = auto()
    VOWEL_OR_RIEUL = auto()


_DIRECTION = "서 서는 서도 서의 써 는 도 만 의 부터 부터는 부터도 부터의 까지"
_PAST = "다 던 고 으며 지만 으나 는데 습니다"
# Forms of particles, each followed by the endings that may be stacked on it.
_FORMS: tuple[tuple[After, str, str], ...] = (
    # Subject, object, topic; "and", "or", "with".
    (After.CONSONANT, "이 은 을 이나 이나마 이랑 이든 이든지 이야 이야말로", ""),
    (After.VOWEL, "가 는 를 나 나마 랑 든지 야말로", ""),
    (After.CONSONANT, "과", "는 도 의 만"),
    (After.VOWEL, "와", "는 도 의 만"),
    # Possession, places, persons, directions.
    (After.ANY, "의", ""),
    (After.ANY, "에", "는 도 만 의 까지 만큼은 선"),
    (After.ANY, "에서", "는 도 만 의 부터 까지 조차 처럼 보다 뿐"),
    (After.ANY, "에게 한테", "는 도 만 서 서는 서도 까지 로"),
    (After.ANY, "께 께서", "는 도 만"),
    (After.CONSONANT_BUT_RIEUL, "으로", _DIRECTION),
    (After.VOWEL_OR_RIEUL, "로", _DIRECTION),
    # Extent, comparison, emphasis.
    (After.ANY, "도 하고 밖에 마저 조차 커녕 같이 치고 더러", ""),
    (After.ANY, "만", "은 이 을 의 도 으로 으로는 으로도 에 이라도"),
    (After.ANY, "까지", "는 도 만 만은 의 가 를 로 라도"),
    (After.ANY, "부터", "는 도 의 가 라도"),
    (After.ANY, "보다", "는 도 더"),
    (After.ANY, "처럼 만큼", "은 도 만 의 이나"),
    (After.ANY, "마다", "의 도"),
    (After.ANY, "대로", "는 의 라면"),
    (After.ANY, "뿐", "만 이다 인 이었다 이라고 이라는 이지"),
    # Quotation and the copula 이다 "be".
    (After.CONSONANT, "이라", "고 는 며 면 면서 도 서 서도 면서도"),
    (After.VOWEL, "라고 라는 라며 라면 라면서 라도 라서", ""),
    (
        After.CONSONANT,
        "이란 이며 이고 이자 이지만 이지 이니 이므로 이기 이기도 이기에 이면 이어서",
        "",
    ),
    (After.CONSONANT, "이다 이던 이에요", ""),
    (After.VOWEL, "란 며 자 지만 이자 므로 이기도 이기에 다 예요", ""),
    (After.CONSONANT, "이었", _PAST),
    (After.VOWEL, "였", _PAST),
    (After.ANY, "인 인데 인지 입니다 입니까 이라던", ""),
)
PARTICLES = {
    form + ending: after
    for after, forms, endings in _FORMS
    for form in forms.split()
    for ending in ("", *endings.split())
}
"""Particles and their stacks, such as `에서도`."""

INDEX_ONLY = frozenset("인다자며란뿐")
"""Particles that are as often the end of a noun (`외국인`, "foreigner").

They are kept in what is typed: there the longer word is meant.
"""
ENDS_LIKE_NOUN = ("지만", "대로")
"""Particles whose first syllable is as often the last of the noun: `아버지만`, `청와대로`."""

VERB_SYLLABLES = frozenset("하했한할함합해되됐된될됨됩돼시당")
VERB = re.compile(
    r"""(?:
      (?: 하 | 되 | 시키 | 당하 )
        (?: 는 [데지가]? | 고 | 며 | 면 (?: 서도? )? | 지 (?: 만 | 도 | 는 )? | 던 | 게
          | 기 [로도에를가는]? | 려 [고는던면]? | 도록 | 자 [는고]? | 거나 | 니 | 므로
          | 라 [고는며]? | 다가? | 여 [서야]? | 더라도 | 느라 )
    | (?: 했 | 됐 | 하였 | 되었 | 시켰 | 당했 )
        (?: 다 [고는며가]? | 고 | 으 [며나면니] | 던 | 지만 | 는데 | 는지 | 기 | 을
          | 음 [을이]? | 어야 | 더니 | 었다 | 느냐는? | 습니다 )
    | (?: 한 | 된 | 시킨 | 당한 ) (?: 다 [고는며면]? | 데 | 지 )?
    | (?: 할 | 될 | 시킬 | 당할 ) (?: 지도? | 까 | 수록 | 만 )?
    | (?: 함 | 됨 ) (?: 으로써? | 에도? | [을은과이] )
    | (?: 해 | 돼 | 되어 | 하여 | 시켜 | 당해 )
        (?: 서는? | 야만? | 도 | 왔다 | 온다? | 오 [던고] | 졌다 | 져 | 진다? | 지는 | 라
          | 달라고? | 준다? | 줬다 | 주 [는고] )?
    | (?: 합 | 됩 ) (?: 니다 | 니까 )
    )""",
    re.VERBOSE,
)
"""Inflected verbs glued to nouns: 하다 "do", 되다 "become", 시키다 "cause", 당하다 "suffer"."""

SHORT_NOUNS = frozenset(
    "간감값강개게곡골곰곳공구군굴귀균귤극글금길김껌꽃꿈끝날남납낮뇌눈달닭당댐독돈돌동둑뒤"
    "땀땅때떡뜻만말면명몸무문물밑밖발밤밥방배뱀벌법벽별병봄북불붐비빚빛빵뼈산상새서섬소속"
    "손쇠술숲승시신쌀씨안암앞앱약양역연열옆옷왕원위읍일입잎재절죄주죽줄쥐집차창책철총춤칼"
    "컴컵코콩탄톤팀파팬펜폐표풀품피항해핵활흙힘"
)
"""Frequent nouns of one syllable: only these are found as such under a particle."""

LIKE_PARTICLE = frozenset(
    """
    회의 논의 합의 협의 결의 정의 주의 항의 동의 건의 강의 문의 심의 질의 발의 편의 명의 호의 창의
    열의 임의 고의 상의 예의 유의 경의 모의 개의 적의 선의 악의 성의 대의 토의 제의 사의 불의 제도
    지도 정도 속도 온도 보도 태도 고도 주도 시도 의도 강도 수도 인도 차도 약도 각도 밀도 농도 철도
    군도 반도 유도 파도 기도 포도 효도 용도 국도 궤도 구도 검도 빈도 한도 습도 독도 매도 양도 선도
    편도 부도 위도 경도 안도 연도 열도 역도 탄도 죽도 차로 해로 벌이 풀이 안이 도로 경로 진로 통로
    항로 활로 선로 판로 가로 세로 피로 위로 폭로 근로 과로 원로 회로 미로 기로 육로 종로 새로 바로
    서로 별로 주로 때로 날로 절로 홀로 실로 국가 작가 평가 증가 물가 참가 주가 대가 유가 고가 휴가
    추가 허가 여가 시가 부가 자가 화가 원가 단가 정가 저가 결과 성과 효과 학과 통과 경과 사과 부과
    초과 안과 전과 방과 공과 사이 차이 아이 나이 길이 높이 놀이 종이 먹이 깊이 넓이 구이 같이 많이
    하나 만나 대만 불만 비만 자만 오만 기만 방만 낭만 개인 주인 상인 노인 시인 법인 군인 신인 원인
    확인 승인 신도 사랑 자랑 신랑 검은 소란 논란 피란
    """.split()
)
"""Nouns of two syllables that end like a particle."""

CLEAR_BEFORE_PARTICLE = frozenset("위원회 협의회 연합회 청문회 토론회 공청회 의사회 박람회".split())
"""Nouns that, with a particle, end like a word of `LIKE_PARTICLE`: `위원회의` has no `회의`."""

WHOLE = frozenset(
    """
    어린이 젊은이 늙은이 고양이 호랑이 경기도 강화도 황해도 인지도 정신과 아리랑 부동산 의사당
    소방관 자동차 대통령 운동화 잠수함 구축함 서비스 을지로 세종로 인도네시아 나이지리아 아이슬란드
    이탈리아 불가리아 알바니아 인도차이나 이스라엘 아르헨티나 우크라이나 스리랑카 오스트레일리아
    오스트리아 말레이시아 베네수엘라 캘리포니아 에티오피아 코스타리카 싱가포르 아프가니스탄
    방글라데시 아이디어 인터넷 텔레비전 컴퓨터 아이돌 아르바이트 오토바이 트라우마
    """.split()
)
"""Nouns that are not taken apart: a shorter word in them has another meaning."""

SUFFIXES = frozenset(
    "가간값과관구국군권금급기길난내단당대도량력론료류률망물발법별병복부비사산상생서석선설"
    "성세소시식실심안업역열영왕외용원위율음인일자장적전점제죄중증지직진집차책처청촌측층팀"
    "품풍학항해행형호화회후"
)
PREFIXES = frozenset("각고구급남당대동명무반본부북불비서신역재저전정준중초총최친타탈")
"""Sino-Korean affixes of one syllable that are glued to words of two or more."""
