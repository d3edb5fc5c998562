"""What is owed and when, when it is reminded, what a formal notice says: pure functions over plain values."""
