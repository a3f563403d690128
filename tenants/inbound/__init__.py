"""Replies to our emails: never read, and answered automatically with who can help now."""
