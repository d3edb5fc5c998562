"""The worker: a process of its own that sends mail, empties the job table and runs what comes back (APScheduler)."""
