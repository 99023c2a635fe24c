"""The fit on partitions of participants is the fit of all of them."""

import numpy as np
import pytest

from planted import planted_groups
from sayso.engine.posterior.many_machines import DaskCrowd
from sayso.engine.posterior.variational import fit_crowd, fit_variational

distributed = pytest.importorskip("distributed", reason="sayso[cluster] is not installed")


@pytest.fixture(scope="module")
def client():
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        yield client


@pytest.fixture(scope="module")
def votes():
    votes = planted_groups(3, n_participants=400, n_statements=60, n_groups=2, votes_each=25)[0]
    return votes.select(votes.is_stated)


def objective(model, votes):
    chance = model.agree(votes.participant, votes.statement)
    return -np.mean(np.log(np.where(votes.stance > 0, chance, 1 - chance)))


def test_two_partitions_end_where_one_process_ends(client, votes):
    halves = [votes.take_rows(np.arange(250)), votes.take_rows(np.arange(250, 400))]
    whole = fit_variational(votes, rng=np.random.default_rng(1))
    parted = fit_crowd(DaskCrowd(client, halves), rng=np.random.default_rng(1))
    assert abs(objective(whole, votes) - objective(parted, votes)) < 1e-6
    assert np.allclose(whole.participants.mean, parted.participants.mean, atol=1e-4)
    assert parted.n_sweeps == whole.n_sweeps


def test_partitions_of_unequal_width_are_refused(client, votes):
    with pytest.raises(ValueError, match="same number of statements"):
        DaskCrowd(client, [])
