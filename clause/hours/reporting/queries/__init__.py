"""Reads of what is owed besides the hours, of reminders, of notices, of the mails sent. Import them from their module."""
