"""The fixtures of `warehouses`: nights over a warehouse in a folder of its own."""

from warehouses import blank, night, path, rule, warehouse

__all__ = ["blank", "night", "path", "rule", "warehouse"]
