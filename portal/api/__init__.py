"""The API for the platform, `/api/v1`."""
