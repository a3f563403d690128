"""One module a command group. Each opens a database, calls one plain function and prints."""
