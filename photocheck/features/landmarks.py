"""Indices into the 478 landmarks of the face mesh. Right and left are the person's own."""

from __future__ import annotations

FOREHEAD_TOP = 10
CHIN = 152
NOSE_TIP = 1
NOSE_BASE = 2
RIGHT_CHEEKBONE = 234
LEFT_CHEEKBONE = 454

RIGHT_EYE_CORNERS = (33, 133)
"""Outer, inner."""
LEFT_EYE_CORNERS = (263, 362)
"""Outer, inner."""
RIGHT_LIDS = ((159, 145), (158, 153), (160, 144))
"""Pairs of upper and lower lid, middle first."""
LEFT_LIDS = ((386, 374), (385, 380), (387, 373))
RIGHT_EYE_OUTLINE = (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
LEFT_EYE_OUTLINE = (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249)
RIGHT_IRIS = (468, 469, 470, 471, 472)
"""Centre, then four points on the rim."""
LEFT_IRIS = (473, 474, 475, 476, 477)
RIGHT_BROW = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
LEFT_BROW = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)

LIPS_OUTER = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
LIPS_INNER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
MOUTH_CORNERS = (61, 291)
INNER_LIPS_MIDDLE = (13, 14)
"""Upper, lower."""
UPPER_LIP_TOP = 0
LOWER_LIP_BOTTOM = 17

CHEEKS = (205, 425)
BROW_MIDDLES = (65, 52, 53, 295, 282, 283)
"""Lower edge of both brows."""
BROW_ENDS = (55, 285)
"""The brows' inner ends."""

FACE_OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
