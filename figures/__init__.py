"""Figures: one definition each in Plotly's schema; plotly.js draws it in a browser, ``svg`` elsewhere."""
