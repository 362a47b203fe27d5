"""The nightly run: calls the rooms in order; order, retries, concurrency and artifacts, and nothing else."""
