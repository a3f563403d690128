"""Platform side: a month's replies become one protected release: tally, protect, freeze, push."""
