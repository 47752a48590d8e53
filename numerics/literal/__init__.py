"""Slow transcriptions of printed formulas, kept as witnesses."""
