"""What the contractor of a market reads and says of the hours that its suppliers declared on it. It never holds a validation back."""
