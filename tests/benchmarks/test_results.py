"""What the table and the file of a run say."""

import json

import pytest

from benchmarks.growth import growth
from benchmarks.results import Result, judged, p95, result, table, write
from benchmarks.run import Wanted
from scripts.console import Refused


def snapshot(db: str, scale: float, seconds: float) -> Result:
    return result(
        "P1 snapshot", db=db, scale=scale, product=seconds, baseline=0.1, ratio=seconds / 0.1, unit="s"
    )


@pytest.mark.parametrize(
    ("value", "goal", "held"),
    [
        (1.5, "≤ 1.5", True),
        (1.51, "≤ 1.5", False),
        (20.0, "≥ 20", True),
        (19.9, "≥ 20", False),
        (301.0, "≤ 300 ms", False),
        (7.0, "", None),
    ],
)
def test_a_goal_is_judged_by_its_own_sign(value, goal, held) -> None:
    assert judged(value, goal) is held


def test_without_a_ratio_the_product_itself_is_judged() -> None:
    one = result("P3", db="sqlite", scale=1, product=4.2, baseline=None, ratio=None, unit="s", goal="≤ 5 s")
    assert one.held is True


def test_p95_is_a_measured_value() -> None:
    assert p95([float(number) for number in range(1, 101)]) == 95.0
    assert p95([3.0, 1.0, 2.0]) == 3.0


def test_growth_compares_a_scale_with_its_tenth_on_the_same_database() -> None:
    found = growth(
        [snapshot("sqlite", 0.1, 0.05), snapshot("sqlite", 1, 0.2), snapshot("postgresql", 1, 0.3)]
    )
    assert [(one.db, one.scale, one.ratio, one.held) for one in found] == [("sqlite", 1, 4.0, True)]


def test_the_file_holds_every_result_with_the_agreed_keys(tmp_path) -> None:
    target = tmp_path / "latest.json"
    write([snapshot("sqlite", 0.1, 0.05)], target)
    (row,) = json.loads(target.read_text(encoding="utf-8"))
    keys = "name db scale product baseline ratio goal held unit memory_mib"
    assert list(row) == keys.split()


def test_the_table_is_readable_as_markdown() -> None:
    lines = table([snapshot("sqlite", 0.1, 0.05)]).splitlines()
    assert len(lines) == 3
    assert len({len(line) for line in lines}) == 1
    assert all(line.startswith("| ") and line.endswith(" |") for line in lines)


def test_everything_is_wanted_unless_told_otherwise() -> None:
    wanted = Wanted.from_environment({})
    assert wanted.names == ("P1", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P13")
    assert wanted.scales == (0.1, 1.0)
    assert wanted.databases == ("sqlite", "postgresql")


def test_narrowing() -> None:
    wanted = Wanted.from_environment({"BENCH_ONLY": "p8, P2", "BENCH_SCALE": "1,0.1", "BENCH_DB": "sqlite"})
    assert wanted.names == ("P1", "P8")
    assert wanted.scales == (0.1, 1.0)
    assert wanted.databases == ("sqlite",)


@pytest.mark.parametrize(
    "environ", [{"BENCH_ONLY": "P10"}, {"BENCH_SCALE": "all"}, {"BENCH_SCALE": "0"}, {"BENCH_DB": "oracle"}]
)
def test_what_cannot_be_measured_is_refused_with_words(environ) -> None:
    with pytest.raises(Refused, match=next(iter(environ))):
        Wanted.from_environment(environ)
