"""Infinite sums and limits."""
