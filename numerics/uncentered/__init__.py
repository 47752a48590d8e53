"""Batch normalisation without centring and an activation that is not odd."""
