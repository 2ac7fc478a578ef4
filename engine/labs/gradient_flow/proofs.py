"""What is often written of vanishing and exploding gradients, and the runs that show what is right."""

from engine.labs.proof import Proof

PROOFS: tuple[Proof, ...] = ()
