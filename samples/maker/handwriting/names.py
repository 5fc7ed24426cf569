"""Invented names: common surnames and characters of given names, put together by chance."""

from __future__ import annotations

from functools import cache

import numpy as np

from samples.maker.handwriting.strokes import characters, words

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方"
    "石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文洪施严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢岳齐"
    "梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童甄项曲成游裴席卫查屈鲍覃霍翁隋甘景单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶"
)
_DOUBLE_SURNAMES = ("欧阳", "诸葛", "上官", "司马", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐")
_LATIN = (
    "Anna Lindqvist", "Marco Belli", "Pavel Novak", "Julia Weber", "Tomas Ortega", "Nina Kraus", "Hugo Martel",
    "Elena Sorin", "Oskar Friis", "Clara Vance", "Igor Zelin", "Yuki Mori", "Dana Quill", "Felix Rand", "Xenia Palk",
)  # fmt: skip


@cache
def given_characters() -> tuple[str, ...]:
    """Characters that stand in given names here: every one of the stroke data."""
    return tuple(sorted(characters()))


def random_name(random: np.random.Generator, *, script: str | None = None) -> str:
    """An invented name of 2–4 Chinese characters, or a Latin, Uyghur or Tibetan one.

    Args:
        random: where chance comes from.
        script: `han`, `latin`, `uyghur` or `tibetan`; None draws one, nearly always `han`.
    """
    if script is None:
        script = str(random.choice(("han", "latin", "uyghur", "tibetan"), p=(0.94, 0.03, 0.02, 0.01)))
    if script == "latin":
        return str(random.choice(_LATIN))
    if script != "han":
        return str(random.choice(sorted(words()[script])))
    surname = str(random.choice(_DOUBLE_SURNAMES)) if random.random() < 0.06 else str(random.choice(list(_SURNAMES)))
    given = random.choice(given_characters(), 1 if random.random() < 0.3 else 2)
    return surname + "".join(given)
