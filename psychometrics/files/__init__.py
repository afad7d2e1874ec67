"""Reading score files, calibrating them, and writing the result as JSON or as text."""
