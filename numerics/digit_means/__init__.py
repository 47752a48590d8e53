"""Means as mpmath numbers with an estimate of the error: `mean` chooses, one file for each law or rule."""
