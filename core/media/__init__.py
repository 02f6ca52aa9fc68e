"""Judging what people attach by its content, shrinking pictures and drawing the pages of PDF. Plain Python, no Django."""
