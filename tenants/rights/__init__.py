"""Tenants' rights over their data, and the evidence that they were exercised."""
