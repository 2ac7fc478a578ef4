"""Networks of others: a tiny one that the test makes itself, and what is said where there is none."""

import importlib.util
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.labs.transformer import pretrained
from engine.labs.transformer.pretrained import Source, load, missing, read, shown, sources
from engine.refusal import Refusal

WITHOUT = importlib.util.find_spec("transformers") is None
needs_library = pytest.mark.skipif(
    WITHOUT, reason="transformers is not installed: pip install -r requirements-pretrained.txt"
)
# The library's own warnings are not this project's to mend.
pytestmark = [pytest.mark.filterwarnings("ignore")]
SENTENCE = "the cat sat on the mat"


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    pretrained._held.clear()


def tokenizer(folder: Path) -> int:
    """Words of the sentence as a tokenizer of the library's; returns how many there are."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted(set(SENTENCE.split()))]
    made = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(folder)
    return len(words)


def bert(folder: Path) -> Source:
    from transformers import BertConfig, BertModel

    size = tokenizer(folder)
    config = BertConfig(
        vocab_size=size, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24
    )
    BertModel(config).save_pretrained(folder)
    return Source("tiny-bert", str(folder))


def gpt(folder: Path) -> Source:
    from transformers import GPT2Config, GPT2Model

    size = tokenizer(folder)
    GPT2Model(GPT2Config(vocab_size=size, n_embd=16, n_layer=3, n_head=4, n_positions=64)).save_pretrained(folder)
    return Source("tiny-gpt", str(folder))


@needs_library
def test_the_maps_of_a_bert_are_the_softmax_of_its_own_queries_and_keys(tmp_path: Path) -> None:
    loaded = load(bert(tmp_path))
    found = shown(loaded, SENTENCE)
    assert found.tokens == ("[CLS]", *SENTENCE.split(), "[SEP]")
    assert found.attentions == ("encoder 1", "encoder 2")
    assert found.down("encoder 1") == found.across("encoder 1") == found.tokens
    ids = loaded.tokenizer(SENTENCE, return_tensors="pt")["input_ids"]
    part = loaded.model.encoder.layer[0].attention.self
    x = loaded.model.embeddings(ids)
    q, k = (map_(x)[0].unflatten(1, (2, 8)).transpose(0, 1) for map_ in (part.query, part.key))
    by_hand = (q @ k.transpose(1, 2) / math.sqrt(8)).softmax(2)
    torch.testing.assert_close(torch.from_numpy(found.maps[0]), by_hand, rtol=0, atol=1e-6)
    torch.testing.assert_close(
        torch.tensor(found.entropy[0]), torch.distributions.Categorical(by_hand).entropy().mean(1), rtol=0, atol=1e-5
    )


@needs_library
def test_a_gpt_is_seen_to_look_back_only(tmp_path: Path) -> None:
    found = shown(load(gpt(tmp_path)), SENTENCE)
    assert found.attentions == ("decoder 1", "decoder 2", "decoder 3")
    assert [maps.shape for maps in found.maps] == [(4, 8, 8)] * 3
    assert all((torch.from_numpy(maps).triu(1) == 0).all() for maps in found.maps)


@needs_library
def test_a_job_loads_and_shows_and_a_long_sentence_is_cut(tmp_path: Path) -> None:
    steps = list(read(gpt(tmp_path), "cat " * 100))
    assert steps[0].said.startswith("Loading tiny-gpt")
    found = steps[-1].result
    assert found is not None and len(found.tokens) == 48
    assert found.note == "Of 102 tokens the first 48 are shown."


@needs_library
def test_the_network_loaded_last_is_kept_and_no_other(tmp_path: Path) -> None:
    first, second = bert(tmp_path / "a"), gpt(tmp_path / "b")
    held = load(first)
    assert load(first) is held
    load(second)
    assert load(first) is not held


@needs_library
def test_pickled_weights_are_not_read(tmp_path: Path) -> None:
    source = bert(tmp_path)
    weights = tmp_path / "model.safetensors"
    torch.save({"anything": torch.zeros(1)}, tmp_path / "pytorch_model.bin")
    weights.unlink()
    with pytest.raises(Refusal, match=r"tiny-bert: no \*\.safetensors in its folder"):
        load(source)


@needs_library
def test_code_that_comes_with_a_network_is_not_run(tmp_path: Path) -> None:
    source, ran = bert(tmp_path), tmp_path / "ran"
    (tmp_path / "modeling_evil.py").write_text(f"open({str(ran)!r}, 'w').close()\nclass Evil: ...\n")
    config = tmp_path / "config.json"
    config.write_text(
        config.read_text()
        .replace("{", '{"auto_map": {"AutoModel": "modeling_evil.Evil", "AutoConfig": "modeling_evil.Evil"},', 1)
        .replace('"model_type": "bert"', '"model_type": "evil"')
    )
    with pytest.raises(Refusal, match="tiny-bert could not be read from its folder") as caught:
        load(source)
    assert not ran.exists()
    assert str(tmp_path) not in str(caught.value)


@needs_library
def test_a_network_of_two_stacks_is_refused(tmp_path: Path) -> None:
    from transformers import T5Config

    tokenizer(tmp_path)
    T5Config().save_pretrained(tmp_path)
    (tmp_path / "model.safetensors").touch()
    with pytest.raises(Refusal, match="has an encoder and a decoder"):
        load(Source("tiny-t5", str(tmp_path)))


@needs_library
def test_an_id_that_cannot_be_fetched_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(Refusal, match="nobody/nothing-here could not be read from the Hugging Face hub"):
        list(read(Source("nobody/nothing-here", "nobody/nothing-here"), SENTENCE))


def test_without_the_library_the_page_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    find: Callable[..., Any] = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "transformers" else find(name))
    monkeypatch.delenv("GP_PRETRAINED", raising=False)
    assert "pip install -r requirements-pretrained.txt" in missing()
    assert "GP_PRETRAINED=" in missing()
    monkeypatch.setenv("GP_PRETRAINED", "/models/one")
    assert missing() == pretrained.NO_LIBRARY


def test_the_owner_names_networks_and_visitors_see_no_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GP_PRETRAINED", f" {tmp_path}/one ; org/name;{tmp_path}/two/one;; ")
    assert list(sources()) == ["one", "org/name", "one'"]
    assert sources()["one'"].place == f"{tmp_path}/two/one"
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    assert missing() == ""
    monkeypatch.setenv("GP_PRETRAINED", "")
    assert missing() == pretrained.NONE_NAMED


def test_the_requirements_of_the_extra_begin_with_those_of_the_app() -> None:
    lines = (Path(__file__).parents[4] / "requirements-pretrained.txt").read_text().splitlines()
    assert "-r requirements.txt" in lines
    assert any(line.startswith("transformers==") for line in lines)
