"""Rows of plans and figures."""

from quotas.models.plan import PacePoint, Phase, Plan, Target
from quotas.models.snapshot import Snapshot, Tally

__all__ = ["PacePoint", "Phase", "Plan", "Snapshot", "Tally", "Target"]
