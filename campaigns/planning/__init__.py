"""Planning a month: its series, drafts, approval by a second person, and reminders."""
