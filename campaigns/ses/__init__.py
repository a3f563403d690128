"""The SES account: requests to it, the meaning of its answers and events, and its rate."""
