"""Email that answers ours: never read, and answered by a machine that says who can help now."""
