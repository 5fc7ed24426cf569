"""Second scripts of bilingual cards: what stands above the Chinese labels. Only their looks matter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from samples.maker.cards.fonts import SHIPPED, Face

_NOTO = Path("/usr/share/fonts/truetype/noto")
_KEYS = ("姓名", "性别", "民族", "出生", "住址", "公民身份号码", "签发机关", "有效期限", "中华人民共和国", "居民身份证")


@dataclass(frozen=True)
class Script:
    """Labels in one script.

    Attributes:
        labels: by the Chinese label they stand for.
        names: words that may stand above the holder's name.
        downwards: whether it is written in columns, left of the labels.
    """

    face: Face
    labels: dict[str, str]
    names: tuple[str, ...]
    downwards: bool = False


def _script(face: Face, labels: str, names: str, *, downwards: bool = False) -> Script:
    return Script(face, dict(zip(_KEYS, labels.split("|"), strict=True)), tuple(names.split("|")), downwards)


SCRIPTS = {
    "zhuang": _script(
        Face(SHIPPED),
        "Singqmingz|Singqbied|Minzcuz|Ngoenzseng|Dieggyouq|Gunghminz Sinhfwnh Haumaj|Gihgvanh Cenhfaz|Gizhan Mizyauq|"
        "Cunghvaz Yinzminz Gunghozgoz|Gihminz Sinhfwnhcwng",
        "Vangz Meijlih|Veiz Daeksing|Nungz Fugoq|Luz Cinhvaz",
    ),
    "uyghur": _script(
        Face(_NOTO / "NotoNaskhArabic-Regular.ttf"),
        "ئىسمى|جىنسى|مىللىتى|تۇغۇلغان|ئادرېسى|گىراجدانلىق نومۇرى|بەرگەن ئورگان|كۈچكە ئىگە مۇددىتى|"
        "جۇڭخۇا خەلق جۇمھۇرىيىتى|كىملىك",
        "ئايگۈل تۇرسۇن|ئەركىن مەمەت|گۈلنار ئالىم",
    ),
    "tibetan": _script(
        Face(_NOTO / "NotoSerifTibetan-Regular.ttf"),
        "མིང་།|ཕོ་མོ།|མི་རིགས།|སྐྱེས་དུས།|སྡོད་གནས།|སྤྱི་དམངས་ཐོབ་ཐང་ཨང་།|སྤྲོད་མཁན།|ནུས་ཡོད་དུས་ཚོད།|ཀྲུང་ཧྭ་མི་དམངས་སྤྱི་མཐུན་རྒྱལ་ཁབ།|ཐོབ་ཐང་ལག་ཁྱེར།",
        "བཀྲ་ཤིས།|སྒྲོལ་མ།|ཚེ་རིང་།",
    ),
    "korean": _script(
        Face(Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), 1),
        "성명|성별|민족|출생|주소|공민신분번호|발급기관|유효기한|중화인민공화국|주민신분증",
        "김철수|박영희|최금옥",
    ),
    "yi": _script(
        Face(_NOTO / "NotoSansYi-Regular.ttf"),
        "ꂓꃀ|ꃅꐨ|ꊿꋅ|ꒆꀿ|ꀕꄉ|ꇩꊿꆏꃀꅉꀋ|ꁧꄉꃀꀕ|ꀕꃅꑌꆹ|ꍏꉸꏓꂱꇭꉼꇩ|ꏓꂱꆏꃀ",
        "ꀊꒂ|ꃀꇬ|ꀊꄂ",
    ),
    "mongolian": _script(
        Face(_NOTO / "NotoSansMongolian-Regular.ttf"),
        "ᠨᠡᠷᠡ|ᠬᠦᠢᠰᠦ|ᠦᠨᠳᠦᠰᠦ|ᠲᠥᠷᠥᠭᠰᠡᠨ|ᠬᠠᠶᠢᠭ|ᠨᠣᠮᠧᠷ|ᠣᠯᠭᠣᠭᠰᠠᠨ|ᠬᠦᠴᠦᠨ|ᠳᠤᠮᠳᠠᠳᠤ ᠤᠯᠤᠰ|ᠦᠨᠡᠮᠯᠡᠯ",
        "ᠪᠠᠭᠠᠲᠤᠷ",
        downwards=True,
    ),
}


def scripts() -> dict[str, Script]:
    """Those whose font is installed; Zhuang, which is written in Latin letters, always."""
    return {name: script for name, script in SCRIPTS.items() if script.face.path.is_file()}
