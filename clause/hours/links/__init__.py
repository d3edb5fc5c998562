"""Links in reminders that open the right month without a password."""
