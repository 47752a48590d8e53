"""Means as balls: `mean` chooses, one file for each way."""
