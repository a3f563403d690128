"""What the platform is told by itself: whom the email does not reach, and a webhook of changes."""
