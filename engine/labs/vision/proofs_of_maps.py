"""What is often read into maps, and the run that shows what is right."""

import numpy as np
import torch

from engine.labs.proof import Proof, Proved
from engine.labs.vision.proofs_of_size import scores_of, short_run
from engine.labs.vision.training import paced
from engine.vision.attribution.alike import rank_correlation
from engine.vision.attribution.gradients import InputTimesGradient, Saliency
from engine.vision.attribution.question import Question
from engine.vision.blocks import Activate, Convolution, Pool
from engine.vision.model import Cnn
from engine.vision.run import VisionRun
from engine.vision.sources.rearranged import Rearranged
from engine.words import percent


def map_as_evidence() -> Proved:
    """Maps of a trained network and of one with its first weights, beside the picture."""
    model = Cnn(blocks=(Convolution(channels=8), Activate(), Pool(), Convolution(channels=16), Activate()))
    run = VisionRun(short_run(Rearranged(border=0), model))
    x = run.data.test.x[:24]
    found, accuracy = [], []
    for moment in range(2):
        network = run.network.eval()
        answer = scores_of(run, x).argmax(1)
        accuracy.append(float((scores_of(run, run.data.test.x).argmax(1) == run.data.test.label).double().mean()))
        question = Question(network, x, answer)
        found.append([_likeness(method.map(question), x) for method in (Saliency(), InputTimesGradient())])
        if moment == 0:
            for _ in paced(run):
                pass
    rows = [
        [name, *(f"{found[moment][place]:.2f}" for moment in range(2))]
        for place, name in enumerate(("saliency", "input × gradient"))
    ]
    sentence = (
        f"{len(x)} digits, each answered by a network with random weights ({percent(accuracy[0])} right) and by the same one "
        f"trained ({percent(accuracy[1])}). The rank correlation of |input × gradient| with the picture itself is "
        f"{found[0][1]:.2f} with random weights and {found[1][1]:.2f} after training: it looks like the digit because it is "
        "multiplied by it."
    )
    return Proved(sentence, ("rank correlation of |map| and brightness", "random weights", "trained"), rows)


def _likeness(maps: torch.Tensor, x: torch.Tensor) -> float:
    """Median over the pictures."""
    pairs = zip(maps.abs().numpy(), x[:, 0].numpy(), strict=True)
    return float(np.median([rank_correlation(one, other) for one, other in pairs]))


PROOFS: tuple[Proof, ...] = (
    Proof(
        "map_as_evidence",
        "A map that shows the outline of the object proves that the network looked at the object.",
        "Not by itself: some maps show the object with random weights, too. Compare with a network that learned nothing "
        "(Adebayo et al. 2018).",
        map_as_evidence,
    ),
)
