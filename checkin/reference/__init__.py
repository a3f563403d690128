"""The reference pages, made from the code: `python -m checkin.reference docs/reference`."""
