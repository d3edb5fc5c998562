"""How an action says no: a French sentence, and the field of the form it is about."""

from __future__ import annotations


class Refused(Exception):
    """What the rules refuse. ``field`` is the name of the form field concerned, empty for the whole."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = str(sentence)
        self.field = field
