"""The report of a finished result: a page that opens anywhere and a workbook."""

from wushan_geo.reports.writing import report_files, write_report

__all__ = ["report_files", "write_report"]
