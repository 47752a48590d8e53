"""Computer-assisted proofs: functions that return a result object with its data."""
