"""What the page of networks that look at pictures shows."""

from typing import Literal

from engine.choice import Frozen
from engine.labs.vision.against_mlp_settings import Against
from engine.labs.vision.augment_settings import Augmenting
from engine.labs.vision.features_settings import Features
from engine.labs.vision.heads_settings import Heads
from engine.labs.vision.looked_settings import Looked
from engine.labs.vision.mistakes_settings import Mistakes
from engine.labs.vision.sound_settings import SoundPart
from engine.labs.vision.transfer_settings import Transferring
from engine.vision.experiment import VisionExperiment
from engine.vision.presets import VISION_PRESETS

Section = Literal["train", "features", "mistakes", "looked", "against_mlp", "augment", "transfer", "heads", "sound"]


class VisionLab(Frozen):
    """Its settings, as its address has them. ``experiment`` is the network that most sections look into."""

    section: Section = "train"
    experiment: VisionExperiment = VISION_PRESETS["small"].experiment
    features: Features = Features()
    mistakes: Mistakes = Mistakes()
    looked: Looked = Looked()
    against_mlp: Against = Against()
    augment: Augmenting = Augmenting()
    transfer: Transferring = Transferring()
    heads: Heads = Heads()
    sound: SoundPart = SoundPart()

    @property
    def seed(self) -> int:
        """Decides every draw of every section."""
        return self.experiment.seed
