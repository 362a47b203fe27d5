"""The week's summary: built from what the nights left, sent once, under their lock."""

from __future__ import annotations

from alerts import outbox
from alerts import weekly as summaries
from alerts.deliver import Delivery
from flows.lock import alone
from flows.runs import demand_warehouse, now_in_utc, with_record
from flows.storing import store_of
from flows.telling import tell
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
    with alone(settings.data), Warehouse.open(store_of(settings)) as warehouse:
        run = warehouse.find_run()
        if run is None:
            return []
        if warehouse.recorded_steps()[run.run_id][1]:
            run = with_record(run, settings)
        now = now_in_utc()
        with warehouse.transaction():
            outbox.write(warehouse.connection, summaries.build(warehouse.connection, settings.language), now)
            warehouse.record(run, "weekly", {"at": now})
        return tell(warehouse, run, settings)
