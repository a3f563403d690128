"""Platform side: turn a month's replies into one protected release and publish it."""
