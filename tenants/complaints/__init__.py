"""Complaints about how personal data is used: taken in, acknowledged, followed to an outcome."""
