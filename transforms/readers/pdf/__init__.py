"""PDF: tables from their ruling lines, text from its characters, page by page."""
