"""Whether raters agree with one another, and each with their own standard over time."""
