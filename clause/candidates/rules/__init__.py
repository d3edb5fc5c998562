"""Rules of this slice: pure functions in the words of the trade, with their source."""
