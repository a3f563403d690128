"""“Your data”: the page on which tenants see, download, correct and delete their data."""
