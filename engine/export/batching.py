"""Batches as a script draws them: a generator of row numbers, and how many examples it takes at a time."""

from typing import TYPE_CHECKING

from engine.experiment import Training
from engine.export.record import leaves_out_single_rows

if TYPE_CHECKING:
    from engine.export.training_section import Loop


class Batching:
    """Writes the generator of one record; what no stage needs is not written."""

    def __init__(self, loop: "Loop") -> None:
        self.loop = loop
        self.samplings = [training.sampling for training in loop.trainings]
        self.least = 1 if leaves_out_single_rows(loop.record.begun) else 0
        """So many examples at the end of an epoch make no batch."""

    @property
    def drawn(self) -> str:
        """What the generator yields."""
        return "(rows, ends_epoch)" if self.loop.patient or self.loop.has_target else "rows"

    @property
    def sizes_change(self) -> bool:
        """Whether the batch size is another one in mid-run."""
        return len({training.batch_size for training in self.loop.trainings}) > 1

    @property
    def samplings_change(self) -> bool:
        """Whether epochs are made of other examples in mid-run."""
        return len(set(self.samplings)) > 1

    @property
    def data_change(self) -> bool:
        """Whether points are placed, changed or removed in mid-run."""
        return len({stage.experiment.data for stage in self.loop.stages}) > 1

    @property
    def said(self) -> str:
        """What the epochs are, as the end of a sentence and what explains it."""
        if not self.loop.is_used("sampling"):
            return "passes over the training part."
        used = {row.label: row.lesson for row in self.samplings}
        return "epochs. " + " ".join(f"{label}: {lesson}" for label, lesson in used.items())

    def size(self, training: Training) -> str:
        """The statement of how many examples a batch has from now on."""
        if training.batch_size != "all":
            return f"batch_size = {training.batch_size}"
        return f"batch_size = {'len(train_x)' if training.sampling.kind == 'none' else 'sampling.length(train_y)'}"

    def lines(self) -> list[str]:
        """The generator."""
        told = ", and whether it ends its epoch" if "ends" in self.drawn else ""
        head = ["", "", "def batches():", f'    """Row numbers of one mini-batch after another{told}."""']
        if self.data_change:
            return [*head, *self._drawn_anew()]
        loop = ["    for epoch in itertools.count():", *self._order("sampling.rows")]
        if self.sizes_change or self.samplings_change:
            return [*head, *loop, *self._sliced()]
        split = "order.split(batch_size)"
        if self._leaves_one:
            split += "[:-1]"
            head[-1] = head[-1].replace('."""', ', but none of a single row: it has no batch statistics."""')
        if "ends" not in self.drawn:
            return [*head, *loop, f"        yield from {split}"]
        parts = [f"        parts = {split}", "        for number, rows in enumerate(parts, start=1):"]
        return [*head, *loop, *parts, "            yield rows, number == len(parts)"]

    @property
    def _leaves_one(self) -> bool:
        """Whether the last example of an epoch is left out, where neither sizes nor examples change."""
        chosen = self.loop.trainings[0].batch_size
        rows = self.samplings[0].length(self.loop.record.data.train.y)
        return self.least == 1 and rows % (rows if chosen == "all" else min(chosen, rows)) == 1

    @property
    def _rests(self) -> bool:
        """Whether some epochs have each example once, and others not."""
        return any(row.kind == "none" for row in self.samplings)

    def _order(self, choose: str) -> list[str]:
        """The examples of an epoch in their order; ``choose`` is what chooses them."""
        generator = 'generator=stream(SEED, "batches", epoch)'
        if not self.loop.is_used("sampling"):
            return [f"        order = torch.randperm(len(train_x), {generator})"]
        chosen = [f'        chosen = {choose}(train_y, stream(SEED, "sampling", epoch))']
        if self._rests:
            there = f"{choose.partition('.')[0]} is not None"
            once = ["        chosen = torch.arange(len(train_x))", f"        if {there}:"]
            chosen = [*once, f"    {chosen[0]}"]
        return [*chosen, f"        order = chosen[torch.randperm(len(chosen), {generator})]"]

    def _sliced(self) -> list[str]:
        """Batches whose size may change within an epoch."""
        lines = ["        used = 0", f"        while len(order) - used > {self.least}:"]
        lines += ["            rows = order[used : used + batch_size]", "            used += len(rows)"]
        ends = f", len(order) - used <= {self.least}" if "ends" in self.drawn else ""
        return [*lines, f"            yield rows{ends}"]

    def _drawn_anew(self) -> list[str]:
        """Batches of examples that may be more or fewer from one batch to the next.

        An epoch that has begun ends as it was drawn, also where later ones are to be drawn otherwise.
        """
        rows = "None if sampling is None else sampling.rows" if self._rests else "sampling.rows"
        begun = ["        if used == 0:", f"            choose = {rows}"] if self.samplings_change else []
        return [
            "    epoch, used = 0, 0",
            "    while True:",
            *begun,
            *self._order("choose" if begun else "sampling.rows"),
            f"        if used > 0 and len(order) - used <= {self.least}:",
            "            epoch, used = epoch + 1, 0",
            "            continue",
            "        rows = order[used : used + batch_size]",
            "        used += len(rows)",
            f"        ends_epoch = len(order) - used <= {self.least}",
            "        if ends_epoch:",
            "            epoch, used = epoch + 1, 0",
            f"        yield rows{', ends_epoch' if 'ends' in self.drawn else ''}",
        ]
