"""Weights of those who took part, raked to the roster's units and roles by weightipy.

Knows the roster; knows no votes. The estimates of `roster_estimates` need no weights from here: raking stands beside
them, for whoever wants the classical weighted share, and as their yardstick. Needs ``sayso[weighting]``.
"""

from __future__ import annotations

import numpy as np

from sayso.engine.roster import UNKNOWN, Roster
from sayso.engine.votes import BoolArray, FloatArray


def rake(roster: Roster, took_part: BoolArray) -> FloatArray:
    """For how many people of the roster each participant stands, float64 [n_participants].

    `took_part` bool [n_participants]. Weights of those on the roster add up to it, in each unit and each role that
    somebody took part from; units and roles without anybody are left out and their people spread over the rest, as
    raking cannot do otherwise. 0 for those who took no part or are not on the roster.

    Raises
    ------
    ValueError
        When `took_part` has another length, or nobody on the roster took part.
    ImportError
        Without weightipy.

    Examples
    --------
    Four people in the north, two in the south; one of each took part:

    >>> roster = Roster(np.array([0, 0, 0, 0, 1, 1]), np.zeros(6, dtype=int), ("North", "South"), ("",),
    ...                 np.array([0, 4, -1]))
    >>> rake(roster, np.array([True, True, True])).round(3).tolist()
    [4.0, 2.0, 0.0]
    """
    import pandas as pd
    import weightipy

    if took_part.shape != roster.person.shape:
        raise ValueError(f"took_part has shape {took_part.shape}; the roster knows {len(roster.person)} participants.")
    counted = np.flatnonzero(took_part & (roster.person != UNKNOWN))
    if not len(counted):
        raise ValueError("Nobody on the roster took part.")
    margins = {
        "unit": (roster.unit, roster.unit_of_participants()),
        "role": (roster.role, roster.role_of_participants()),
    }
    people = pd.DataFrame({name: found[counted] for name, (_, found) in margins.items()})
    targets = {}
    for name, (everybody, _) in margins.items():
        present = np.unique(people[name])
        size = np.bincount(everybody)[present]
        targets[name] = {int(k): 100.0 * float(n) / float(size.sum()) for k, n in zip(present, size, strict=True)}
    raked = weightipy.weight_dataframe(people, weightipy.scheme_from_dict(targets), weight_column="weight")
    weights = np.zeros(len(roster.person))
    weights[counted] = raked["weight"].to_numpy(dtype=np.float64)
    scaled: FloatArray = weights * (roster.n_people / weights.sum())
    return scaled
