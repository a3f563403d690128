"""Signed, one-time links: sign and read (pure); issue, look up and spend (platform side only)."""
