"""Plain calculations of quotas and coverage, without Django."""
