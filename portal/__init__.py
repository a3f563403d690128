"""The tenants' web pages: the monthly form, the stop page and “your data”; and the API."""
