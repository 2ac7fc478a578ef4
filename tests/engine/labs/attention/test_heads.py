"""Several heads by hand beside torch.nn.MultiheadAttention."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.labs.attention.head import head
from engine.labs.attention.heads import by_torch, concatenated, heads, split
from engine.labs.attention.state import AttentionLab
from engine.labs.attention.views import ManyHeads
from tests.engine.labs.attention.drawn import LABS


@pytest.mark.parametrize("name", LABS)
def test_output_and_weights_are_those_of_multihead_attention(name: str) -> None:
    lab = LABS[name]
    found = heads(lab)
    theirs, weights = by_torch(found.x, (found.w_q, found.w_k, found.w_v, found.w_o), lab.heads.heads, found.allowed)
    seeing = found.allowed.any(axis=1)
    np.testing.assert_allclose(found.output[seeing], theirs[seeing], atol=1e-10)
    np.testing.assert_allclose(found.weights[:, seeing], weights[:, seeing], atol=1e-12)
    assert found.apart < 1e-6 and found.apart_weights < 1e-6 and found.apart_sum < 1e-10


def test_pytorchs_module_is_given_its_matrices_the_other_way_round() -> None:
    """The same module built the usual way, its parameters filled one by one."""
    found = heads(AttentionLab())
    module = nn.MultiheadAttention(4, 2, bias=False, batch_first=True, dtype=torch.float64, device="meta")
    module = module.to_empty(device="cpu")
    with torch.no_grad():
        for place, matrix in enumerate((found.w_q, found.w_k, found.w_v)):
            module.in_proj_weight[4 * place : 4 * place + 4] = torch.from_numpy(matrix).T
        module.out_proj.weight[:] = torch.from_numpy(found.w_o).T
        x = torch.from_numpy(found.x)[None]
        output, _ = module(x, x, x)
    np.testing.assert_allclose(found.output, output[0].numpy(), atol=1e-12)


def test_splitting_gives_each_head_its_columns_and_concatenating_undoes_it() -> None:
    matrix = np.arange(24.0).reshape(3, 8)
    parts = split(matrix, 4)
    np.testing.assert_array_equal(parts[1], matrix[:, 2:4])
    np.testing.assert_array_equal(concatenated(parts), matrix)


def test_one_head_with_the_identity_as_w_o_is_the_head_itself() -> None:
    identity = tuple(f"mo{row}.{column}={int(row == column)}" for row in range(1, 5) for column in range(1, 5))
    one = heads(AttentionLab(heads=ManyHeads(heads=1), edits=identity))
    as_head = tuple(
        f"{letter}{row + 1}.{column + 1}={getattr(one, f'w_{letter}')[row, column]}"
        for letter in "qkv"
        for row in range(4)
        for column in range(4)
    )
    lab = AttentionLab.model_validate({"edits": as_head, "head": {"d_k": 4}})
    np.testing.assert_allclose(head(lab).output, one.output, atol=1e-12)


def test_the_parts_of_the_heads_add_up_and_parameters_do_not_depend_on_their_number() -> None:
    counted = set()
    for count in (1, 2, 4, 8):
        found = heads(AttentionLab(d_model=8, heads=ManyHeads(heads=count)))
        np.testing.assert_allclose(found.parts.sum(axis=0), found.output, atol=1e-12)
        assert (found.count, found.d_k) == (count, 8 // count)
        counted.add(found.parameters)
    assert counted == {4 * 8 * 8}


def test_making_pytorchs_module_leaves_the_global_generator_alone() -> None:
    before = torch.random.get_rng_state()
    heads(AttentionLab(seed=4))
    assert torch.equal(before, torch.random.get_rng_state())
