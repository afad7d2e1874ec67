"""Whether a question shows what it was written to show, and who has seen it."""
