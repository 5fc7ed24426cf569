"""Who issues which card, and the place that the issuer's name holds.

Source: 居民身份证法 art. 6 (public security organs of the county); 港澳台居民居住证申领发放办法; the foreign
permanent resident card of 2023 names 国家移民管理局, earlier ones 公安部; mainland residence permits are signed by the
police or the place's government service (from memory).
"""

from __future__ import annotations

import re
from typing import Literal

from photocheck.features.idcard.regions import places_named

AuthorityFault = Literal["form", "place"]

_POLICE = re.compile(r".{2,}(?:公安(?:局|厅|处|分局)|分局)")
_IMMIGRATION = re.compile(r"(?:中华人民共和国)?(?:国家移民管理局|公安部|出入境管理局)")
_RESIDENCE = re.compile(r".{2,}(?:局|厅|处|所|政府|中心|委员会|支队|大队)")


def authority_fault(text: str, card_type: str) -> AuthorityFault | None:
    """What keeps a text from being the issuer of such a card; None where nothing does.

    `form` is another ending than issuers have, `place` a police that names no known place.
    """
    plain = "".join(text.split())
    form = {"foreign-pr": _IMMIGRATION, "residence-permit": _RESIDENCE}.get(card_type, _POLICE)
    if not form.fullmatch(plain):
        return "form"
    return None if card_type == "foreign-pr" or authority_places(plain) else "place"


def authority_places(text: str) -> frozenset[str]:
    """The codes of the places in an issuer's name; empty where none is known."""
    # 公安 is also a county of Hubei.
    return places_named(re.sub(r"公安(?:局|厅|处|分局|部)", "", "".join(text.split())))
