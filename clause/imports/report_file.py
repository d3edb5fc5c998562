"""The report of an import as a workbook: it lives in the kernel, for all slices."""

from clause.kernel.report_file import COLUMNS, report_workbook

__all__ = ["COLUMNS", "report_workbook"]
