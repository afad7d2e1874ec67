"""Commands that measure, each beside its baseline."""
