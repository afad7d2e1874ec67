"""Figures: one definition each, in Plotly's schema, drawn by plotly.js in a browser and by ``svg`` elsewhere."""
