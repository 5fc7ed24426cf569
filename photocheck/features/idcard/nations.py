"""民族 as cards print it: the 56 of GB/T 3304 without 族, and what is printed for those outside them.

Source: GB/T 3304-1991; 97 其他 and 98 外国血统中国籍人士 of the household register's own codes (from memory).
"""

from __future__ import annotations

NATIONS: tuple[str, ...] = (
    *("汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜"),
    *("满", "侗", "瑶", "白", "土家", "哈尼", "哈萨克", "傣", "黎", "傈僳"),
    *("佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土"),
    *("达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米"),
    *("塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔"),
    *("独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺"),
)
"""In the order of their codes, 01 to 56."""

OTHER_NATIONS: tuple[str, ...] = ("其他", "穿青人", "革家人", "入籍", "外国血统")
"""Printed for people whom none of the 56 holds, and for naturalised citizens."""


def is_listed(text: str) -> bool:
    """Whether a card may print this as 民族; 族 may stand behind it."""
    plain = "".join(text.split())
    return plain.removesuffix("族") in NATIONS or plain in OTHER_NATIONS
