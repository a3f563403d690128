"""The one SES account: how to hand mail to it, what its answers and events mean, how fast."""
