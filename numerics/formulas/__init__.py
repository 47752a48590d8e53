"""An expression taken apart before any number is computed, and made a function of balls or of mpmath numbers."""
