"""What is done to obligations, receipts and formal notices. Import the acts from their module."""
