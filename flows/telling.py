"""Tells what waits in the outbox, and keeps in the run's record what came of it: a rebuilt warehouse tells nothing again."""

from __future__ import annotations

from alerts import outbox
from alerts.deliver import Delivery, deliver
from flows.pictures import drawing
from flows.runs import now_in_utc
from settings import Settings
from warehouse.store import Run, Warehouse


def tell(warehouse: Warehouse, run: Run, settings: Settings) -> list[Delivery]:
    """Tell what waits in the outbox, of earlier nights too; call it outside a transaction."""
    waiting = [message.outbox_id for message in outbox.pending(warehouse.connection)]
    deliveries = deliver(warehouse.connection, settings.alerts, settings.alert_folder, drawing(settings))
    with warehouse.transaction():
        warehouse.record(run, "told", {"at": now_in_utc(), "digests": outbox.states(warehouse.connection, waiting)})
    return deliveries
