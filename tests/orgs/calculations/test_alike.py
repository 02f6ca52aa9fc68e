"""Look-alikes by index: what asking for each pair answers."""

from hypothesis import given
from hypothesis import strategies as st

from orgs.calculations.alike import AlikeIndex
from orgs.calculations.names import is_probable_duplicate, normalize_enterprise_name
from orgs.calculations.pinyin import pinyin_key
from tests.support.properties import deterministic

REGIONS = ("广东省", "广东", "广州市", "广州", "天河区", "天河")
_NAME = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "广州", "广州市", "广东省", "广东", "广州市天河区"]),
        st.text("甲乙丙丁精蜜密", min_size=1, max_size=3),
        st.sampled_from(["精密机械", "精密机器", "电子", "电子科技", "新材料"]),
        st.sampled_from(["有限公司", "有限责任公司", "股份有限公司", "厂"]),
    ),
)


@deterministic
@given(st.lists(_NAME, min_size=1, max_size=12), _NAME, st.booleans())
def test_the_index_answers_as_asking_for_each_pair(names, asked, keys_known):
    index = AlikeIndex(REGIONS)
    for pk, name in enumerate(names):
        index.add(pk, normalize_enterprise_name(name), pinyin_key(name) if keys_known else "")
    expected = [
        pk for pk, name in enumerate(names) if is_probable_duplicate(asked, name, region_names=REGIONS)
    ]
    key = normalize_enterprise_name(asked)
    assert index.find(key, pinyin_key(asked) if keys_known else "") == (expected[0] if expected else None)


def test_a_name_too_short_to_tell_is_like_none():
    index = AlikeIndex()
    index.add(1, "甲厂")
    assert index.find("甲厂") is None
