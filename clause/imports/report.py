"""The report of an import, under the name that the importers of this room know: it lives in the kernel, for all slices."""

from clause.kernel.report import Remark, Report, agreed, from_json

__all__ = ["Remark", "Report", "agreed", "from_json"]
