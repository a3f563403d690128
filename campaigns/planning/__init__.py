"""A month on its way: opened by its series, drafted, agreed to by a second person, reminded of."""
