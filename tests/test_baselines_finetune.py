"""Fine-tuning a model of the user's: tiny random ones, saved to disk and loaded as any other is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import llmerm
import numpy as np
import pytest
import torch
from fixture_model import FAMILIES, pretrained, save, tokenizer
from llmerm.baselines.neural import finetune
from llmerm.baselines.neural.row_tokens import RowTokens
from llmerm.baselines.pretrained import Pretrained
from llmerm.dataset import Dataset, Split
from llmerm.errors import DataError, UsageError
from safetensors.torch import load_file
from transformers import AutoModel, AutoModelForCausalLM, BertConfig

WEIGHTS = "model.safetensors"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {family: pretrained(tmp_path_factory.mktemp(family), family, merges=6) for family in FAMILIES}


def bits(count: int, n: int, seed: int = 0) -> list[str]:
    drawn = np.random.default_rng(seed).integers(0, 2, (count, n))
    return ["".join(map(str, row)) for row in drawn.tolist()]


def split(label: Any, train: int = 60, n: int = 6) -> Split:
    rows, more = (Dataset(x, [label(row) for row in x]) for x in (bits(train, n), bits(40, n, 1)))
    return Split(rows, None, more, {"rows": rows.hash})


LAST_BIT = split(lambda row: int(row[-1]))


def tuned(folder: Path, data: Split = LAST_BIT, **settings: Any) -> Any:
    chosen = {"device": "cpu", "tune": "top", "blocks": 1, "epochs": 2, "batch": 10, "lr": 0.005}
    return llmerm.baselines.fit("finetune", data, model_path=str(folder), **{**chosen, **settings})


def changed(result: Any, folder: Path) -> set[str]:
    """Names of the backbone's weights that are no longer what is on disk, bit for bit."""
    before = dict(AutoModel.from_pretrained(folder).named_parameters())
    after = {
        name.replace("base_layer.", ""): value
        for name, value in result.fitted.model.backbone.named_parameters()
        if "lora" not in name
    }
    assert before.keys() == after.keys()
    return {name for name, value in before.items() if not torch.equal(value, after[name])}


# What is trained


@pytest.mark.parametrize("family", FAMILIES)
def test_only_the_top_blocks_and_the_head_are_trained(folders: dict[str, Path], family: str) -> None:
    folder = folders[family]
    result = tuned(folder, blocks=2)
    blocks = finetune.blocks_of(result.fitted.model.backbone)
    assert len(blocks) == 3
    names = {id(p): name for name, p in result.fitted.model.backbone.named_parameters()}
    top = {names[id(p)] for block in list(blocks)[1:] for p in block.parameters()}
    moved = changed(result, folder)
    assert moved <= top
    for block in list(blocks)[1:]:  # each block has moved; a bias of a key alone has no gradient
        assert moved & {names[id(p)] for p in block.parameters() if p.dim() == 2}
    trained = sum(p.numel() for block in list(blocks)[1:] for p in block.parameters()) + 32 + 1
    assert result.facts["trained_parameters"] == trained
    assert result.facts["trained_parameters"] < result.facts["parameters"]
    assert (result.facts["tune"], result.facts["blocks"], result.facts["model_type"]) == ("top", 2, family)


@pytest.mark.parametrize("family", ["qwen3", "gpt2"])
def test_full_trains_every_matrix(folders: dict[str, Path], family: str) -> None:
    result = tuned(folders[family], tune="full")
    matrices = {name for name, p in result.fitted.model.backbone.named_parameters() if p.dim() == 2}
    assert matrices <= changed(result, folders[family])
    assert result.facts["trained_parameters"] == result.facts["parameters"]


@pytest.mark.parametrize("family", ["qwen3", "gpt2", "bloom", "gpt_neox"])
def test_lora_trains_its_adapters_and_no_weight_of_the_model(folders: dict[str, Path], family: str) -> None:
    result = tuned(folders[family], tune="lora", rank=2, epochs=3)
    assert changed(result, folders[family]) == set()
    adapters = {n: p for n, p in result.fitted.model.backbone.named_parameters() if "lora" in n}
    assert all(p.abs().max() > 0 for n, p in adapters.items() if "lora_B" in n)  # zeros to begin with
    per_block = {n.partition("lora")[0] for n in adapters}
    assert len(per_block) == {"qwen3": 7, "gpt2": 4, "bloom": 4, "gpt_neox": 4}[family] * 3
    assert result.facts["trained_parameters"] == sum(p.numel() for p in adapters.values()) + 33
    assert (result.facts["rank"], result.facts["alpha"]) == (2, 4)


@pytest.mark.parametrize(
    ("family", "settings"),
    [
        ("llama", {"tune": "full"}),
        ("gpt2", {"tune": "full"}),
        ("qwen3", {"tune": "top", "blocks": 3}),
        ("bloom", {"tune": "top", "blocks": 3}),
        ("qwen3", {"tune": "lora", "lr": 0.02}),
        ("gpt2", {"tune": "lora", "lr": 0.02}),
    ],
)
def test_an_easy_rule_is_learnt(folders: dict[str, Path], family: str, settings: dict[str, Any]) -> None:
    result = tuned(folders[family], **{"epochs": 60, "stop": "fitted", **settings})
    assert result.train.risk == 0
    assert result.test.risk < 0.1


def test_the_weights_of_the_folder_are_what_is_tuned(folders: dict[str, Path], tmp_path: Path) -> None:
    """Nothing is drawn anew: other weights in the folder give another network."""
    folder = tmp_path / "other"
    shutil.copytree(folders["qwen3"], folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    with torch.no_grad():
        model.get_input_embeddings().weight.mul_(2)
    model.save_pretrained(folder)
    first, other = (tuned(each).facts for each in (folders["qwen3"], folder))
    assert first["weights_sha256"] != other["weights_sha256"]
    assert first == tuned(folders["qwen3"]).facts


def test_class_names_and_other_lengths(folders: dict[str, Path]) -> None:
    names = ["low", "mid", "high"]
    data = split(lambda row: names[row[-2:].count("1")], train=80)
    longer = Dataset(bits(20, 9, 2), [names[row[-2:].count("1")] for row in bits(20, 9, 2)])
    result = tuned(
        folders["llama"], data, tune="full", epochs=60, stop="fitted", test_by_n={9: longer}, lr=0.003
    )
    assert result.classes == ("high", "low", "mid")
    assert result.train.risk == 0
    assert result.test_by_n[9].rows == 20


def test_padding_is_unread(folders: dict[str, Path]) -> None:
    """A row's label does not depend on the longer rows that it is judged beside."""
    for family in FAMILIES:
        model = tuned(folders[family], epochs=1).fitted.model
        short, both = torch.tensor([[5, 6, 7]]), torch.tensor([[5, 6, 7, 0, 0], [8, 9, 5, 6, 7]])
        with torch.no_grad():
            alone = model(short, torch.tensor([2]))
            torch.testing.assert_close(model(both, torch.tensor([2, 4]))[:1], alone)


def test_our_attention_is_the_librarys(folders: dict[str, Path]) -> None:
    for family in FAMILIES:
        backbone = tuned(folders[family], epochs=1, tune="full").fitted.model.backbone.eval()
        ids = torch.randint(0, 200, (3, 12), generator=torch.Generator().manual_seed(0))
        with torch.no_grad():
            ours = backbone(input_ids=ids).last_hidden_state
            backbone.set_attn_implementation("eager")
            torch.testing.assert_close(backbone(input_ids=ids).last_hidden_state, ours)


# The same again, and after a kill


@pytest.mark.parametrize("settings", [{"tune": "top"}, {"tune": "lora", "rank": 2}], ids=["top", "lora"])
def test_a_stopped_training_goes_on_to_the_same_weights(
    folders: dict[str, Path], tmp_path: Path, settings: dict[str, Any]
) -> None:
    """GPT-2 has dropout, whose masks no checkpoint could bring back: it is off."""
    given = {**settings, "epochs": 6, "evaluate_every": 1}
    whole = tuned(folders["gpt2"], run=tmp_path / "whole", **given)

    class Killed(Exception):
        pass

    said: list[str] = []

    def kill(line: str) -> None:
        said.append(line)
        if len(said) == 3:
            raise Killed

    stopped = {**given, "checkpoint_every": 0.0, "run": tmp_path / "run"}
    with pytest.raises(Killed):
        tuned(folders["gpt2"], progress=kill, **stopped)
    state = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert state["step"] > 0
    trained = {n for n, p in whole.fitted.model.named_parameters() if p.requires_grad}
    assert state["weights"].keys() == trained  # and not the frozen ones
    assert tuned(folders["gpt2"], progress=said.append, **stopped).to_json() == whole.to_json()
    curves = [(tmp_path / name / "curve.jsonl").read_text() for name in ("whole", "run")]
    assert curves[0] == curves[1]


def test_a_checkpoint_is_of_one_model(folders: dict[str, Path], tmp_path: Path) -> None:
    """It holds what is trained; what is frozen comes from the folder, which may hold another model by now."""
    folder, run = tmp_path / "model", tmp_path / "run"
    shutil.copytree(folders["llama"], folder)

    def kill(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tuned(folder, run=run, epochs=4, evaluate_every=1, checkpoint_every=0.0, progress=kill)
    model = AutoModelForCausalLM.from_pretrained(folder)
    with torch.no_grad():
        model.get_input_embeddings().weight.mul_(2)
    model.save_pretrained(folder)
    with pytest.raises(UsageError, match=r"was made with model_sha256 .*, now "):
        tuned(folder, run=run, epochs=4, evaluate_every=1)


def test_saved_weights_are_the_trained_ones(folders: dict[str, Path], tmp_path: Path) -> None:
    result = tuned(folders["qwen3"], tune="lora", rank=2, save_weights=True, run=tmp_path / "run")
    saved = load_file(tmp_path / "run" / "weights.safetensors")
    trained = {name: p for name, p in result.fitted.model.named_parameters() if p.requires_grad}
    assert saved.keys() == trained.keys()
    assert all(torch.equal(saved[name], value) for name, value in trained.items())


def test_the_callers_random_state_is_left_alone(folders: dict[str, Path]) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = tuned(folders["gpt2"], tune="lora")
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    assert tuned(folders["gpt2"], tune="lora").facts == first.facts
    assert tuned(folders["gpt2"], tune="lora", seed=1).facts != first.facts


# Tokens


def encoder(folder: Path, how: str = "auto", most: int | None = 128, size: int = 10_000) -> RowTokens:
    return RowTokens(Pretrained(str(folder)).tokenizer(), how, size=size, most=most)


def words(folder: Path, rows: Dataset, how: str) -> list[list[str]]:
    found, read = encoder(folder, how)(rows), Pretrained(str(folder)).tokenizer()
    lengths = (found.last + 1).tolist()
    return [read.convert_ids_to_tokens(row[:n]) for row, n in zip(found.ids.tolist(), lengths, strict=True)]


def test_each_digit_is_a_token_or_as_the_tokenizer_joins_them(folders: dict[str, Path]) -> None:
    rows = Dataset(["010111", "0011"])
    for how in ("auto", "characters"):
        assert words(folders["llama"], rows, how) == [list("010111"), list("0011")]
    joined = words(folders["llama"], rows, "joined")
    assert ["".join(row) for row in joined] == rows.x
    assert all(len(row) < len(x) for row, x in zip(joined, rows.x, strict=True))


def test_rows_of_every_kind_become_text(folders: dict[str, Path]) -> None:
    ints, reals = Dataset([[-12, 7], [0]]), Dataset([[0.5, 1e300]])
    records, unicode = Dataset([{"a": 1, "b": "é"}]), Dataset(["é∑0"])
    read = Pretrained(str(folders["llama"])).tokenizer()
    for rows, text in (
        (ints, "-12 7"),
        (reals, "0.5 1e+300"),
        (records, '{"a": 1, "b": "é"}'),
        (unicode, "é∑0"),
    ):
        for how in ("auto", "characters", "joined"):
            found = encoder(folders["llama"], how)(rows)
            assert read.decode(found.ids[0, : found.last[0] + 1]) == text


def test_no_row_is_cut_off(folders: dict[str, Path]) -> None:
    longest = Dataset(["0" * 128], [0])
    assert encoder(folders["llama"])(longest).last.tolist() == [127]
    with pytest.raises(DataError, match=r"a row of 129 tokens is longer than the model reads, 128"):
        encoder(folders["llama"])(Dataset(["0" * 129]))
    data = Split(Dataset(["0" * 129, "1" * 3], [0, 1]), None, None, {})
    with pytest.raises(DataError, match="nothing is cut off"):
        tuned(folders["gpt2"], data)
    assert tuned(folders["bloom"], data, epochs=1).train.rows == 2  # ALiBi has no longest row


def test_a_length_that_the_model_cannot_read_is_said_before_anything_is_trained(
    folders: dict[str, Path],
) -> None:
    said: list[str] = []
    longer = Dataset(["01" * 100], [1])
    with pytest.raises(DataError, match="a row of 200 tokens is longer than the model reads, 128"):
        tuned(folders["gpt2"], test_by_n={200: longer}, progress=said.append)
    assert said == []


def test_a_tokenizer_that_loses_a_symbol_is_refused(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    folder = pretrained(tmp_path / "model")
    words = Tokenizer(models.WordLevel({"<unk>": 0, "0": 1}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    PreTrainedTokenizerFast(tokenizer_object=words, unk_token="<unk>").save_pretrained(folder)
    for how in ("characters", "joined"):
        with pytest.raises(DataError, match=r"does not keep the row '0101'.*another model"):
            encoder(folder, how)(Dataset(["0101"]))


def test_a_row_begins_with_bos_where_the_tokenizer_says_so(tmp_path: Path) -> None:
    from tokenizers import processors

    made = tokenizer(tmp_path, "0101")
    assert encoder_of(made).ids.tolist() == [made("01")["input_ids"]]
    made.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A <s>", special_tokens=[("<s>", made.bos_token_id)]
    )
    start = made.bos_token_id
    assert encoder_of(made).ids.tolist() == [[start, *made("01", add_special_tokens=False)["input_ids"]]]


def encoder_of(made: Any) -> Any:
    return RowTokens(made, "joined", size=len(made), most=None)(Dataset(["01"]))


def test_an_empty_row_has_nothing_to_read(folders: dict[str, Path]) -> None:
    with pytest.raises(DataError, match="row without symbols"):
        encoder(folders["llama"])(Dataset(["", "1"]))


def test_a_tokenizer_of_another_model(folders: dict[str, Path]) -> None:
    with pytest.raises(DataError, match="not of one model"):
        encoder(folders["llama"], size=3)(Dataset(["01"]))


# Folders that will not do


def test_no_model_path() -> None:
    with pytest.raises(UsageError, match="--model-path"):
        llmerm.baselines.fit("finetune", LAST_BIT)


def test_more_blocks_than_there_are(folders: dict[str, Path]) -> None:
    with pytest.raises(UsageError, match=r"has 3 blocks; give --blocks 3 at most"):
        tuned(folders["qwen3"], blocks=4)


def without(name: str) -> Any:
    return lambda folder: (folder / name).unlink()


def broken(name: str) -> Any:
    return lambda folder: (folder / name).write_bytes(b'{"model_type')


def other_config(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 4}))


def unknown_type(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "nosuch"}')


def foreign_code(folder: Path) -> None:
    (folder / "config.json").write_text(
        '{"model_type": "nosuch", "auto_map": {"AutoConfig": "mine.Config", "AutoModel": "mine.Model"}}'
    )
    (folder / "mine.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\n")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (shutil.rmtree, "is no folder"),
        (without("config.json"), "has no config.json"),
        (without(WEIGHTS), r"has no \*.safetensors"),
        (without("tokenizer.json"), "has no tokenizer"),
        (broken("config.json"), "config.json in .* cannot be loaded"),
        (broken(WEIGHTS), "model in .* cannot be loaded"),
        (broken("tokenizer.json"), "tokenizer in .* cannot be loaded"),
        (other_config, "lack .* that the model has"),
        (unknown_type, "nosuch"),
        (foreign_code, "cannot be loaded"),
    ],
)
def test_a_folder_that_will_not_do(
    folders: dict[str, Path], tmp_path: Path, spoil: Any, message: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(folders["llama"], folder)
    spoil(folder)
    with pytest.raises(UsageError, match=message):
        tuned(folder)
    assert not (folder / "ran").exists()


def test_an_encoder_is_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "bert"
    shutil.copytree(folders["llama"], folder)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    save(folder, BertConfig(vocab_size=300, **shape))
    with pytest.raises(UsageError, match="bert model, which is no decoder"):
        tuned(folder)
