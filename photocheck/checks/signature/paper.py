"""SIG: the paper: what is printed on it, the light on it, and seals."""

from __future__ import annotations

from photocheck.features.signature.signature import Signature
from photocheck.finding import Finding, Region, passed
from photocheck.limits import Band, Limits, worst
from photocheck.registry import check


@check("SIG10", "paper-plain", kind="signature", unit="count", since="0.1")
def paper_plain(signature: Signature, limits: Band) -> Finding:
    """How many lines, sides of boxes and lines of print there are on the paper.

    Why: the signature is to stand alone on plain white paper; lines and print get into the cut-out.
    Long straight marks with paper on both sides count, lines that are set in type, and lines of writing less than half
    as high as the signature.
    The paper's own edges do not. Abstains where there is no writing (`no-signature`).
    Source: 国家移民管理局 全程网办 (白纸).
    """
    sheet = signature.sheet
    regions = []
    for rule in sheet.printed:
        ends = [(x / sheet.scale, y / sheet.scale) for x, y in (rule.start, rule.end)]
        regions.append(Region.line("printed-line", ends))
    print_ = signature.print
    regions += [signature.region("print", line.box) for line in print_]
    case = "lines" if sheet.printed else "print"
    return limits.judge(len(regions), regions=regions, case=case)


class ShadowLimits(Limits):
    """How evenly the paper must be lit.

    Attributes:
        loss: share of the brightest paper's light that the darkest paper lacks.
        step: steepest change of light across a twentieth of the picture's longer side, as a share.
    """

    loss: Band
    step: Band


@check("SIG11", "paper-shadow", kind="signature", unit="ratio of light", since="0.1")
def paper_shadow(signature: Signature, limits: ShadowLimits) -> Finding:
    """How much of the light on the paper is lost in shadows and folds; the worse of fall-off and steepest step is told.

    Why: shadows become dark patches when the signature is cut out and printed.
    Measured on the paper without its ink, in linear light. Abstains where there is no writing (`no-signature`).
    Source: 国家移民管理局 全程网办 (white paper, clear picture); advice of guides (no shadow); limits measured.
    """
    light = signature.paper_light
    left, top, right, bottom = light.dark
    signature.line  # noqa: B018  without writing there is nothing that a shadow could spoil
    region = Region.box(
        "shadow",
        left * signature.width,
        top * signature.height,
        right * signature.width,
        bottom * signature.height,
    )
    return worst(
        {
            "loss": limits.loss.judge(light.loss, regions=[region]),
            "step": limits.step.judge(light.step, regions=[region]),
        }
    )


@check("SIG12", "signature-seal", kind="signature", unit="ratio of character area", since="0.1")
def signature_seal(signature: Signature, limits: Band) -> Finding:
    """Size of a red seal or fingerprint beside or across the writing, as a ratio of a character's area; 0 without one.

    Why: the signature must stand alone; a seal across it hides strokes.
    Red marks on paper that also holds dark writing. Red ink alone is told by `ink-colour`.
    Abstains where there is no writing (`no-signature`).
    Source: this project's own rule; 国家移民管理局 全程网办 asks for a signature in black on white paper.
    """
    signature.line  # noqa: B018  a seal without writing is told by signature-found
    seal = signature.seal
    if seal is None:
        return passed(value=0.0)
    case = "over" if seal.overlap > 0 else "beside"
    return limits.judge(seal.area, regions=[signature.region("seal", seal.box)], case=case)
