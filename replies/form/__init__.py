"""The form: a month's questions and the answers to them."""
