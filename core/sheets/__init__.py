"""Spreadsheets in and out: judged, read in a process of their own, written as a stream. Plain Python, no Django."""
