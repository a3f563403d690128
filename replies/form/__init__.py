"""The form: what a month asks, and what was answered to it."""
