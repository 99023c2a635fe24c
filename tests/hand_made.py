"""A small snapshot made by hand: two groups, common ground, a divide and a bold view, in believable words.

Valid against the published schema; the figures are counted from planted shares, not drawn from the engine.
"""

from __future__ import annotations

import random
from math import sqrt
from typing import Any

# Words, share that agrees in group A, in group B, share that passes.
PLANTED = [
    ("Nobody tells the night shift what was decided.", 0.93, 0.88, 0.04),
    ("New starters should sit beside somebody for their first two weeks.", 0.90, 0.92, 0.05),
    ("Our website answers questions nobody asks.", 0.86, 0.81, 0.09),
    ("I would rather ring a colleague than fill in the form.", 0.84, 0.86, 0.08),
    ("Overtime should be shared out by rota.", 0.82, 0.21, 0.06),
    ("Meetings before nine shut out people with small children.", 0.77, 0.34, 0.10),
    ("Depots should choose their own tools.", 0.18, 0.83, 0.09),
    ("Working from home two days a week would help me.", 0.79, 0.42, 0.07),
    ("Managers read our weekly reports.", 0.30, 0.22, 0.22),
    ("The canteen should open for the late shift.", 0.66, 0.71, 0.14),
    ("We should answer every letter within five days.", 0.55, 0.61, 0.12),
    ("Nobody tells the night shift what has been decided!", 0.91, 0.87, 0.05),
    ("I know who decides about my work.", 0.41, 0.36, 0.15),
    ("We should stop printing the minutes.", 0.58, 0.47, 0.17),
    ("Residents should be able to watch us work.", 0.10, 0.08, 0.11),
    ("My ideas go further when I say them outside work.", 0.49, 0.52, 0.20),
]
BOLD, DUPLICATE, FIRST_SAID, REJECTED = 14, 11, 0, 13
SIZES = (118, 94)


def _interval(agreeing: int, seen: int) -> tuple[float, float, float]:
    share = (agreeing + 1) / (seen + 2)
    half = 1.96 * sqrt(share * (1 - share) / (seen + 2))
    return round(share, 4), round(max(share - half, 0.0), 4), round(min(share + half, 1.0), 4)


def _statement(number: int, seen: tuple[int, int]) -> dict[str, Any]:
    text, in_a, in_b, passing = PLANTED[number]
    agree = [round(share * count) for share, count in zip((in_a, in_b), seen, strict=True)]
    n_seen, n_agree = sum(seen), sum(agree)
    n_pass = min(round(passing * n_seen), n_seen - n_agree)
    n_disagree = n_seen - n_agree - n_pass
    share, low, high = _interval(n_agree, n_seen)
    against, against_low, against_high = _interval(n_disagree, n_seen)
    cells = [
        dict(
            zip(
                ("group", "seen", "agree", "agree_low", "agree_high"),
                (group, count, *_interval(yes, count)),
                strict=True,
            )
        )
        for group, (yes, count) in enumerate(zip(agree, seen, strict=True))
    ]
    divide = round(abs(in_a - in_b), 3)
    return {
        "statement_id": str(number + 1),
        "text": text,
        "topic": "How we talk to each other",
        "is_seed": number % 5 == 1,
        "rejected": number == REJECTED,
        "n_agree": n_agree,
        "n_pass": n_pass,
        "n_disagree": n_disagree,
        "seen": n_seen,
        "agree": share,
        "agree_low": low,
        "agree_high": high,
        "disagree": against,
        "disagree_low": against_low,
        "disagree_high": against_high,
        "by_group": cells,
        "common_ground": min(in_a, in_b) > 0.8,
        "common_ground_probability": 0.97 if min(in_a, in_b) > 0.8 else 0.03,
        "bridging_probability": 0.9 if min(in_a, in_b) > 0.5 else 0.1,
        "divisive_probability": 0.95 if divide > 0.2 else 0.02,
        "bold_probability": 0.01,
        "divisiveness": divide,
        "divisiveness_low": max(divide - 0.09, 0.0),
        "divisiveness_high": min(divide + 0.09, 1.0),
        "organisation": {
            "seen": n_seen,
            "agree": share,
            "agree_low": low,
            "agree_high": high,
            "if_none": round(n_agree / 1200, 4),
            "if_all": round(1 - (n_seen - n_agree) / 1200, 4),
            "units": [
                {"part": k, **{key: cell[key] for key in cell if key != "group"}} for k, cell in enumerate(cells)
            ],
            "roles": [],
        },
        "duplicates_of": str(FIRST_SAID + 1) if number == DUPLICATE else None,
        "x": 0.1,
        "y": 0.2,
    }


def _representative(statement: dict[str, Any], group: int) -> dict[str, Any]:
    own, other = statement["by_group"][group], statement["by_group"][1 - group]
    agrees = own["agree"] > other["agree"]
    turned = [own["agree"], own["agree_low"], own["agree_high"], other["agree"]]
    if not agrees:
        share, low, high, elsewhere = (round(1 - value, 4) for value in turned)
        turned = [share, high, low, elsewhere]
    share, low, high, elsewhere = turned
    return {
        "statement_id": statement["statement_id"],
        "stance": 1 if agrees else -1,
        "share": share,
        "share_low": low,
        "share_high": high,
        "elsewhere": elsewhere,
        "seen": own["seen"],
        "q_value": 0.001,
    }


def _groups(statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    dividing = [statements[number] for number in (4, 6, 5)]
    total = sum(SIZES)
    return [
        {
            "id": group,
            "label": "AB"[group],
            "size": size,
            "share": round(size / total, 4),
            "share_low": round(size / total - 0.06, 4),
            "share_high": round(size / total + 0.06, 4),
            "stability": 0.91,
            "x": (-1.0, 1.1)[group],
            "y": (0.2, -0.1)[group],
            "representative": [_representative(statement, group) for statement in dividing],
        }
        for group, size in enumerate(SIZES)
    ]


def _points(rng: random.Random, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    points = [
        {
            "x": round(rng.gauss(group["x"], 0.45), 3),
            "y": round(rng.gauss(group["y"], 0.6), 3),
            "sd": round(rng.uniform(0.12, 0.45), 3),
            "group": group["id"] if rng.random() < 0.93 else -1,
        }
        for group in groups
        for _ in range(group["size"])
    ]
    return sorted(points, key=lambda point: (point["x"], point["y"]))


def _says(name: str, part: int, people: int, share: float, low: float, high: float) -> dict[str, Any]:
    return {name: part, "people": people, "share": share, "share_low": low, "share_high": high}


def hand_made_snapshot() -> dict[str, Any]:
    """A fresh copy each time: change it as the test needs."""
    rng = random.Random(20)
    statements = [
        _statement(number, (rng.randint(40, SIZES[0]), rng.randint(35, SIZES[1]))) for number in range(len(PLANTED))
    ]
    groups = _groups(statements)
    points = _points(rng, groups)
    counted = {name: sum(statement[name] for statement in statements) for name in ("n_agree", "n_pass", "n_disagree")}
    bold = statements[BOLD]
    return {
        "schema_version": 1,
        "engine_version": "0.1.0",
        "seed": 1,
        "input_digest": "sha256:" + "ab12" * 16,
        "last_event": None,
        "title": "How we work together",
        "question": "What should change in how we talk to each other?",
        "n_participants": 236,
        "n_members": 1200,
        "n_placed": len(points),
        "n_statements": len(statements),
        "n_votes": sum(counted.values()),
        **counted,
        "settings": {
            "confidence": 0.9,
            "common_ground_overall": 0.75,
            "common_ground_group": 0.6,
            "min_votes_to_place": 7,
            "min_group_scores": 5,
            "min_group_words": 10,
            "min_participants_for_groups": 100,
            "tier": "auto",
            "meaning": "encoder",
        },
        "model": {"n_dims": 2, "tier": "full", "dimension_sd": [1.2, 0.5], "n_sweeps": 40, "converged": True},
        "groups": groups,
        "statements": statements,
        "common_ground": [statement["statement_id"] for statement in statements if statement["common_ground"]],
        "divisive": ["5", "7", "6"],
        "bold_views": [
            {
                "statement_id": bold["statement_id"],
                "holders": 21,
                "holders_share": 0.09,
                "agree_among_holders": 0.91,
                "agree_elsewhere": 0.04,
            }
        ],
        "key_points": [
            {
                "topic": statements[0]["topic"],
                "text": statements[0]["text"],
                "is_by_lead": False,
                "share": 0.24,
                "share_low": 0.18,
                "share_high": 0.33,
                "statement_ids": [statements[0]["statement_id"], statements[3]["statement_id"]],
                "by_group": [_says("group", 0, 40, 0.35, 0.25, 0.46), _says("group", 1, 30, 0.1, 0.05, 0.18)],
                "by_unit": [_says("part", 0, 45, 0.27, 0.18, 0.38), _says("part", 1, 28, 0.21, 0.11, 0.35)],
            },
            {
                "topic": statements[4]["topic"],
                "text": statements[4]["text"],
                "is_by_lead": False,
                "share": None,
                "share_low": None,
                "share_high": None,
                "statement_ids": [statements[4]["statement_id"]],
                "by_group": [],
                "by_unit": [],
            },
        ],
        "spoke": [
            {
                "topic": statements[0]["topic"],
                "people": 85,
                "by_group": [{"group": 0, "people": 40}, {"group": 1, "people": 30}],
                "by_unit": [{"part": 0, "people": 45}, {"part": 1, "people": 28}],
            }
        ],
        "themes": [],
        "novelty": None,
        "map": {"n_shown": len(points), "explained": [0.41, 0.12], "points": points},
        "organisation": {
            "n_people": 1200,
            "n_took_part": 236,
            "units": [
                {"name": "Works", "n_people": 700, "told": True},
                {"name": "Offices", "n_people": 500, "told": True},
            ],
            "roles": [],
        },
        "turned_onto": None,
        "wishes": {"kept": [], "reworded": [], "rejected": []},
        "warnings": [],
    }
