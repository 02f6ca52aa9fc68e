"""Names nobody could take for real: a place, a word that says "invented", a pair of the sixty-year cycle, a trade.

广州虚构甲辰精密机械有限公司. Within one place no name comes twice.
"""

import re
from collections import Counter
from random import Random

from orgs.calculations.pinyin import pinyin_key

MARKS = ("示范", "样例", "演示", "虚构")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
PAIRS = tuple(_STEMS[number % 10] + _BRANCHES[number % 12] for number in range(60))
TRADES = tuple(
    [
        "精密机械",
        "电子科技",
        "生物医药",
        "新材料",
        "化工",
        "纺织",
        "食品",
        "汽车部件",
        "通信设备",
        "软件",
        "光电",
        "环保设备",
        "电力设备",
        "医疗器械",
        "建材",
        "家具",
        "服装",
        "包装印刷",
        "农业科技",
        "种业",
        "饲料",
        "乳业",
        "酿造",
        "茶业",
        "制药",
        "中药饮片",
        "橡塑",
        "涂料",
        "玻璃",
        "陶瓷",
        "钢构",
        "铝业",
        "铜业",
        "锻造",
        "铸造",
        "模具",
        "轴承",
        "阀门",
        "泵业",
        "电机",
        "电缆",
        "仪器仪表",
        "自动化",
        "机器人",
        "数控机床",
        "工程机械",
        "矿山机械",
        "农机",
        "船舶配件",
        "轨道装备",
        "航空部件",
        "新能源",
        "光伏",
        "风电设备",
        "储能",
        "锂电池",
        "节能科技",
        "水处理",
        "固废利用",
        "信息技术",
        "物联网",
        "云计算",
        "集成电路",
        "半导体",
        "显示器件",
        "传感器",
        "激光",
        "测绘仪器",
        "检测技术",
        "勘察设计",
        "工程咨询",
        "动漫",
        "数字出版",
        "印染",
        "皮革",
        "制鞋",
        "玩具",
        "五金",
        "厨具",
        "卫浴",
        "照明",
        "家电",
        "日化",
        "造纸",
        "木业",
        "竹业",
        "石材",
        "水泥",
        "粮油",
        "果蔬加工",
        "水产加工",
        "肉制品",
        "调味品",
        "饮料",
        "煤化工",
        "石油装备",
        "特种气体",
        "精细化工",
        "粉末冶金",
        "磁性材料",
        "碳纤维",
        "复合材料",
        "稀土材料",
        "生物育种",
        "兽药",
        "疫苗",
        "诊断试剂",
    ]
)
ENDINGS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
SUFFIX = "科学技术协会"
SURNAMES = (
    "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏苏潘葛范彭郎鲁韦马苗方俞任袁柳"
)
_STEP = 7_919  # prime, so that the walk through all combinations meets each once
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
