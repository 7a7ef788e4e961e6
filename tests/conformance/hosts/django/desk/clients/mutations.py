"""The mutations: what clients change, and what that makes stale."""

from desk import store
from desk.clients.contexts import (
    BoardContext,
    FragileContext,
    InboxContext,
    ProjectContext,
    RoomContext,
    SearchContext,
    TickerContext,
    board_notices,
    project_tasks,
)
from desk.shapes import Name, NameTaken, Notice, Project, Task
from desk.switches import broken
from mizan import Identity, client, invalidate

SILENT = broken("invalidation-body")
NOT_DISCOVERED = [] if broken("discovery") else [TickerContext]
ALL = [BoardContext, FragileContext, InboxContext, ProjectContext, RoomContext, SearchContext, *NOT_DISCOVERED]


@client(affects=ALL)
async def reset() -> None:
    """Put all data back, and the counts to nothing."""
    store.reset()


@client(affects=() if SILENT or broken("scope-name") else ProjectContext, errors=[NameTaken])
async def rename_project(project_id: int, name: Name) -> Project:
    """Give a project another name, which no other has."""
    store.RUNS["rename_project"] += 1
    for other in store.PROJECTS.values():
        if other.name == name and other.project_id != project_id:
            raise NameTaken("That name is taken.", taken_by=other.project_id)
    if broken("scope-name"):
        invalidate(ProjectContext)
    project = store.PROJECTS[project_id].model_copy(update={"name": name})
    store.PROJECTS[project_id] = project
    return project


def new_id(result: Project) -> dict[str, int]:
    """The id of a project is known when it has been added."""
    return {"project_id": result.project_id}


@client(affects=() if SILENT else ProjectContext, affects_params=None if SILENT or broken("scope-computed") else new_id)
def add_project(name: Name) -> Project:
    """Begin another project."""
    project = Project(project_id=max(store.PROJECTS) + 1, name=name)
    store.PROJECTS[project.project_id] = project
    store.TASKS[project.project_id] = []
    return project


@client(affects=() if SILENT else [project_tasks])
async def move_tasks(project_id: int, to: int) -> int:
    """Move all tasks to another project; how many were moved."""
    moved = store.TASKS[project_id]
    store.TASKS[to] = store.TASKS[to] + moved
    store.TASKS[project_id] = []
    if not broken("scope-computed"):
        invalidate(project_tasks, project_id=to)
    return len(moved)


@client(merge=() if broken("merge") else ProjectContext)
async def close_project(project_id: int) -> Project:
    """Say in its name that a project is over."""
    project = store.PROJECTS[project_id].model_copy(update={"name": "Closed"})
    store.PROJECTS[project_id] = project
    return project


@client(merge=() if broken("merge") else [project_tasks])
def add_task(project_id: int, title: Name) -> Task:
    """Add a task to a project."""
    tasks = store.TASKS[project_id]
    task = Task(id=len(tasks) + 1, title=title)
    tasks.append(task)
    return task


@client(merge=() if broken("merge") else [project_tasks])
async def sort_tasks(project_id: int, limit: int = 10) -> list[Task]:
    """Sort the tasks of a project by title; the first of them."""
    store.TASKS[project_id].sort(key=lambda task: task.title)
    return store.TASKS[project_id][:limit]


@client(affects=() if SILENT else InboxContext, auth="authenticated")
async def clear_inbox(identity: Identity) -> None:
    """Throw away the messages of whoever asks."""
    store.MESSAGES[identity.sub] = []


def first_page(result: None) -> dict[str, int]:
    """A narrowing that nothing asks for."""
    return {"page": 1, "project_id": 1}


@client(
    affects=() if SILENT else [BoardContext, ProjectContext],
    affects_params=first_page if broken("scope-broad") else None,
)
async def reindex() -> None:
    """Everything on the board and in the projects may be different."""


@client(affects=() if SILENT else BoardContext)
async def pin_notice(topic: str, text: str) -> Notice:
    """Put a sheet on the board."""
    notice = Notice(topic=topic, text=text)
    store.NOTICES.append(notice)
    return notice


@client(affects=() if SILENT else [board_notices])
async def tidy_page(page: int) -> None:
    """Say that a page of the board changed."""


@client(affects=() if SILENT else [ProjectContext, BoardContext])
async def fail_after_writing(project_id: int) -> None:
    """Changes a name, says more, and fails."""
    store.PROJECTS[project_id] = Project(project_id=project_id, name="Half")
    invalidate(BoardContext)
    raise RuntimeError
