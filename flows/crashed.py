"""Tells a Prefect server to give up runs that are dead: `python -m flows.crashed`, once for a server; told again, it changes nothing.

A run whose process or machine was killed says nothing of it. Its server would take it for running for ever, and it would keep the
place in the queue `writes` for which all later nights wait.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from prefect.automations import Automation
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture

NAME = "Runs that give no sign of life have crashed"
SILENCE = timedelta(minutes=9)    # three signs of life; Prefect has a run give one every three minutes
SIGN = "prefect.flow-run.heartbeat"
BEGINNING = "prefect.flow-run.Pending"    # a worker has taken the run; its first sign of life comes some seconds later
ENDS = frozenset({f"prefect.flow-run.{end}" for end in ("Completed", "Failed", "Cancelled", "Crashed")})
MESSAGE = (
    "It has given no sign of life for nine minutes: its process or its machine was killed. What it had loaded is kept, and the next run "
    "goes on from there."
)


async def give_up_the_dead(silence: timedelta = SILENCE) -> None:
    """Have the server that Prefect's settings name give up dead runs.

    Args:
        silence: after which a run is taken for dead; longer than between two signs of life.
    """
    try:
        await Automation.aread(name=NAME)
    except ValueError:    # there is none; to make it anew would forget whose silence has begun
        await Automation(
            name=NAME,
            trigger=EventTrigger(
                posture=Posture.Proactive, match={"prefect.resource.id": "prefect.flow-run.*"}, for_each={"prefect.resource.id"},
                after={SIGN, BEGINNING}, expect={SIGN, *ENDS}, threshold=1, within=silence,
            ),
            actions=[ChangeFlowRunState(state=StateType.CRASHED, message=MESSAGE)],
        ).acreate()


if __name__ == "__main__":
    asyncio.run(give_up_the_dead())
