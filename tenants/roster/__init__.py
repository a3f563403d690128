"""The roster: who the tenants are, from a file or a row at a time."""
