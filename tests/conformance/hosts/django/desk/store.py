"""The desk's data, in memory, and how often each function ran."""

from collections import Counter

from desk.shapes import Notice, Project, Status, Task

PROJECTS: dict[int, Project] = {}
TASKS: dict[int, list[Task]] = {}
NOTICES: list[Notice] = []
MESSAGES: dict[str, list[str]] = {}
RUNS: Counter[str] = Counter()


def reset() -> None:
    """Put everything back as it is at the start."""
    PROJECTS.clear()
    PROJECTS[1] = Project(project_id=1, name="Harbour")
    PROJECTS[2] = Project(project_id=2, name="Lighthouse")
    TASKS.clear()
    TASKS[1] = [Task(id=1, title="Dredge"), Task(id=2, title="Paint", status=Status.DONE)]
    TASKS[2] = []
    NOTICES.clear()
    NOTICES.extend([Notice(topic="boats", text="Two for sale."), Notice(topic="fish", text="Herring on Friday.")])
    MESSAGES.clear()
    MESSAGES["ada"] = ["The crane is back."]
    MESSAGES["eve"] = ["Welcome."]
    RUNS.clear()


reset()
