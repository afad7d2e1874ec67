"""The models of ratings: proficiency apart from severity, difficulty and halo.

``calibration`` fits one trait, ``levels`` several competencies at once, ``diagnostics`` asks who rates differently,
``compiled`` holds the kernels that numba compiles. ``thresholds`` is the likelihood they share.
"""
