"""The indicators: named figures, what each counts and over what. Targets and quotas refer to them by key.

Plain data. The measures are the columns of ``Tally``; docs/algorithms/coverage.md says how each is counted.
"""

import dataclasses

from orgs.selectors.counted import TYPE_MEASURES


@dataclasses.dataclass(frozen=True)
class Indicator:
    """One named figure.

    ``numerator`` and ``denominator`` name measures; without a denominator the figure is a count. ``pending`` names the
    measure of what waits beside it. ``start_numerator`` and ``start_denominator`` are the same as of 1 January, from
    which the pace of a rate begins. ``list_name`` and ``denominator_list_name`` are the lists whose filter
    ``counted=<measure>`` shows the very rows.
    """

    key: str
    title: str
    short: str
    unit: str
    numerator: str
    denominator: str | None = None
    pending: str | None = None
    start_numerator: str | None = None
    start_denominator: str | None = None
    list_name: str = "organization_list"
    denominator_list_name: str | None = None

    @property
    def is_rate(self) -> bool:
        """Whether the figure is a share and not a count."""
        return self.denominator is not None


_ALL = (
    Indicator(
        "new_organizations",
        "新建企业科协组织",
        "新建企业科协",
        "家",
        numerator="orgs_new",
        pending="pending_orgs_new",
    ),
    Indicator(
        "contact_enterprises",
        "建立联系人的企业",
        "联系人",
        "家",
        numerator="contact_enterprises",
        pending="pending_contact_enterprises",
        list_name="enterprise_list",
    ),
    Indicator(
        "park_coverage",
        "各类园区科协覆盖率",
        "各类园区",
        "个",
        numerator="park_orgs",
        denominator="parks",
        pending="pending_park_orgs",
        start_numerator="park_orgs_start",
        start_denominator="parks_start",
        denominator_list_name="park_list",
    ),
    Indicator(
        "national_park_coverage",
        "国家级园区科协覆盖率",
        "国家级园区",
        "个",
        numerator="national_park_orgs",
        denominator="national_parks",
        pending="pending_national_park_orgs",
        start_numerator="national_park_orgs_start",
        start_denominator="national_parks_start",
        denominator_list_name="park_list",
    ),
)

INDICATORS: dict[str, Indicator] = {indicator.key: indicator for indicator in _ALL}

# Every measure of a Tally row, in the order of its columns.
MEASURES: tuple[str, ...] = (
    "orgs_total",
    "orgs_new",
    "orgs_refounded",
    *(measure for measure, _, _ in TYPE_MEASURES),
    "contact_enterprises",
    "contact_converted",
    "parks",
    "park_orgs",
    "national_parks",
    "national_park_orgs",
    "parks_start",
    "park_orgs_start",
    "national_parks_start",
    "national_park_orgs_start",
    "pending_orgs_new",
    "pending_contact_enterprises",
    "pending_park_orgs",
    "pending_national_park_orgs",
    "enterprises",
    "enterprises_above_scale",
)
