"""What sequential certificates cost and how often they are wrong, by simulation (docs/statistics.md).

    python examples/certificates.py [--tiny]

Streams of rows whose risk is *exactly* the one claimed, where wrong decisions are most frequent, are drawn
by the gaps between their errors (geometric), so a stream of 10^10 rows costs its few hundred errors. They are
looked at after every row. Exits with 1 if decisions are wrong more often than claimed. Same output always.
"""

import argparse
import math
import sys

import numpy as np
from llmerm.report import table
from llmerm.sequential import Claim, expected_rows, settle

CONFIDENCE = 0.99


def last_rows(claim, errors, verdict):
    """With so many errors: the fewest rows that settle the claim as true, or the most that refute it.

    Rows without an error only speak for the claim, so both are found by bisection.
    """

    def speaks_for(rows):
        settled = settle(claim, rows, errors)
        return settled is True if verdict else settled is not False

    few, many = errors, max(64, 2 * errors)
    if speaks_for(few):
        return few if verdict else 0  # no row count settles it as false
    while not speaks_for(many):
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if speaks_for(middle) else (middle, many)
    return many if verdict else few


def simulate(claim, risk, streams, errors, seed):
    """How often streams with this risk are ever settled as true, and as false, within so many errors."""
    rng = np.random.default_rng(seed)
    at = np.cumsum(
        rng.geometric(risk, size=(streams, errors)), axis=1
    )  # the row of the e-th error, e = 1, 2, ...
    true_at = np.array([last_rows(claim, e, True) for e in range(errors)])
    false_at = np.array([last_rows(claim, e, False) for e in range(1, errors + 1)])
    return np.mean((at > true_at).any(axis=1)), np.mean((at <= false_at).any(axis=1))


def rounded(rows):
    """Rows for a table."""
    return "-" if rows is None else f"{rows:.2e}"


def main():
    """Simulate every claim, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--tiny", action="store_true", help="few streams: seconds; shows that it runs")
    tiny = parser.parse_args().tiny
    streams, errors = (1000, 40) if tiny else (20_000, 400)
    delta = Claim(0.5, CONFIDENCE).delta
    allowed = delta + 3 * math.sqrt(delta * (1 - delta) / streams)
    lines, wrong = [], False
    for power in (2, 6) if tiny else range(2, 9):
        claim = Claim(float(f"1e-{power}"), CONFIDENCE)
        eps = claim.epsilon
        fixed, flawless = math.log(1 / delta) / eps, expected_rows(claim)
        true, false = simulate(claim, eps, streams, errors, seed=power)
        wrong |= max(true, false) > allowed
        lines.append(
            [
                str(claim),
                rounded(fixed),
                rounded(flawless),
                f"{flawless / fixed:.2f}",
                *(rounded(expected_rows(claim, eps * factor)) for factor in (0.1, 0.5, 2, 10)),
                f"{true:.4f}",
                f"{false:.4f}",
            ]
        )
    header = [
        "claim",
        "fixed",
        "risk 0",
        "ratio",
        "eps/10",
        "eps/2",
        "2 eps",
        "10 eps",
        "wrong: holds",
        "wrong: fails",
    ]
    print(table(header, lines))
    print()
    print("fixed: rows without an error that a bound at a row count fixed before needs, ln(1/delta)/eps")
    print("risk 0 to 10 eps: expected rows until the claim is settled, if that is the risk")
    print(
        f"wrong: share of {streams:,} streams of risk eps settled so in {errors} errors; {delta} is allowed"
    )
    sys.exit("error: wrong more often than claimed" if wrong else 0)


if __name__ == "__main__":
    main()
