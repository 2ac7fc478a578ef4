"""The sections of a script that draw, or carry, a task's examples."""

from engine.export.bundle import RowOf, Section
from engine.export.sequences.carried import block, packed
from engine.export.sequences.names import SEQUENCE_NAMES, names_of
from engine.export.sequences.record import SequenceRecord
from engine.sequences.tasks.task import Given, GivenTask, Task

CARRIED = (
    "What the task is made of stands here as numbers, compressed; how they are split and cut into examples is below. "
    "Tokens are ids: the tokenizer is no part of this script."
)
OWN = (
    "This is your own text, as ids, which say as much as the text itself to who knows the tokenizer: give this script only to "
    "those whom you would give the text."
)


def streams(record: SequenceRecord) -> Section:
    """Seed and threads."""
    code = f"torch.set_num_threads(1)\nSEED = {record.begun.seed}"
    text = (
        "One thread, so that sums are added in the same order as in the run. Every random draw comes from a stream of its "
        "own, named by its purpose: data, noise, split, weights, batches, dropout."
    )
    return Section("Random numbers", text, code, SEQUENCE_NAMES, first=("stream",))


def examples(task: Task) -> Section:
    """The examples: drawn again where they were drawn, else made of numbers that the script carries."""
    said = f"{task.label}: {task.lesson}"
    lines = [f"task = {type(task).__name__}()"]
    if not isinstance(task, GivenTask):
        return Section("Task", said, "\n".join([*lines, "data = task.build(SEED)"]), names_of(task))
    lines += [*_given(task.given()), "data = task.arranged(given, SEED)"]
    warning = [OWN] if task.is_private else []
    return Section("Task", " ".join([said, CARRIED, *warning]), "\n".join(lines), names_of(task))


def row_of(task: Task) -> RowOf:
    """The task as the code knows it."""
    return RowOf("task", task)


def _given(given: Given) -> list[str]:
    lines: list[str] = []
    held = [name for name in ("x", "y", "groups") if getattr(given, name).numel()]
    shown = []
    for name in held:
        numbers = getattr(given, name)
        text, kind = packed(numbers)
        first, *rest = block(text)
        lines += [f"{name.upper()} = {first}", *rest]
        shown.append(f'    {name}=unpacked({name.upper()}, "{kind}", {tuple(numbers.shape)}),')
    counts = {name: len(getattr(given, name)) for name in ("tokens", "answers")}
    shown += [f"    {name}=numbered({count})," for name, count in counts.items() if count]
    return [*lines, "given = Given(", *shown, ")"]
