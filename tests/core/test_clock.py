"""The two clocks."""

import datetime as dt

from core import clock


def test_pinned_date_keeps_the_real_time_of_day(settings, monkeypatch):
    settings.PORTAL_TODAY = dt.date(2014, 10, 15)
    real = dt.datetime(2026, 5, 1, 3, 4, 5, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "machine_now", lambda: real)
    assert clock.business_now() == dt.datetime(2014, 10, 15, 3, 4, 5, tzinfo=dt.UTC)
    assert clock.business_today() == dt.date(2014, 10, 15)
    assert clock.business_date_is_pinned() is True


def test_unpinned_date_is_the_real_one_in_shanghai(settings, monkeypatch):
    settings.PORTAL_TODAY = None
    monkeypatch.setattr(clock, "machine_now", lambda: dt.datetime(2026, 4, 30, 17, 0, tzinfo=dt.UTC))
    assert clock.business_today() == dt.date(2026, 5, 1)
    assert clock.business_date_is_pinned() is False
