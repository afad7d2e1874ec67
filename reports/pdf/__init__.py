"""Reports on paper: one base template, one stylesheet, one door to the renderer."""
