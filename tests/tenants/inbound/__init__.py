"""Email that answers ours."""
