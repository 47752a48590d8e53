"""Numbers, with what they are worth: evaluation, enclosure, simulation."""
