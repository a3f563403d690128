"""What is looked at before anybody may approve a message, in plain words. Pure."""
