"""Workers on several machines: each its own network, name, home and folders, and only the URLs."""
