"""The platform's own few emails: written in the transaction they belong to, sent later."""
