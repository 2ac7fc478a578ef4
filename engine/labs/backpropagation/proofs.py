"""What tutorials get wrong about backpropagation, and the runs that show it."""

from engine.labs.proof import Proof

PROOFS: tuple[Proof, ...] = ()
