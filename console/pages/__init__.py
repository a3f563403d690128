"""One module per area of the console: its blueprint is called `pages`."""
