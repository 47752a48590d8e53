"""What a claim quantifies over, and what expressions do there: where they are defined, their sign, their range."""
