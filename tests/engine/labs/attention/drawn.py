"""Labs of many kinds, for tests that run over them."""

from engine.labs.attention.masks import Causal, NoMask, Window
from engine.labs.attention.starts import Alike, Drawn, Even
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.views import ManyHeads, OneHead

LABS = {
    "default": AttentionLab(),
    "causal": AttentionLab(mask=Causal(), seed=3, d_model=8, head=OneHead(d_k=5), heads=ManyHeads(heads=4)),
    "padded": AttentionLab(text="not good , not bad", removed=(3, 5), mask=Causal(), seed=1),
    "blind": AttentionLab(removed=(1,), mask=Causal(), heads=ManyHeads(heads=4)),
    "window": AttentionLab(
        mask=Window(reach=0), head=OneHead(d_k=8, start=Alike()), d_model=6, heads=ManyHeads(heads=3)
    ),
    "even": AttentionLab(head=OneHead(d_k=1, start=Even()), heads=ManyHeads(heads=1)),
    "unscaled": AttentionLab(head=OneHead(scaled=False, start=Drawn(gain=5.0)), heads=ManyHeads(gain=0.1)),
    "one token": AttentionLab(text="word", mask=NoMask(), d_model=2, head=OneHead(d_k=1)),
    "edited": AttentionLab(
        edits=("x2.1=20", "q1.1=-20", "k4.3=7.5", "v2.2=0", "mq1.1=3", "mo4.4=-2", "mk2.2=1", "mv3.1=9")
    ),
    "long": AttentionLab(
        text="The animal did not cross the street because it was too tired", d_model=3, heads=ManyHeads(heads=3)
    ),
}
"""By what is special of each."""
