"""What a company's file says, and whom it is about. Pure."""
