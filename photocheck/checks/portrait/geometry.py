"""GEO: how large the head is and where it stands."""

from __future__ import annotations

from photocheck.features.portrait import Portrait
from photocheck.finding import Finding
from photocheck.limits import Band
from photocheck.registry import check


@check("GEO02", "head-height", kind="portrait", unit="ratio of image height", since="0.1", judged_on="crop")
def head_height(photo: Portrait, limits: Band) -> Finding:
    """Head height, crown to chin, as a share of the image height.

    Why: a head too small or too large cannot be printed or matched.
    Crown: top of the head including hair (GA 461); ICAO's crown leaves hair out.
    Source: 出入境证件相片照相指引; ISO/IEC 39794-5 D.1.4.3.
    """
    return limits.judge(photo.head.height / photo.height, regions=[photo.head.box.region("head")])
