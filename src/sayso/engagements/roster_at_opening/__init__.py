"""The roster copied at opening, so coarsely that nobody is alone. Knows nothing of what anybody said."""
