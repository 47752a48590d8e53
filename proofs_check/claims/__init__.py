"""One claim a file, each named after what it states; ``ledger.json`` pins their verdicts."""
