"""Numbers of invented people."""

from __future__ import annotations

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_character(first17: str) -> str:
    """The eighteenth character of a number of 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True)) % 11]


def citizen_number(region: str, birth: str, sequence: int) -> str:
    """Region of six digits, birth YYYY-MM-DD, sequence 0..999 (odd for a man)."""
    first = f"{region}{birth.replace('-', '')}{sequence:03d}"
    return first + check_character(first)


def resident_alien_number(province: str, country: str, birth: str, sequence: int) -> str:
    """Number of the permanent resident card of 2023: province of two digits, country of three (ISO 3166)."""
    first = f"9{province}{country}{birth.replace('-', '')}{sequence:03d}"
    return first + check_character(first)
