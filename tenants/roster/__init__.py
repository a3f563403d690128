"""The roster of tenants, imported from a file or changed row by row."""
