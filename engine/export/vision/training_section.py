"""The sections of a script that train a network on pictures: loss, optimizer, the loop, the result."""

from typing import Any, ClassVar

from engine.export.bundle import RowOf, Section
from engine.export.names import with_rows
from engine.export.network_loop import INDENTED, NetworkLoop
from engine.export.rows import called, literal
from engine.export.training_section import compared
from engine.export.vision.names import VISION_NAMES
from engine.export.vision.record import VisionRecord
from engine.vision.augment.augmentation import AugmentationChoice
from engine.vision.experiment import VisionExperiment


class VisionLoop(NetworkLoop):
    """Writes the training sections of one record; what no stage uses is not written."""

    slots: ClassVar = ("schedule", "penalty", "clip")

    def __init__(self, record: VisionRecord, *, plotted: bool) -> None:
        super().__init__(record, VISION_NAMES, plotted=plotted)
        self.head = record.begun.head

    @property
    def least(self) -> int:
        return 1 if self.record.begun.model.needs_batches else 0

    @property
    def needs_base_rate(self) -> bool:
        return self.rate_moves or self._flagged("before_update") or self._flagged("after_update")

    def _flagged(self, flag: str) -> bool:
        """Whether some stage's penalty acts there: ``in_loss``, ``before_update``, ``after_update``."""
        return any(getattr(row, flag) for row in self.rows("penalty"))

    def row_of_catalogs(self) -> list[RowOf]:
        rows = [row for stage in reversed(self.stages) for row in reversed(stage.experiment.augmentation)]
        return [*super().row_of_catalogs(), RowOf("head", self.head), *(RowOf("row", row) for row in rows)]

    def sections(self) -> list[Section]:
        """Loss, optimizer, training, result."""
        return [self._loss(), self.optimizer_section(), self.training_section(), self._result()]

    def _loss(self) -> Section:
        lines = [f"head = {called(self.head, {type(self.head): self.head})}"]
        if self._augmentation is None:
            lines.append("targets = head.target(data.train)")
        if self.is_used("penalty"):
            lines.append(
                "weights = [layer.weight for block in [*blocks, network.head] for _, layer in weighted(block)]"
            )
        said = f"{self.head.label}: {self.head.lesson} {self.head.loss_label}."
        return Section("Loss", said, "\n".join(lines), with_rows(VISION_NAMES, self.head))

    # --- augmentation -------------------------------------------------------------------------------------------------

    @property
    def _augmentation(self) -> tuple[AugmentationChoice, ...] | None:
        """What is done to pictures at first; None where nothing ever is."""
        return self.record.begun.augmentation or None

    def _made_changes(self, rows: tuple[AugmentationChoice, ...]) -> list[str]:
        every = [row for stage in reversed(self.stages) for row in reversed(stage.experiment.augmentation)]
        first: dict[type[Any], Any] = {type(row): row for row in every}
        made = [called(row, first) for row in rows]
        if len(made) == 1 and len(made[0]) < INDENTED - len("changes = (,)"):
            return [f"changes = ({made[0]},)"]
        return ["changes = (", *(f"    {row}," for row in made), ")"]

    @property
    def known(self) -> Any:
        return super().known | with_rows({}, *self.record.begun.augmentation)

    def before(self) -> list[str]:
        if self._augmentation is None:
            return []
        kept = ", ".join(f'"{name}"' for name in dict.fromkeys((*self.head.needs, "box")))
        lines = [f"known = replace(data.train, truth=data.train.truth.only({kept}))"]
        return [*self._made_changes(self._augmentation), *lines]

    # --- the loop -----------------------------------------------------------------------------------------------------

    def step(self) -> list[str]:
        if self._augmentation is None:
            lines = ["x, y = brightness(data.train.pixels[rows]), targets[rows]"]
        else:
            lines = ["batch = augmented(changes, known.rows(rows), len(data.classes), SEED, step - 1)"]
            lines += ["x, y = batch.x, head.target(batch)"]
        lines += ["loss = head.loss(network(x), y)"]
        if self._flagged("in_loss"):
            lines += self.guarded("penalty", "in_loss", ["loss = loss + penalty.value(weights)"])
        lines += ["optimizer.zero_grad()", "loss.backward()", *self.clipped()]
        lines += self.rate() if self.rate_moves else []
        shrink = [f"penalty.shrink(weights, {'rate' if self.rate_moves else 'base_rate'})"]
        lines += self.guarded("penalty", "before_update", shrink) if self._flagged("before_update") else []
        lines += ["optimizer.step()"]
        return lines + (self.guarded("penalty", "after_update", shrink) if self._flagged("after_update") else [])

    def dropout(self, before: VisionExperiment, after: VisionExperiment) -> list[str]:
        """Other rates of dropout, and other knobs of augmentation."""
        lines = self._made_changes(after.augmentation) if before.augmentation != after.augmentation else []
        old, new = before.model.dropout_rates, after.model.dropout_rates
        if old == new:
            return lines
        lines.append("droppers = [module for module in network.modules() if isinstance(module, Dropout)]")
        for place, (was, p) in enumerate(zip(old, new, strict=True), start=1):
            if was == 0 and p > 0:
                lines.append(f'droppers[{place - 1}].generator = stream(SEED, "dropout", {place})')
            if was != p:
                lines.append(f"droppers[{place - 1}].p = {literal(p)}")
        return lines

    # --- the result ---------------------------------------------------------------------------------------------------

    def _result(self) -> Section:
        lines = ["network.eval()", "with torch.no_grad():"]
        for part in ("validation", "train"):
            lines += [f"    part = data.{part}.first({self.record.rows})"]
            lines += [f"    {part}_loss = float(head.loss(network(part.x), head.target(part)))"]
        lines += ['print(f"validation loss {validation_loss:.9f}")', 'print(f"training loss {train_loss:.9f}")']
        lines += compared(self.record.train_loss)
        text = "Over the pictures that the page measures, the first ones of each part, unchanged and without dropout."
        return Section("Result", text, "\n".join(lines), VISION_NAMES)
