"""Checks of single values: plain functions that return the canonical form or raise ``CodeError`` with a message for people."""
