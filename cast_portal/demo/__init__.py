"""Demonstration data: an invented 2014 on real divisions, offices and parks (docs/demo.md)."""
