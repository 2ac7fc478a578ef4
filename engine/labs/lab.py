"""What every lab is, and the table of them."""

from dataclasses import dataclass

ROOMS = {
    "Training": "Each answers one question on how training works, by experiments that you change.",
    "Images": "What a network does with a picture: by hand with one window, then whole networks, trained before your eyes.",
    "Sequences": "Text, memory and attention: each page trains real networks on sequences and shows what they hold on to.",
}
"""Where labs stand together, and what they have in common."""


@dataclass(frozen=True)
class Lab:
    """A page that answers one question by experiment."""

    id: str
    """Its address, and the name of its file in ``pages/``."""
    title: str
    question: str
    """What it answers, as a learner would ask it."""
    aim: str
    """What one does there, in a sentence."""
    icon: str
    room: str = "Training"
    """One of ``ROOMS``."""


LABS = {
    lab.id: lab
    for lab in (
        Lab(
            "activations",
            "Activations and losses",
            "What does an activation do to a signal, and to the gradient on its way back?",
            "Put two side by side, send inputs through many layers of them, and see what is left.",
            ":material/show_chart:",
        ),
        Lab(
            "initialization",
            "Initialization",
            "How large should the first weights be?",
            "Draw them in several ways, and follow the signal forward and the gradient backward through every layer.",
            ":material/casino:",
        ),
        Lab(
            "backpropagation",
            "Backpropagation",
            "Where does each number of a gradient come from?",
            "Step through one pass, forward and back, and check every number against PyTorch.",
            ":material/undo:",
        ),
        Lab(
            "optimizers",
            "Optimizers on a surface",
            "Which way downhill does each optimizer take, and which one arrives?",
            "Race any of them over ravines, saddles and egg boxes, read every number of every step, and compare with search.",
            ":material/landscape:",
        ),
        Lab(
            "descent",
            "Optimizers on a network",
            "Is it the optimizer, the learning rate, the batch, or the seed?",
            "Train one small network in many ways, and measure what each choice does to the loss.",
            ":material/speed:",
        ),
        Lab(
            "gradient_flow",
            "Gradient flow",
            "Why do the first layers of a 20-layer sigmoid network not learn?",
            "Watch the gradient of every layer while two networks train, one with cures and one without, and find where each "
            "cure fails.",
            ":material/water_drop:",
        ),
        Lab(
            "regularization",
            "Regularization",
            "What keeps a network from learning the noise?",
            "Fit many training sets, penalise, drop, standardise and stop, and measure what each does to the error.",
            ":material/tune:",
        ),
        Lab(
            "convolution",
            "Convolution",
            "What does a window that slides over a picture work out, and how many numbers does that take?",
            "Edit the kernel weight by weight, follow the window over digits, photographs and your own drawing, and see the "
            "same as one large matrix.",
            ":material/grid_on:",
            room="Images",
        ),
        Lab(
            "vision",
            "Vision",
            "What does a network see in a picture, and where is it wrong?",
            "Build one block by block, train it before your eyes, and look at every map, every mistake and what it looked at.",
            ":material/image_search:",
            room="Images",
        ),
        Lab(
            "tokens",
            "Tokens & embeddings",
            "How does text become numbers, and where do the numbers of a word come from?",
            "Cut your own sentence in four ways, watch words find their places, and look into a table of ratings.",
            ":material/abc:",
            room="Sequences",
        ),
        Lab(
            "recurrent",
            "Recurrent networks",
            "What does a recurrent network hold on to, and how far back does its gradient reach?",
            "Read a sequence step by step with every gate in sight, follow the gradient back through time, and find by running "
            "how long each cell can remember.",
            ":material/replay:",
            room="Sequences",
        ),
        Lab(
            "attention",
            "Attention",
            "Where does each word look, and what does it bring back?",
            "Take one head apart number by number on your own sentence, then measure what scaling, positions, masks and "
            "length do to it.",
            ":material/visibility:",
            room="Sequences",
        ),
        Lab(
            "transformer",
            "Transformer",
            "What does each head look at, and what is each part for?",
            "Train one on the spot, watch every map, switch heads off, leave parts out, and see what the loss says.",
            ":material/hub:",
            room="Sequences",
        ),
    )
}


def in_room(room: str) -> list[Lab]:
    """The labs of one room, in their order."""
    return [lab for lab in LABS.values() if lab.room == room]
