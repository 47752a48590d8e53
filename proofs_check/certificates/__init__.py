"""What a verdict rests on, written down for a checker that shares no code with this project."""
