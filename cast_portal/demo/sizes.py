"""How much is made. All numbers are invented for demonstration, chosen to look like October 2014 (docs/demo.md)."""

import dataclasses
import datetime as dt

BUSINESS_DAY = dt.date(2014, 10, 15)
SEED = 2014
# How many new organisations were founded by these days, in thousandths of the year's sum up to the business day.
CURVE: tuple[tuple[dt.date, int], ...] = (
    (dt.date(2013, 12, 31), 0),
    (dt.date(2014, 1, 31), 19),
    (dt.date(2014, 2, 28), 34),
    (dt.date(2014, 3, 31), 80),
    (dt.date(2014, 4, 30), 133),
    (dt.date(2014, 5, 31), 202),
    (dt.date(2014, 6, 30), 320),
    (dt.date(2014, 7, 31), 474),
    (dt.date(2014, 8, 31), 656),
    (dt.date(2014, 9, 30), 920),
    (dt.date(2014, 10, 13), 1000),
)


@dataclasses.dataclass(frozen=True)
class Sizes:
    """Numbers of records at full size. ``shrunk`` makes a small copy for tests."""

    enterprises: int = 344_000  # all of them; the scale thins those with neither organisation nor contact
    old_organizations: int = 21_000  # standing on 1 January 2014
    old_dissolved: int = 240  # dissolved before 2014, apart from the hosts of the refounded
    dissolved_this_year: int = 35  # of the old ones
    new_organizations: int = 5_012  # counted on the business day
    new_dissolved: int = 4  # founded and dissolved in 2014
    refounded: int = 60
    contact_enterprises: int = 11_020  # counted on the business day
    second_contacts: int = 600  # of these enterprises have two
    replaced_contacts: int = 260
    converted: int = 150  # of these founded an organisation of their own, which is among the new ones
    contacts_gone: int = 180  # left without replacement: counted no more
    contacts_of_2013: int = 300  # set up before the year: never in its figure
    national_park_organizations: tuple[int, int] = (96, 100)  # on 1 January, on the business day
    other_park_organizations: tuple[int, int] = (52, 151)
    submitted_organizations: int = 186
    submitted_contacts: int = 402
    submitted_parks: tuple[int, int] = (4, 5)  # organisations of national parks, of others
    draft_organizations: int = 260
    draft_contacts: int = 120
    returned_organizations: int = 64
    returned_contacts: int = 38
    voided_organizations: int = 18
    talks: int = 2_600  # with enterprises that have a contact
    repeated_enterprises: int = 40  # registered twice, the second time as a draft with a contact

    def shrunk(self, factor: float) -> "Sizes":
        """Everything times ``factor``, at least one of each, for tests."""

        def less(value):
            if isinstance(value, tuple):
                return tuple(less(part) for part in value)
            return max(1, round(value * factor))

        return Sizes(**{field.name: less(getattr(self, field.name)) for field in dataclasses.fields(self)})
