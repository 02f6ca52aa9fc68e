"""The parts demonstration data is made with: shares, days, names."""

import datetime as dt
import itertools
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from cast_portal.demo import names
from cast_portal.demo.days import along_the_curve, is_workday, workday_after
from cast_portal.demo.names import NameMaker, SortKeys
from cast_portal.demo.shares import shares
from cast_portal.demo.sizes import BUSINESS_DAY
from orgs.calculations.pinyin import pinyin_key
from orgs.services import reference


@given(
    st.integers(0, 10_000),
    st.dictionaries(st.integers(), st.floats(0.01, 1e6, allow_nan=False), min_size=1, max_size=40),
)
def test_shares_add_up_and_stay_near(total, weights):
    parts = shares(total, weights)
    assert sum(parts.values()) == total
    whole = sum(weights.values())
    assert all(abs(part - total * weights[key] / whole) < 1 + 1e-6 for key, part in parts.items())


def test_working_days():
    assert is_workday(dt.date(2014, 10, 11))  # a Saturday worked for the holiday week
    assert not is_workday(dt.date(2014, 10, 6))
    assert workday_after(dt.date(2014, 9, 30), 1, last=BUSINESS_DAY) == dt.date(2014, 10, 8)
    assert workday_after(dt.date(2014, 10, 4), 0, last=BUSINESS_DAY) == dt.date(2014, 10, 8)


def test_foundings_follow_the_curve():
    days = along_the_curve(Random(1), 5000)
    assert len(days) == 5000
    assert days == sorted(days)
    assert sum(day <= dt.date(2014, 6, 30) for day in days) == 1600
    assert all(is_workday(day) for day in days)


def test_a_place_gives_each_name_once():
    maker = NameMaker(2014)
    given_out = {maker.enterprise("苏州") for _ in range(12_000)}
    assert len(given_out) == 12_000


def test_sort_keys_of_parts_are_those_of_whole_names():
    """Reading in context never reaches across the joints: each joint of every part is tried."""
    keys = SortKeys()
    regions = sorted(
        {reference.region_short(row["name"]) for row in reference.read_rows("divisions.csv")[::9]}
    )
    tried = [f"{region}{names.MARKS[n % 4]}甲子软件有限公司" for n, region in enumerate(regions)]
    tried += [f"广州{mark}{pair}软件股份有限公司" for mark in names.MARKS for pair in names.PAIRS]
    tried += [
        f"广州虚构{names.PAIRS[n % 60]}{trade}{ending}{names.SUFFIX}"
        for n, (trade, ending) in enumerate(itertools.product(names.TRADES, sorted(set(names.ENDINGS))))
    ]
    assert [keys(name) for name in tried] == [pinyin_key(name) for name in tried]
    assert keys("随便一个名字") == pinyin_key("随便一个名字")
