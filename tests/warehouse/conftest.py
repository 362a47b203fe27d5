"""The fixtures of `warehouses`, nights over a warehouse in a folder of its own, and of `servers`."""

from servers import postgres, server_of_storage, storage
from warehouses import blank, night, path, rule, warehouse

__all__ = ["blank", "night", "path", "postgres", "rule", "server_of_storage", "storage", "warehouse"]
