"""What a market will have done by its end, and what would close the gap. Pure; hours in hundredths."""
