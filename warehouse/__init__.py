"""The warehouse: tables declared once, loaded in one transaction, published as a read-only copy, asked in SQL.

`query` serves everybody who reads and imports nothing but DuckDB; `store` is for the one who writes.
"""
