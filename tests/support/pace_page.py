"""The example curve of docs/algorithms/pace-and-lights.md."""

import datetime as dt
from decimal import Decimal

from quotas.calculations.pace import PaceCurve
from tests.support.markdown_tables import read_table

PAGE = "pace-and-lights.md"


def read_curve() -> PaceCurve:
    """The curve the page's other tables use."""
    return PaceCurve.from_points(
        (dt.date.fromisoformat(row["day"]), Decimal(row["share"])) for row in read_table(PAGE, "curve")
    )
