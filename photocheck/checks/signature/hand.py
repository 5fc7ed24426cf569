"""SIG: whether a hand wrote it, wrote it once, and wrote the name."""

from __future__ import annotations

from photocheck.features.signature.signature import Signature
from photocheck.finding import Finding
from photocheck.limits import Band, Limits, worst
from photocheck.registry import check


@check("SIG13", "signature-printed", kind="signature", unit="probability", since="0.1")
def signature_printed(signature: Signature, limits: Band) -> Finding:
    """Probability that the name is printed in a font rather than written by hand.

    Why: the signature must be the applicant's own handwriting.
    A small net of this project looks at the shapes of the strokes alone, at five sizes; it sees neither blur nor
    colour. A warning only: careful handwriting with a ruler's straightness exists, and so do fonts
    made from handwriting.
    Abstains where there is no writing (`no-signature`).
    Source: 国家移民管理局 全程网办 (handwritten signature); limits measured.
    """
    return limits.judge(signature.look.printed, regions=[signature.ink_region()])


class CorrectionLimits(Limits):
    """What counts as corrected.

    Attributes:
        overwritten: probability that strokes were written over each other or struck out.
        patch: length of the edge of a patch of correction fluid, in characters' heights.
    """

    overwritten: Band
    patch: Band


@check("SIG14", "signature-corrected", kind="signature", unit="probability", since="0.1")
def signature_corrected(signature: Signature, limits: CorrectionLimits) -> Finding:
    """Probability that strokes were written over each other or struck out; or the edge of a patch of correction fluid.

    Why: a signature with corrections is not accepted.
    A small net of this project looks for crossed out and doubled characters in the shapes of the strokes. Dense and
    touching characters look alike, and neat corrections are missed, so it only warns. The edge of a patch is a step of
    light on the paper near the ink, in characters' heights; a hard shadow has one too.
    Abstains where there is no writing (`no-signature`).
    Source: advice of guides (no corrections); limits measured.
    """
    regions = [signature.ink_region()]
    return worst(
        {
            "overwritten": limits.overwritten.judge(signature.look.corrected, regions=regions),
            "patch": limits.patch.judge(signature.patch, regions=regions),
        }
    )


@check("SIG15", "signature-name", kind="signature", unit="natural logarithm", since="0.1")
def signature_name(signature: Signature, limits: Band) -> Finding:
    """How well the writing agrees with the name given: how much less likely the name is than what reads best.

    Why: a signature of another name is sent back.
    The text net is asked for the probability of exactly this name, against what it reads best: 0 where they are the
    same, below about -5 where one character differs. Agreement confirms the name; disagreement means that a person
    should look, as handwriting that people read easily is often misread. It never refuses.
    Abstains where no name was given (`no-name`), where the net lacks a character (`rare-character`), and where there is
    no writing (`no-signature`).
    Source: this project's own rule; limits measured.
    """
    return limits.judge(signature.agreement, regions=[signature.ink_region()], case="unconfirmed")
