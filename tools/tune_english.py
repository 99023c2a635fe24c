"""Tunes two upper layers of the small English encoder for matching, and prints what it scores out of fold and on dev.

Usage: tools/tune_english.py FOLDER, as tools/train_matching.py, which comes first. Needs torch, which nothing else here
does: `pip install torch`. Writes `engine/key_points/english.json`. Eight minutes of a processor that computes in
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
from train_matching import FOLDS, UNDECIDED, features, learnt, learnt_sure, print_measured, read_debates

from sayso.engine.key_points import english_words, matching
from sayso.engine.key_points.encoders import installed_encoder
from sayso.engine.key_points.english_words import HEADS, MATRICES, WIDTH, EnglishWords, packed

TUNED = (4, 5)  # the layers; those below stay as they are
RANK, EPOCHS, RATE, DROPPED = 8, 5, 1e-3, 0.1
AT_A_TIME = 80  # statements of a debate in one step
AMONG = 0.5  # weight of pairs of statements that say the same, beside pairs with key points
PENALTY = 3e-4  # as for the pairs beside it, see train_matching


class Upper(torch.nn.Module):
    """The tuned layers: low-rank changes of their matrices (Hu et al. 2022), whole ones of their constants, two odds.

    Matrices are multiplied in bfloat16; their changes by themselves, so that no slope of a whole matrix is needed.
    """

    def __init__(self, layers):
        super().__init__()
        chance = torch.Generator().manual_seed(0)
        self.fixed = {}
        self.learnt = torch.nn.ParameterDict()
        for number, layer in layers.items():
            for name, array in layer.items():
                if name in MATRICES:
                    self.fixed[f"{number}_{name}"] = torch.tensor(array).bfloat16()
                    start = torch.randn(array.shape[0], RANK, generator=chance) / array.shape[0] ** 0.5
                    self.learnt[f"{number}_{name}_in"] = torch.nn.Parameter(start)
                    self.learnt[f"{number}_{name}_out"] = torch.nn.Parameter(torch.zeros(RANK, array.shape[1]))
                else:
                    self.learnt[f"{number}_{name}"] = torch.nn.Parameter(torch.tensor(array))
        self.odds = torch.nn.Parameter(torch.tensor([8.0, -2.5, 8.0, -2.5]))

    def forward(self, rows, lengths, weights):
        """Vectors [n, 384] of texts, from their rows below one after the other [words, 384], and weights [words]."""
        n, longest = len(lengths), max(lengths)
        text = torch.repeat_interleave(torch.arange(n), torch.tensor(lengths))
        place = torch.cat([i * longest + torch.arange(length) for i, length in enumerate(lengths)])
        beyond = torch.where(torch.arange(longest)[None] < torch.tensor(lengths)[:, None], 0.0, -1e9)[:, None, None]
        for number in TUNED:
            asked = rows.new_zeros(n * longest, 3 * WIDTH).index_copy(0, place, self.times(rows, number, "qkv", "bqkv"))
            asks, keys, values = asked.view(n, longest, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
            heed = torch.softmax(asks @ keys.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + beyond, -1)
            heard = (heed @ values).transpose(1, 2).reshape(-1, WIDTH)[place]
            rows = self.normal(rows + self.dropped(self.times(heard, number, "o", "bo")), number, "g1", "b1")
            wide = functional.gelu(self.times(rows, number, "f", "bf"), approximate="tanh")
            rows = self.normal(rows + self.dropped(self.times(wide, number, "d", "bd")), number, "g2", "b2")
        summed = rows.new_zeros(n, WIDTH).index_add(0, text, rows * weights[:, None])
        return functional.normalize(summed, dim=1)

    def times(self, rows, number, matrix, constant):
        name, narrow = f"{number}_{matrix}", rows.bfloat16()
        change = narrow @ self.learnt[f"{name}_in"].bfloat16() @ self.learnt[f"{name}_out"].bfloat16()
        return (narrow @ self.fixed[name] + change).float() + self.learnt[f"{number}_{constant}"]

    def dropped(self, rows):
        return functional.dropout(rows, DROPPED, self.training)

    def normal(self, rows, number, gain, shift):
        return functional.layer_norm(
            rows, (WIDTH,), self.learnt[f"{number}_{gain}"], self.learnt[f"{number}_{shift}"], 1e-12
        )

    def tuning(self, layers, sure):
        """As it is written: changes to what was there."""
        told = {number: {} for number in layers}
        for name, value in self.learnt.items():
            number, short = name.split("_", 1)
            array, was = value.detach().numpy(), layers[int(number)].get(short, 0)  # parts of changes were nothing
            told[int(number)][short] = packed(array - was)
        return {"sure": sure, "layers": {str(number): arrays for number, arrays in told.items()}}


def below(debates, reader):
    """Of each text its words and their rows under the tuned layers; of each debate the weights of words."""
    rows, weights = {}, {}
    for debate in debates:
        said = [*debate.said, *debate.other_side]
        for text in (*said, *debate.points):
            if text not in rows:
                words = reader.words(text)
                rows[text] = words, torch.tensor(reader.in_context(words[None], TUNED[0])[0])
        held = np.zeros(reader.vocabulary)
        for text in said:
            held[np.unique(rows[text][0])] += 1
        weights[id(debate)] = matching.EVERY_WORD + np.sqrt(np.log((1 + len(said)) / (1 + held)))
    return rows, weights


def batch(texts, rows, weights):
    """What `Upper.forward` asks for."""
    words, below_them = zip(*(rows[text] for text in texts), strict=True)
    weighed = torch.tensor(weights[np.concatenate(words)], dtype=torch.float32)
    return torch.cat(below_them), [len(one) for one in words], weighed


def tuned(debates, rows, weights, layers):
    torch.manual_seed(0)
    chance, upper = np.random.default_rng(0), Upper(layers)
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
            loss = far_off(upper.odds, upper(*batch(texts, rows, weights[id(debate)])), debate.labels[some])
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


def as_written(upper, layers):
    return EnglishWords(english_words.tuning_of(upper.tuning(layers, [1.0, 0.0])))


def heard(debate, reader, pair):
    """Log-odds as `matching.match` has them, by the encoder as it will be written."""
    return debate.log_odds(pair, matching.Read.of(debate.said, debate.points, reader, debate.other_side))


def main(folder):
    torch.set_num_threads(1)
    encoder = installed_encoder()
    train, dev = (read_debates(folder, part, encoder) for part in ("train", "dev"))
    alone = {part: read_debates(folder, part, encoder, both_sides=False) for part in ("train", "dev")}
    reader = EnglishWords(None)
    rows, weights = below([*train, *dev], reader)
    layers = {number: reader.layer(number) for number in TUNED}
    pairs = {id(debate): features(debate, "meaning") for debate in train}
    topics = sorted({debate.topic for debate in train})
    odds = {}
    for fold in range(FOLDS):
        held = set(topics[fold::FOLDS])
        learnt_from, themselves = ([one for one in of if one.topic not in held] for of in (train, alone["train"]))
        pair, _ = learnt(learnt_from, themselves, pairs, PENALTY)
        upper = tuned(learnt_from, rows, weights, layers)
        so_far = as_written(upper, layers)
        kept = [debate for debate in (*train, *alone["train"]) if debate.topic in held]
        odds |= {id(debate): heard(debate, so_far, pair) for debate in kept}
    among = [*train, *alone["train"]]
    sure = learnt_sure([odds[id(debate)] for debate in among], among)
    upper, pair = tuned(train, rows, weights, layers), matching.weights_of(encoder).pair
    whole = as_written(upper, layers)
    odds |= {id(debate): heard(debate, whole, pair) for debate in (*dev, *alone["dev"])}
    scores = {debate: expit(sure[0] * told + sure[1]) for debate, told in odds.items()}
    print_measured("with the small encoder", train, dev, alone, scores)
    told = json.dumps(upper.tuning(layers, sure.round(5).tolist()), indent=0)
    Path(english_words.__file__).with_name("english.json").write_text(told + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
