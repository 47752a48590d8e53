"""What follows from what: statements, claims, verdicts."""
