"""Assembly: settings, urls, celery, home. Imported by no other app."""

from cast_portal.celery import app as celery_app

__all__ = ["celery_app"]
