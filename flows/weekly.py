"""The week's summary: built from what the nights left, sent once, under their lock."""

from __future__ import annotations

from alerts import outbox
from alerts import weekly as summaries
from alerts.deliver import Delivery, deliver
from flows.lock import alone
from flows.pictures import drawing
from flows.runs import demand_warehouse
from settings import Settings
from warehouse.store import Warehouse


def weekly(settings: Settings) -> list[Delivery]:
    """Tell each audience how its departments' problems moved in the week that ends with the last night; what waits besides is told, too.

    Returns:
        One delivery per message and place; none where this week was told, or there is nothing to tell.

    Raises:
        RunInProgress: another run holds the data folder.
        WarehouseError: there is no warehouse, or it cannot be read or written.
    """
    demand_warehouse(settings)
    with alone(settings.data), Warehouse.open(settings.warehouse) as warehouse:
        with warehouse.transaction():
            outbox.write(warehouse.connection, summaries.build(warehouse.connection, settings.language))
        return deliver(warehouse.connection, settings.alerts, settings.alert_folder, drawing(settings))
