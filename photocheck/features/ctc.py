"""Connectionist temporal classification: the probability of a given text under a net's columns.

Source: Graves et al., Connectionist Temporal Classification, ICML 2006, section 4.1 (the forward variable).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_LEAST = 1e-12


def text_log_probabilities(
    probabilities: NDArray[np.float32], texts: Sequence[Sequence[int]], blank: int
) -> NDArray[np.float64]:
    """Natural logarithm of the probability of every text, summed over its alignments.

    Args:
        probabilities: columns × classes, each row summing to 1.
        texts: class numbers of each text's characters; an empty text is the probability of nothing but blanks.
        blank: class of no character.

    Returns:
        One number a text, 0 or less; -inf where the columns are too few for the text.
    """
    if not texts:
        return np.zeros(0)
    longest = max(len(text) for text in texts)
    # Every text between blanks, padded at the end with blanks that the answer never looks at.
    states = np.full((len(texts), 2 * longest + 1), blank)
    for row, text in enumerate(texts):
        states[row, 1 : 2 * len(text) : 2] = text
    skips = np.zeros(states.shape, dtype=bool)
    skips[:, 2:] = (states[:, 2:] != blank) & (states[:, 2:] != states[:, :-2])
    columns = np.log(np.maximum(probabilities[:, states].astype(np.float64), _LEAST))
    forward = np.full(states.shape, -np.inf)
    forward[:, :2] = columns[0][:, :2]
    for column in columns[1:]:
        stepped = forward.copy()
        stepped[:, 1:] = np.logaddexp(stepped[:, 1:], forward[:, :-1])
        stepped[:, 2:] = np.where(skips[:, 2:], np.logaddexp(stepped[:, 2:], forward[:, :-2]), stepped[:, 2:])
        forward = stepped + column
    lengths = np.array([len(text) for text in texts])
    rows = np.arange(len(texts))
    ended = forward[rows, 2 * lengths]
    spoken = np.where(lengths > 0, forward[rows, np.maximum(2 * lengths - 1, 0)], -np.inf)
    return np.asarray(np.logaddexp(ended, spoken), dtype=np.float64)
