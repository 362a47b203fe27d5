"""Bytes in, records out: pure functions, no I/O, no knowledge of DuckDB, Prefect or Great Expectations."""
