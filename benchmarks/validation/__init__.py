"""Claims about the models that only many simulated panels can show: ``python -m benchmarks.validation``."""
