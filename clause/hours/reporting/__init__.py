"""When each company owes its months, and what is sent when they are late: obligations, reminders, formal notices."""
