"""Findings written down as a snapshot's JSON content, as ``snapshot.schema.json`` has it.

Knows the findings and the schema's names; decides nothing. Numbers are rounded to six places: finer differences come
from the processor, not from people, and would make equal snapshots look different.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sayso import __version__
from sayso.engine.estimates import Share, share_of
from sayso.engine.findings import Findings
from sayso.engine.key_points.splitting import PartSays
from sayso.engine.organisation import Part
from sayso.engine.votes import BoolArray, IntArray

MAX_POINTS = 2_000  # dots on the map


def write(findings: Findings, *, seed: int, last_event: int | None) -> dict[str, Any]:
    """The whole body; plain dicts, lists, numbers and strings only."""
    conversation, votes = findings.conversation, findings.conversation.votes
    ids = conversation.statement_ids
    return {
        "schema_version": 1,
        "engine_version": __version__,
        "seed": seed,
        "input_digest": conversation.digest(),
        "last_event": last_event,
        "title": conversation.title,
        "question": conversation.question,
        "n_participants": int(np.sum(votes.votes_per_participant() > 0)),
        "n_members": conversation.n_members,
        "n_placed": len(findings.placed),
        "n_statements": votes.n_statements,
        "n_votes": votes.n_votes,
        "n_agree": int(votes.count(1).sum()),
        "n_pass": int(votes.count(0).sum()),
        "n_disagree": int(votes.count(-1).sum()),
        "settings": vars(findings.settings).copy(),
        "model": _model(findings),
        "groups": _groups(findings),
        "organisation": _organisation(findings),
        "statements": _statements(findings),
        "common_ground": [ids[j] for j in findings.common_ground],
        "divisive": [ids[j] for j in findings.divisive],
        "bold_views": _bold_views(findings),
        "key_points": _key_points(findings),
        "spoke": _spoke(findings),
        "themes": _themes(findings),
        "novelty": _novelty(findings),
        "map": _map(findings),
        "turned_onto": findings.turned_onto,
        "wishes": findings.wishes.as_told(),
        "warnings": _warnings(findings),
    }


def _model(findings: Findings) -> dict[str, Any]:
    space = findings.space
    spread = np.sqrt(np.mean(space.loadings**2, axis=0)) if len(space.loadings) else np.zeros(space.n_dims)
    return {
        "n_dims": space.n_dims,
        "tier": str(space.tier),
        "dimension_sd": [_number(value) for value in spread],
        "n_sweeps": space.n_sweeps,
        "converged": space.converged,
    }


def _groups(findings: Findings) -> list[dict[str, Any]]:
    groups, n_placed = findings.groups, len(findings.placed)
    share = share_of(groups.sizes, np.full(groups.n_groups, n_placed), confidence=findings.settings.confidence)
    return [
        {
            "id": group,
            "label": findings.group_letters[group],
            "size": int(groups.sizes[group]),
            **_share("share", share, group),
            "stability": _number(findings.group_stability[group]),
            # Among its own dots: their places are pulled to the middle by doubt, the group's true centre is not.
            **_middle(findings, group),
            "representative": [
                {
                    "statement_id": findings.conversation.statement_ids[told.statement],
                    "stance": told.stance,
                    "share": _number(told.share),
                    "share_low": _number(told.share_low),
                    "share_high": _number(told.share_high),
                    "elsewhere": _number(told.elsewhere),
                    "seen": told.seen,
                    "q_value": _number(told.q_value),
                }
                for told in findings.representative[group]
            ],
        }
        for group in range(groups.n_groups)
    ]


def _middle(findings: Findings, group: int) -> dict[str, float | None]:
    x, y = np.zeros(2) + np.median(findings.space.positions[findings.groups.membership == group][:, :2], axis=0)
    return {"x": _number(x), "y": _number(y)}


def _statements(findings: Findings) -> list[dict[str, Any]]:
    conversation, votes = findings.conversation, findings.conversation.votes
    confidence = findings.settings.confidence
    n_agree, n_pass, n_disagree, seen = votes.count(1), votes.count(0), votes.count(-1), votes.seen()
    agree = share_of(n_agree, seen, confidence=confidence)
    disagree = share_of(n_disagree, seen, confidence=confidence)
    in_group = share_of(findings.counts.of(1), findings.counts.seen, confidence=confidence)
    divisiveness = findings.divisiveness
    is_shared = np.zeros(votes.n_statements, dtype=bool)
    is_shared[findings.common_ground] = True
    return [
        {
            "statement_id": conversation.statement_ids[j],
            "text": conversation.texts[j],
            "topic": conversation.topics[j],
            "is_seed": bool(conversation.is_seed[j]),
            "rejected": bool(conversation.rejected[j]),
            "n_agree": int(n_agree[j]),
            "n_pass": int(n_pass[j]),
            "n_disagree": int(n_disagree[j]),
            "seen": int(seen[j]),
            **_share("agree", agree, j),
            **_share("disagree", disagree, j),
            "by_group": [
                {"group": group, "seen": int(findings.counts.seen[group, j]), **_share("agree", in_group, (group, j))}
                for group in range(findings.groups.n_groups)
            ],
            "common_ground": bool(is_shared[j]),
            **_kinds(findings, j),
            "divisiveness": _number(divisiveness.value[j]) if seen[j] else None,
            "divisiveness_low": _number(divisiveness.low[j]) if seen[j] else None,
            "divisiveness_high": _number(divisiveness.high[j]) if seen[j] else None,
            "organisation": _organisation_on(findings, j),
            "duplicates_of": _id_or_none(conversation.statement_ids, int(findings.duplicate_of[j])),
            "x": _number(findings.space.loadings[j, 0]) if seen[j] else None,
            "y": _number(findings.space.loadings[j, 1]) if seen[j] and findings.space.n_dims > 1 else None,
        }
        for j in range(votes.n_statements)
    ]


def _kinds(findings: Findings, j: int) -> dict[str, float | None]:
    return {
        f"{kind}_probability": _number(getattr(findings.kinds, kind)[j])
        for kind in ("common_ground", "bridging", "divisive", "bold")
    }


def _organisation(findings: Findings) -> dict[str, Any] | None:
    told = findings.organisation
    if told is None:
        return None
    return {
        "n_people": told.n_people,
        "n_took_part": told.n_took_part,
        "units": _parts(told.units, told.told.unit),
        "roles": _parts(told.roles, told.told.role),
    }


def _parts(parts: tuple[Part, ...], told: BoolArray) -> list[dict[str, Any]]:
    return [{**vars(part), "told": bool(told[k])} for k, part in enumerate(parts)]


def _organisation_on(findings: Findings, j: int) -> dict[str, Any] | None:
    """What it would say to one statement; none where that tells what a few who are not on the roster said."""
    told = findings.organisation
    if told is None or not told.told.statements[j]:
        return None
    units = (told.units, told.by_unit, told.unit_seen, told.told.by_unit)
    roles = (told.roles, told.by_role, told.role_seen, told.told.by_role)
    return {
        "seen": int(told.seen[j]),
        **_share("agree", told.agree, j),
        "if_none": _number(told.if_none[j]),
        "if_all": _number(told.if_all[j]),
        "units": _cells(j, *units),
        "roles": _cells(j, *roles),
    }


def _cells(
    j: int, parts: tuple[Part, ...], share: Share, seen: IntArray, told: BoolArray
) -> list[dict[str, int | float | None]]:
    """Nothing but the part's number where nothing may be told: the file may fall into any hands."""
    cells = [{"part": k, "seen": int(seen[k, j]), **_share("agree", share, (k, j))} for k in range(len(parts))]
    return [cell if told[k, j] else {**dict.fromkeys(cell), "part": k} for k, cell in enumerate(cells)]


def _bold_views(findings: Findings) -> list[dict[str, Any]]:
    return [
        {
            "statement_id": findings.conversation.statement_ids[view.statement],
            "holders": view.holders,
            "holders_share": _number(view.holders_share),
            "agree_among_holders": _number(view.agree_among_holders),
            "agree_elsewhere": _number(view.agree_elsewhere),
        }
        for view in findings.bold
    ]


def _key_points(findings: Findings) -> list[dict[str, Any]]:
    ids = findings.conversation.statement_ids
    return [
        {
            "topic": point.topic,
            "text": point.text,
            "is_by_lead": point.is_by_lead,
            "share": point.share,
            "share_low": point.low,
            "share_high": point.high,
            "statement_ids": [ids[j] for j in point.statements],
            "by_group": [_part_says("group", cell) for cell in point.by_group],
            "by_unit": [_part_says("part", cell) for cell in point.by_unit],
        }
        for point in findings.many_say.key_points
    ]


def _part_says(name: str, cell: PartSays) -> dict[str, Any]:
    share = {"share": cell.share, "share_low": cell.low, "share_high": cell.high}
    return {name: cell.part, "people": cell.people, **share}


def _spoke(findings: Findings) -> list[dict[str, Any]]:
    return [
        {
            "topic": topic.topic,
            "people": topic.people,
            "by_group": [{"group": k, "people": n} for k, n in enumerate(topic.by_group)],
            "by_unit": [{"part": k, "people": n} for k, n in enumerate(topic.by_unit)],
        }
        for topic in findings.many_say.spoke
    ]


def _themes(findings: Findings) -> list[dict[str, Any]]:
    ids = findings.conversation.statement_ids
    return [
        {
            "id": theme.number,
            "name": theme.name,
            "topic": theme.topic,
            "key_points": list(theme.key_points),
            "statement_ids": [ids[j] for j in theme.statements],
        }
        for theme in findings.many_say.themes
    ]


def _novelty(findings: Findings) -> dict[str, Any] | None:
    found = findings.many_say.novelty
    if found is None:
        return None
    recent = [[key, is_new] for key, is_new in found.recent]
    return {"n": found.n, "share": found.share, "share_low": found.low, "share_high": found.high, "recent": recent}


def _map(findings: Findings) -> dict[str, Any]:
    space, placed = findings.space, findings.placed
    if len(placed) > MAX_POINTS:
        # Every k-th along the first axis: an even picture of the crowd that needs no chance.
        along = placed[np.argsort(space.positions[placed, 0], kind="stable")]
        placed = along[np.linspace(0, len(along) - 1, MAX_POINTS).astype(np.int64)]
    points = [
        {
            "x": _number(space.positions[i, 0]),
            "y": _number(space.positions[i, 1]) if space.n_dims > 1 else 0.0,
            "sd": _number(space.position_sd[i, :2].max()),
            "group": int(findings.groups.membership[i]),
        }
        for i in placed
    ]
    points.sort(key=lambda point: (point["x"], point["y"], point["sd"]))
    return {
        "n_shown": len(points),
        "explained": [_number(value) for value in space.explained[:2]],
        "points": points,
    }


def _warnings(findings: Findings) -> list[dict[str, str]]:
    votes = findings.conversation.votes
    found = []
    if findings.settings.meaning == "words":
        found.append(
            (
                "words_only",
                "Key points rest on shared words, not on meaning: statements that say the same in"
                " other words may be missed.",
            )
        )
    if votes.n_votes == 0:
        found.append(("no_votes", "Nobody has voted yet."))
    elif not votes.is_stated.any():
        found.append(("all_passes", "All votes are passes, so nothing can be said about agreement."))
    if findings.groups.reason:
        found.append(("no_groups", findings.groups.reason))
    if votes.n_votes and not findings.space.converged:
        found.append(("not_converged", "The map was still moving a little when the search stopped."))
    if votes.n_votes and len(findings.placed) < findings.settings.min_participants_for_groups:
        found.append(("few_people", f"Only {len(findings.placed)} people cast enough votes to be placed on the map."))
    if n_rejected := int(np.sum(findings.conversation.rejected)):
        found.append(
            ("rejected", f"{n_rejected} statements were turned down by moderation. Their votes count for the map only.")
        )
    return [{"code": code, "message": message} for code, message in found]


def _share(name: str, share: Share, at: int | tuple[int, int]) -> dict[str, float | None]:
    return {
        name: _number(share.value[at]),
        f"{name}_low": _number(share.low[at]),
        f"{name}_high": _number(share.high[at]),
    }


def _id_or_none(ids: tuple[str, ...], number: int) -> str | None:
    return ids[number] if number >= 0 else None


def _number(value: float) -> float | None:
    plain = float(value)
    return None if math.isnan(plain) else round(plain, 6) + 0.0  # + 0.0: no negative zero
