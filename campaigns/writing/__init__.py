"""Writing a month's text: versions, differences, working copies, samples and tips."""
