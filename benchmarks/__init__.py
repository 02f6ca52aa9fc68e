"""What ``make bench`` runs: each goal beside its own baseline, in the same run (docs/benchmarks.md)."""
