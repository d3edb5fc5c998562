"""Files that fill a draft: the company's own sheet, and the DSN."""
