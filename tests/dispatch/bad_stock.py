"""Bookings and questions that `dispatch stock` refuses on the small world, and a pattern of the sentence."""

from __future__ import annotations

BIG, TOWN = "depot-district", "depot-500118100"
"""The depots of the roster templates."""

REFUSALS: dict[str, tuple[tuple[str, ...], str]] = {
    "over-issue": (
        ("issue", "-d", BIG, "-i", "quilt", "-n", "3001", "--ref", "X"),
        f"depot {BIG} has 3000 of quilt that may be issued on 2026-07-01, 3001 were asked for",
    ),
    "over-issue of a lot": (
        ("issue", "-d", BIG, "-i", "quilt", "-n", "3001", "-l", "L-0001", "--ref", "X"),
        f"lot L-0001: 3001 asked for, 3000 in storage at {BIG}",
    ),
    "below the floor": (
        ("issue", "-d", BIG, "-i", "quilt", "-n", "2701", "--ref", "X"),
        f"depot {BIG} would keep 299 of quilt, below its floor of 300; name who allows that by --authority",
    ),
    "expired": (
        (
            "issue",
            "-d",
            BIG,
            "-i",
            "water",
            "-n",
            "1",
            "-l",
            "L-0002",
            "--ref",
            "X",
            "--at",
            "2028-03-02T00:30",
        ),
        "lot L-0002 expired on 2028-03-01; it may not be used on 2028-03-02",
    ),
    "damaged": (
        ("issue", "-d", TOWN, "-i", "quilt", "-n", "1", "-l", "L-0003", "--ref", "X"),
        "lot L-0003 is damaged; only what is good is issued",
    ),
    "no voucher": (
        ("issue", "-d", BIG, "-i", "quilt", "-n", "1"),
        "a booking needs --ref: the number of its voucher",
    ),
    "nothing named": (("issue", "--ref", "X"), "an issue needs --depot, --item and --quantity, or --plan"),
    "no such depot": (
        ("receive", "-d", "moon", "-i", "quilt", "-n", "1", "-l", "Q", "--ref", "X"),
        "there is no depot moon in the ledger",
    ),
    "no such item": (
        ("receive", "-d", BIG, "-i", "moon", "-n", "1", "-l", "Q", "--ref", "X"),
        "there is no item moon in the ledger",
    ),
    "no such lot": (
        ("count", "-d", BIG, "-l", "L-9", "--found", "1", "--ref", "X"),
        f"lot L-9 is not in storage at depot {BIG}",
    ),
    "another item": (
        ("issue", "-d", BIG, "-i", "water", "-n", "1", "-l", "L-0001", "--ref", "X"),
        "lot L-0001 is quilt, not water",
    ),
    "no reason": (
        ("count", "-d", BIG, "-l", "L-0001", "--found", "1", "--ref", "X"),
        "entry X: a count that differs, a change of condition and a write-off need a reason",
    ),
    "a condition that is none": (
        ("regrade", "-d", BIG, "-l", "L-0001", "--to", "wet", "--ref", "X"),
        "--to: 'wet' is not one of good, damaged, quarantined",
    ),
    "a date that is none": (
        ("receive", "-d", BIG, "-i", "quilt", "-n", "1", "-l", "Q", "--expires", "soon", "--ref", "X"),
        "--expires: 'soon' is not a date; write it like 2027-06-30",
    ),
    "a moment that is none": (
        ("issue", "-d", BIG, "-i", "quilt", "-n", "1", "--ref", "X", "--at", "soon"),
        "--at: 'soon' is not a moment",
    ),
    "no such order": (
        ("load", "--order", "CK-9", "--to", "INC-1", "--ref", "X"),
        "nothing of that is in issue for order CK-9",
    ),
    "a quantity below 1": (
        ("transfer", "--from", BIG, "--to", TOWN, "-i", "quilt", "-n", "0", "--ref", "X"),
        "a quantity must be at least 1, got 0",
    ),
    "write-off of nothing": (
        ("write-off", "-d", BIG, "--ref", "X", "--reason", "x"),
        "a write-off needs --depot with --lot or --expired, or --order",
    ),
    "a plan and more": (
        ("issue", "--plan", "plan.json", "-d", BIG, "--ref", "X"),
        "--plan says what is issued; leave out --depot, --item, --quantity and --lot",
    ),
    "a stage that is none": (("list", "--stage", "moon"), "--stage: 'moon' is not one of receipt, storage"),
    "no such entry": (("history", "--ref", "none"), "the ledger has no such entry"),
}
