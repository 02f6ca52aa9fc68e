"""Figures as tables to be exported."""
