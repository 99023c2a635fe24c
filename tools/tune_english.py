"""Tunes the upper layer of the small English encoder for matching, and prints what it scores out of fold and on dev.

Usage: tools/tune_english.py FOLDER, as tools/train_matching.py, which comes first. Needs torch, which nothing else here
does: `pip install torch`. Writes `engine/key_points/english.json`. Seven minutes of a processor that computes in
bfloat16; another processor gives other numbers in the last digits.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from scipy.special import expit
from torch.nn import functional
from train_matching import FOLDS, UNDECIDED, calibration_error, features, learnt, measured, read_debates, regressed

from sayso.engine.key_points import english_words, matching
from sayso.engine.key_points.encoders import installed_encoder
from sayso.engine.key_points.english_words import HEADS, MATRICES, WIDTH, EnglishWords, packed

TUNED = 5  # the layer; those below stay as they are
RANK, EPOCHS, RATE, DROPPED = 8, 5, 1e-3, 0.1
AT_A_TIME = 80  # statements of a debate in one step
AMONG = 0.5  # weight of pairs of statements that say the same, beside pairs with key points
PENALTY = 3e-4  # as for the pairs beside it, see train_matching


class Upper(torch.nn.Module):
    """The tuned layer: low-rank changes of its matrices (Hu et al. 2022), whole ones of its constants, two odds."""

    def __init__(self, layer):
        super().__init__()
        chance = torch.Generator().manual_seed(0)
        self.layer = {name: torch.tensor(layer[name]) for name in layer}
        self.learnt = torch.nn.ParameterDict()
        for name, array in self.layer.items():
            if name in MATRICES:
                start = torch.randn(array.shape[0], RANK, generator=chance) / array.shape[0] ** 0.5
                self.learnt[f"{name}_in"] = torch.nn.Parameter(start)
                self.learnt[f"{name}_out"] = torch.nn.Parameter(torch.zeros(RANK, array.shape[1]))
            else:
                self.learnt[name] = torch.nn.Parameter(array.clone())
        self.odds = torch.nn.Parameter(torch.tensor([8.0, -2.5, 8.0, -2.5]))

    def forward(self, rows, there, weights):
        """Vectors [n, 384] of texts, from rows below [n, length, 384], which of them are there, and their weights."""
        n, length, _ = rows.shape
        own = self.learnt
        changed = {m: self.layer[m] + own[f"{m}_in"] @ own[f"{m}_out"] for m in MATRICES}
        asks, keys, values = (
            (rows @ changed["qkv"] + own["bqkv"]).view(n, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        )
        beyond = torch.where(there[:, None, None, :], 0.0, -1e9).expand(n, HEADS, length, length)
        heard = (
            functional.scaled_dot_product_attention(asks, keys, values, attn_mask=beyond)
            .transpose(1, 2)
            .reshape(rows.shape)
        )
        out = functional.dropout(heard @ changed["o"] + own["bo"], DROPPED, self.training)
        rows = functional.layer_norm(rows + out, (WIDTH,), own["g1"], own["b1"], 1e-12)
        out = functional.dropout(
            functional.gelu(rows @ changed["f"] + own["bf"]) @ changed["d"] + own["bd"], DROPPED, self.training
        )
        rows = functional.layer_norm(rows + out, (WIDTH,), own["g2"], own["b2"], 1e-12)
        return functional.normalize((rows * weights[..., None]).sum(1), dim=1)

    def tuning(self, layer, sure):
        """As it is written: changes to what was there."""
        arrays = {name: value.detach().numpy() for name, value in self.learnt.items()}
        arrays |= {name: arrays[name] - layer[name] for name in layer if name not in MATRICES}
        slope, constant = self.odds.detach().numpy()[:2].tolist()
        told = {"slope": round(slope, 4), "constant": round(constant, 4), "sure": sure}
        return {**told, "layers": {str(TUNED): {name: packed(array) for name, array in arrays.items()}}}


def below(debates, reader):
    """Of each text its words and their rows under the tuned layer; of each debate the weights of words."""
    rows, weights = {}, {}
    for debate in debates:
        for text in (*debate.said, *debate.points):
            if text not in rows:
                words = reader.words(text)
                rows[text] = words, torch.tensor(reader.in_context(words[None], TUNED)[0])
        held = np.zeros(reader.vocabulary)
        for text in debate.said:
            held[np.unique(rows[text][0])] += 1
        weights[id(debate)] = matching.EVERY_WORD + np.sqrt(np.log((1 + len(debate.said)) / (1 + held)))
    return rows, weights


def batch(texts, rows, weights):
    length = max(len(rows[text][1]) for text in texts)
    there = torch.zeros(len(texts), length, dtype=torch.bool)
    padded, weighed = torch.zeros(len(texts), length, WIDTH), torch.zeros(len(texts), length)
    for i, text in enumerate(texts):
        words, its = rows[text]
        padded[i, : len(its)], there[i, : len(its)] = its, True
        weighed[i, : len(its)] = torch.tensor(weights[words], dtype=torch.float32)
    return padded, there, weighed


def tuned(debates, rows, weights, layer):
    torch.manual_seed(0)
    chance, upper = np.random.default_rng(0), Upper(layer)
    matrices = [value for name, value in upper.learnt.items() if name.endswith(("_in", "_out"))]
    constants = [value for name, value in upper.learnt.items() if not name.endswith(("_in", "_out"))]
    groups = [
        {"params": matrices, "lr": RATE, "weight_decay": 0.01},
        {"params": constants, "lr": RATE / 3, "weight_decay": 0.0},
        {"params": [upper.odds], "lr": 0.02, "weight_decay": 0.0},
    ]
    steps = EPOCHS * len(debates)
    optimiser = torch.optim.AdamW(groups)
    pace = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda i: min(1, (i + 1) / 20) * max(0.0, 1 - i / steps))
    for _ in range(EPOCHS):
        for number in chance.permutation(len(debates)):
            debate = debates[number]
            some = np.sort(chance.permutation(len(debate.said))[:AT_A_TIME])
            texts = [debate.said[i] for i in some] + debate.points
            with torch.autocast("cpu", dtype=torch.bfloat16):
                told = upper(*batch(texts, rows, weights[id(debate)]))
            loss = far_off(upper.odds, told.float(), debate.labels[some])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
            optimiser.step()
            pace.step()
    return upper.eval()


def far_off(odds, told, labels):
    """How unlikely the labels are, of pairs with key points and of pairs of statements."""
    n, loss = len(labels), functional.binary_cross_entropy_with_logits
    told = functional.normalize(told - told[:n].mean(0), dim=1)
    alike, says = told[:n] @ told.T, labels == 1
    decided, truth = torch.tensor(labels != UNDECIDED), torch.tensor(says.astype(np.float32))
    found = loss((odds[0] * alike[:, n:] + odds[1])[decided], truth[decided])
    same = torch.tensor((says.astype(float) @ says.T > 0).astype(np.float32))
    both = says.any(1)[:, None] & says.any(1)[None]
    np.fill_diagonal(both, False)
    if both.any():
        pairs = torch.tensor(both)
        found = found + AMONG * loss((odds[2] * alike[:, :n] + odds[3])[pairs], same[pairs])
    return found


def as_written(upper, layer):
    return EnglishWords(english_words.tuning_of(upper.tuning(layer, [1.0, 0.0])))


def heard(debate, reader, pair):
    """Log-odds as `matching.match` has them, by the encoder as it will be written."""
    read = matching.Read.of(debate.said, debate.points, reader)
    return matching.heard_log_odds(debate.texts, pair, debate.rows, read)


def main(folder):
    torch.set_num_threads(1)
    encoder = installed_encoder()
    train, dev = (read_debates(folder, part, encoder) for part in ("train", "dev"))
    reader = EnglishWords(None)
    rows, weights = below([*train, *dev], reader)
    layer = reader.layer(TUNED)
    pairs = {id(debate): features(debate, "meaning") for debate in train}
    topics = sorted({debate.topic for debate in train})
    odds = {}
    for fold in range(FOLDS):
        held = set(topics[fold::FOLDS])
        learnt_from = [debate for debate in train if debate.topic not in held]
        pair, _ = learnt(learnt_from, pairs, PENALTY)
        upper = tuned(learnt_from, rows, weights, layer)
        so_far = as_written(upper, layer)
        odds |= {id(debate): heard(debate, so_far, pair) for debate in train if debate.topic in held}
    labels = np.concatenate([debate.labels.ravel() for debate in train])
    flat = np.concatenate([odds[id(debate)].ravel() for debate in train])[:, None]
    sure = regressed(flat[labels != UNDECIDED], labels[labels != UNDECIDED], 10.0)
    upper, pair = tuned(train, rows, weights, layer), matching.weights_of(encoder).pair
    whole = as_written(upper, layer)
    odds |= {id(debate): heard(debate, whole, pair) for debate in dev}
    for name, debates in (("out of fold", train), ("dev", dev)):
        told = [expit(sure[0] * odds[id(debate)] + sure[1]) for debate in debates]
        strict, relaxed = measured(debates, told)
        print(f"{name}: {strict:.3f} / {relaxed:.3f}, ECE {calibration_error(debates, told):.3f}")
    told = json.dumps(upper.tuning(layer, sure.round(5).tolist()), indent=0)
    Path(english_words.__file__).with_name("english.json").write_text(told + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
