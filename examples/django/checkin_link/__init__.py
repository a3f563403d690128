"""Keep the platform and Check-in in step."""
