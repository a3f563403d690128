"""“Your data”: the page on which tenants see, take away, correct and end what is held."""
