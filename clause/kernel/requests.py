"""The request as views read it: without the characters that no keyboard types and that PostgreSQL refuses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

# Control characters but tab and new lines, and halves of UTF-16 pairs: neither can be stored, nor written in a workbook.
UNTYPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    return UNTYPABLE.sub("", text)


def _cleaned(values: Iterable[tuple[str, str]]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(clean(key), clean(value)) for key, value in values])


class ClauseRequest(Request):
    """Flask's request with clean parameters and form values; the address itself is refused by ``has_clean_path``."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        return _cleaned(super().args.items(multi=True))

    def _load_form_data(self) -> None:
        """Here, not in ``form``: whoever reads the files first fills in the form too."""
        if "form" not in self.__dict__:
            super()._load_form_data()
            self.__dict__["form"] = _cleaned(self.__dict__["form"].items(multi=True))

    @property
    def has_clean_path(self) -> bool:
        return not UNTYPABLE.search(self.path)
