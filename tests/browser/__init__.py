"""A real Chromium, and what looks over the pages in it: axe-core and html-validate."""
