"""Names of enterprises and parks: the form to store, the key to compare by, and how alike two names are.

Rules and worked tables: docs/algorithms/names.md.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from orgs.calculations.pinyin import pinyin_key

# Two names at least this alike (0–100) are shown as a probable duplicate before saving. At 70 one changed character in
# a core of five or more, at its end, still shows; two firms that share only their trade do not.
DUPLICATE_THRESHOLD = 70

_CHINESE = r"\u3400-\u4dbf\u4e00-\u9fff\u3007"
_OPENING = "([{〔【〖﹙﹝「『"
_CLOSING = ")]}〕】〗﹚﹞」』"
_BRACKETS = str.maketrans(_OPENING + _CLOSING, "（" * len(_OPENING) + "）" * len(_CLOSING))
_MIDDLE_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅", "·"))
_SPACE_BESIDE_CHINESE = re.compile(rf"(?<=[{_CHINESE}（）·])\s+|\s+(?=[{_CHINESE}（）·])")

_MUNICIPALITIES = ("北京", "天津", "上海", "重庆")
_PROVINCES = (
    *("河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东"),
    *("河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海"),
)
_AUTONOMOUS = {"内蒙古": "", "广西": "壮族", "西藏": "", "宁夏": "回族", "新疆": "维吾尔"}
_PROVINCE = re.compile(
    "|".join(
        [f"({name})市?" for name in _MUNICIPALITIES]
        # 吉林市 and 海南州 are places below a province, not the province.
        + [f"({name})(?:省|(?![市州]))" for name in _PROVINCES]
        + [f"({name})(?:{people}自治区)?" for name, people in _AUTONOMOUS.items()]
    )
)
# A place ends in 市, 区, 县 …, unless that character begins a word of trade (市政, 区块链) or ends one (城市, 园区).
_PLACE = re.compile(
    r"([\u4e00-\u9fff]{2,8}?(?:自治州|自治县|自治旗)|[\u4e00-\u9fff]{2,4}?(?:市(?![政场民容])|区(?![块域间])|县(?!域)|旗(?![舰帜])))"
)
_NOT_PLACES = ("城市", "都市", "超市", "门市", "园区", "社区", "小区", "片区", "景区", "校区", "厂区", "地区")
_PLACE_ENDS = frozenset("州县旗市区")
_COMPANY = ("有限公司", "总公司", "公司")
_BRANCH = ("分公司", "子公司")
_OTHER_ENDINGS = ("集团", "总厂", "厂")
_MINIMUM_CORE = 2
_MINIMUM_READ_ALIKE = 4


def clean_name(name: str) -> str:
    """The name as stored: plain letters and digits, brackets as （）, spaces only between Latin words."""
    plain = unicodedata.normalize("NFKC", name)
    if plain.isalnum():  # as most names are: nothing below would change it
        return plain
    plain = plain.translate(_BRACKETS).translate(_MIDDLE_DOTS)
    if plain.isprintable():  # nothing of the kinds that go, and no space but the plain one
        visible = plain
    else:
        visible = "".join(
            character
            for character in plain
            if character.isspace() or unicodedata.category(character)[0] != "C"
        )
    return _SPACE_BESIDE_CHINESE.sub("", " ".join(visible.split()))


def normalize_enterprise_name(name: str) -> str:
    """The comparison key: equal keys mean the same name written differently. Empty when nothing can be compared.

    Plain forms, capital letters, no spaces, brackets or punctuation, and 有限责任公司 as 有限公司.
    """
    plain = unicodedata.normalize("NFKC", name).upper()
    if not plain.isalnum():
        plain = "".join(filter(str.isalnum, plain))
    return plain.replace("有限责任公司", "有限公司")


@dataclass(frozen=True)
class NameParts:
    """A comparison key taken apart.

    ``places`` maps the kind of place the name begins with ("province", "市", "区", …) to the place; ``core`` is what is
    left without places and the general ending (有限公司, 集团, 厂 …), never shorter than two characters unless the key is.
    """

    places: dict[str, str]
    core: str


class NameSplitter:
    """Takes names apart; ``region_names`` are further names to strip from the front, such as 广州 beside 广州市."""

    def __init__(self, region_names: Collection[str] = ()) -> None:
        keys = {normalize_enterprise_name(region) for region in region_names} - {""}
        self._regions = tuple(sorted(keys, key=len, reverse=True))

    def split(self, key: str) -> NameParts:
        """The parts of a comparison key."""
        places: dict[str, str] = {}
        rest = key
        if province := _PROVINCE.match(rest):
            places["province"] = next(group for group in province.groups() if group)
            rest = rest[province.end() :]
        while True:
            region = (
                next(filter(rest.startswith, self._regions), "") if rest.startswith(self._regions) else ""
            )
            place = None if _PLACE_ENDS.isdisjoint(rest) else _PLACE.match(rest)
            if not region and (place is None or place[1].endswith(_NOT_PLACES)):
                break
            if place is not None and len(place[1]) >= len(region) and not place[1].endswith(_NOT_PLACES):
                places.setdefault(place[1][-1], place[1])
                region = place[1]
            rest = rest[len(region) :]
        core = _without_ending(rest)
        if len(core) < _MINIMUM_CORE:
            # The whole name is a place or an ending: then that is what distinguishes it.
            return NameParts({}, _without_ending(key) or key)
        return NameParts(places, core)


def _without_ending(text: str) -> str:
    """The text without 集团股份有限公司, 总公司, 厂 and the like; a 分公司 or 子公司 keeps its own."""
    for ending in _COMPANY:
        if text.endswith(ending) and not text.endswith(_BRANCH):
            return text.removesuffix(ending).removesuffix("股份").removesuffix("集团")
    for ending in _OTHER_ENDINGS:
        if text.endswith(ending):
            return text.removesuffix(ending)
    return text


def split_name(name: str, *, region_names: Collection[str] = ()) -> NameParts:
    """Take a name apart. ``region_names`` are further names to strip from the front, such as 广州 beside 广州市."""
    return NameSplitter(region_names).split(normalize_enterprise_name(name))


def name_similarity(a: str, b: str, *, region_names: Collection[str] = ()) -> int:
    """How alike two names are, 0 to 100: Dice's coefficient of the character pairs of their cores, rounded down.

    Equal keys give 100. Names without anything to compare give 0.
    """
    key_a, key_b = normalize_enterprise_name(a), normalize_enterprise_name(b)
    if not key_a or not key_b:
        return 0
    if key_a == key_b:
        return 100
    return _dice(*_cores(split_name(a, region_names=region_names), split_name(b, region_names=region_names)))


def is_probable_duplicate(a: str, b: str, *, region_names: Collection[str] = ()) -> bool:
    """Whether to show one name as a look-alike of the other before saving.

    Names placed in two different provinces, cities or counties are not. Others are, when they are at least
    ``DUPLICATE_THRESHOLD`` alike with some character of the first two of the cores in common (the firm's own name stands
    there, the trade after it), or when cores of at least four characters are read the same (精密 typed as 精蜜).
    """
    splitter = NameSplitter(region_names)
    key_a, key_b = normalize_enterprise_name(a), normalize_enterprise_name(b)
    return are_probably_same(splitter.split(key_a), splitter.split(key_b), same_key=key_a == key_b)


def are_probably_same(a: NameParts, b: NameParts, *, same_key: bool) -> bool:
    """``is_probable_duplicate`` of names already taken apart; ``same_key``: whether their comparison keys are equal."""
    if any(b.places.get(kind, place) != place for kind, place in a.places.items()):
        return False
    core_a, core_b = _cores(a, b)
    if not set(core_a[:2]).isdisjoint(core_b[:2]) and (
        same_key or _dice(core_a, core_b) >= DUPLICATE_THRESHOLD
    ):
        return True
    if len(core_a) != len(core_b) or len(core_a) < _MINIMUM_READ_ALIKE:
        return False
    return core_a == core_b or pinyin_key(core_a) == pinyin_key(core_b)


def _cores(a: NameParts, b: NameParts) -> tuple[str, str]:
    """Both cores, with a place one name writes in full (广州市) also taken off where the other writes it short (广州)."""
    return _without_short_places(a.core, b.places), _without_short_places(b.core, a.places)


def _without_short_places(core: str, places: dict[str, str]) -> str:
    for kind, place in places.items():
        short = place if kind == "province" else place[:-1]
        if core.startswith(short) and len(core) - len(short) >= _MINIMUM_CORE:
            core = core[len(short) :]
    return core


def _dice(a: str, b: str) -> int:
    """Twice the common character pairs over all pairs, in hundredths rounded down; pairs count as often as they occur."""
    if a == b:
        return 100
    pairs_a, pairs_b = _pairs(a), _pairs(b)
    total = pairs_a.total() + pairs_b.total()
    return 200 * (pairs_a & pairs_b).total() // total if total else 0


def _pairs(text: str) -> Counter[str]:
    """The neighbouring pairs of characters, with their number."""
    return Counter(text[place : place + 2] for place in range(len(text) - 1))
