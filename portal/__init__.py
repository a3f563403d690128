"""The tenants' web pages: the monthly form and the stop page, both opened by a signed link."""
