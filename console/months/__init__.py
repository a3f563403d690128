"""A month and a year as staff see them: where each stands, its text, what may be done to it."""
