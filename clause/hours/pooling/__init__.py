"""Globalisation (REA-06): conventions signed before the hours are worked, and the balanced transfers they allow."""
