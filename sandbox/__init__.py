"""A local stand-in for Amazon SES v2 and SQS, with an inbox to look into."""
