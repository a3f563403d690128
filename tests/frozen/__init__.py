"""Servers that have stopped: they take connections, or keep them, and say nothing."""
