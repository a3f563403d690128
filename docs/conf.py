"""Sphinx configuration. The pages load nothing from other sites."""

project = "Check-in"
html_title = "Check-in"
extensions = ["myst_parser"]
exclude_patterns = ["screens"]
html_theme = "furo"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
nitpicky = True
