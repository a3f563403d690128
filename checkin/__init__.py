"""The command line and the demo: where everything is put together."""
