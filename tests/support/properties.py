"""The settings of property tests: the same examples on every run, no time limit per example, nothing kept on disk."""

from hypothesis import settings

deterministic = settings(derandomize=True, deadline=None, database=None, max_examples=150, print_blob=False)
