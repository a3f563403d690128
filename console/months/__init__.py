"""Months and the year as staff see them: state, text and possible actions."""
