"""Monitoring for operators and staff: metrics, readiness, months in danger."""
