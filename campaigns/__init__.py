"""Well Thought's side: content, calendar, approval, mailing list, delivery, SES, feedback.

Nothing here imports the platform's side, and nothing here can learn who answered.
"""
