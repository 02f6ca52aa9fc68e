"""Names nobody could take for real: a place, a word that says "invented", a pair of the sixty-year cycle, a trade.

广州虚构甲辰精密机械有限公司. Within one place no name comes twice.
"""

import re
from collections import Counter
from pathlib import Path
from random import Random

from orgs.calculations.pinyin import pinyin_key

DATA = Path(__file__).resolve().parent / "data"
MARKS = ("示范", "样例", "演示", "虚构")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
PAIRS = tuple(_STEMS[number % 10] + _BRANCHES[number % 12] for number in range(60))
TRADES = tuple((DATA / "trades.txt").read_text(encoding="utf-8").split())
ENDINGS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
SUFFIX = "科学技术协会"
SURNAMES = (
    "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏苏潘葛范彭郎鲁韦马苗方俞任袁柳"
)
_STEP = 9_973  # prime, so that the walk through all combinations meets each once
_COMBINATIONS = len(MARKS) * len(PAIRS) * len(TRADES)
_PARTS = re.compile(
    rf"(?P<place>.+?)(?P<mark>{'|'.join(MARKS)})(?P<pair>[{_STEMS}][{_BRANCHES}])(?P<trade>.+?)"
    rf"(?P<ending>{'|'.join(sorted(set(ENDINGS), key=len, reverse=True))})(?P<suffix>{SUFFIX})?"
)


class NameMaker:
    """Gives out enterprise names, each once within its place."""

    def __init__(self, seed: int) -> None:
        self._start = seed % _COMBINATIONS
        self._given: Counter[str] = Counter()

    def enterprise(self, place: str) -> str:
        """The next name of a place. Raises ValueError when the place has used up all combinations."""
        number = self._given[place]
        self._given[place] += 1
        if number >= _COMBINATIONS:
            raise ValueError(f"no more invented names for {place}")
        index = (self._start + len(place) * 131 + sum(map(ord, place)) + number * _STEP) % _COMBINATIONS
        rest, mark = divmod(index, len(MARKS))
        trade, pair = divmod(rest, len(PAIRS))
        ending = ENDINGS[(index // 7) % len(ENDINGS)]
        return f"{place}{MARKS[mark]}{PAIRS[pair]}{TRADES[trade]}{ending}"


def person(rng: Random) -> str:
    """A person's name nobody has: 陈示例."""
    return rng.choice(SURNAMES) + rng.choice(("示例", "样例", "演示", "虚构"))


class SortKeys:
    """``pinyin_key`` for names of these parts, each part read once: reading whole names takes most of a load's time."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        parts = _PARTS.fullmatch(name)
        if parts is None:
            return pinyin_key(name)
        return "".join(self._part(part) for part in parts.groups() if part)

    def _part(self, part: str) -> str:
        key = self._known.get(part)
        if key is None:
            key = self._known[part] = pinyin_key(part)
        return key
