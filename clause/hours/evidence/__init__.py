"""The contradictory stage on hours whose evidence is refused: sent, answered, decided."""
