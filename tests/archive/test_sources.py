"""Sources: what is listed, under which id, and that its bytes are the picture's."""

from __future__ import annotations

import csv
import io
import tarfile
import zipfile
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet as pq
import pytest

from photocheck.archive.errors import ArchiveError
from photocheck.archive.sources import places
from photocheck.archive.sources.entry import Entry
from photocheck.archive.sources.listing import entries
from photocheck.archive.sources.reading import Reader, read_ahead
from photocheck.decode import UnreadableImage
from tests.archive.makers import tiny_jpeg, write_folder


def listed(source: Path | str) -> dict[str, Entry]:
    found = list(entries(str(source)))
    by_id = {entry.id: entry for entry in found}
    assert len(by_id) == len(found)
    return by_id


def data_of(source: Path | str) -> dict[str, bytes | UnreadableImage]:
    return {entry.id: data for entry, data in read_ahead(list(entries(str(source))))}


def write_tar(path: Path, members: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    write_folder(root / "a", 2)
    write_folder(root / "b" / "c", 1)
    (root / "notes.txt").write_text("no picture")
    (root / "broken.jpg").write_text("no picture either, but it says so")
    (root / "named-by-hash").write_bytes(tiny_jpeg(1))
    (root / ".hidden.jpg").write_bytes(tiny_jpeg(1))
    (root / ".thumbnails").mkdir()
    (root / ".thumbnails" / "x.jpg").write_bytes(tiny_jpeg(1))
    return root


def test_folder(tree: Path) -> None:
    found = listed(tree)
    assert set(found) == {"a/000.jpg", "a/001.jpg", "b/c/000.jpg", "broken.jpg", "named-by-hash"}
    assert found["b/c/000.jpg"].group == "b/c"
    assert found["broken.jpg"].group is None
    assert data_of(tree)["a/001.jpg"] == tiny_jpeg(1)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.jpg", {"broken.jpg"}),
        ("**/*.jpg", {"a/000.jpg", "a/001.jpg", "b/c/000.jpg", "broken.jpg"}),
        ("[ab]/*0.jp?", {"a/000.jpg"}),
        ("[!a]/**", {"b/c/000.jpg"}),
        ("*hash", {"named-by-hash"}),
    ],
)
def test_pattern(tree: Path, pattern: str, expected: set[str]) -> None:
    assert set(listed(tree / pattern)) == expected


def test_folder_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    assert set(listed(write_folder(tmp_path / "scans [2024]", 1))) == {"000.jpg"}


def test_zip_is_read_in_place(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("june/1.jpg", tiny_jpeg(1))
        archive.writestr("__MACOSX/june/._1.jpg", b"fork")
        archive.writestr("readme.txt", "no picture")
    assert data_of(path) == {"june/1.jpg": tiny_jpeg(1)}
    assert listed(path)["june/1.jpg"].shown == f"{path}!/june/1.jpg"
    assert set(listed(tmp_path)) == {"x.zip/june/1.jpg"}


def test_webdataset_keys(tmp_path: Path) -> None:
    members = {"000001.jpg": tiny_jpeg(1), "000001.json": b"{}", "000002.JPG": tiny_jpeg(2), "d/3.face.png": b"x"}
    path = write_tar(tmp_path / "shard-0.tar", members)
    assert data_of(path) == {"000001": tiny_jpeg(1), "000002": tiny_jpeg(2), "d/3.face": b"x"}
    assert set(listed(tmp_path / "*.tar")) == {f"shard-0.tar/{key}" for key in ("000001", "000002", "d/3.face")}


def test_compressed_tar_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "x.tar.gz", {"1.jpg": tiny_jpeg(1)}, "w:gz")
    with pytest.raises(ArchiveError, match="compressed tar"):
        listed(path)


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.parquet"])
def test_damaged_archive(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(ArchiveError, match="x"):
        listed(tmp_path / name)


def test_parquet_of_bytes(tmp_path: Path) -> None:
    path = tmp_path / "m.parquet"
    columns = {
        "id": [f"p{number}" for number in range(40)],
        "bytes": [tiny_jpeg(number) for number in range(39)] + [None],
        "group": ["north"] * 40,
        "kind": ["portrait"] * 40,
        "captured": pa.array([date(2024, 5, 6)] * 40),
    }
    pq.write_table(pa.table(columns), path, row_group_size=15)
    assert data_of(path) == {f"p{number}": tiny_jpeg(number) for number in range(39)} | {"p39": b""}
    entry = listed(path)["p7"]
    assert (entry.group, entry.kind, entry.captured) == ("north", "portrait", date(2024, 5, 6))
    assert entry.shown == f"{path}#7"
    reader = Reader()
    known = listed(path)
    for number in (30, 2, 31, 31, 14, 15, 38):  # any order
        assert reader.read(known[f"p{number}"]) == tiny_jpeg(number)
    reader.close()


def test_csv_of_paths(tmp_path: Path) -> None:
    write_folder(tmp_path / "in", 2)
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("m.jpg", tiny_jpeg(3))
    rows = [
        ("一", "in/000.jpg", "cn-visa", "2023-04"),
        ("2", str(tmp_path / "in" / "001.jpg"), "", "2023-04-05"),
        ("3", "z.zip!/m.jpg", "", ""),
        ("4", "in/missing.jpg", "", ""),
    ]
    path = tmp_path / "m.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("id", "path", "profile", "captured"), *rows[1:], (*rows[0][:3], "")])
    found = data_of(path)
    assert [found[key] for key in ("一", "2", "3")] == [tiny_jpeg(0), tiny_jpeg(1), tiny_jpeg(3)]
    assert isinstance(found["4"], UnreadableImage)
    assert found["4"].code == "not-found"
    known = listed(path)
    assert known["一"].profile == "cn-visa"
    assert known["2"].captured == date(2023, 4, 5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nx", "neither a column"),
        ("path,kind\nx.jpg,passport", "row 1: 'passport' is no kind"),
        ("id,path\n1,", "row 1: the path is empty"),
        ("path,sha256\nx.jpg,abc", "row 1: sha256"),
        ("path,captured\nx.jpg,yesterday", "row 1: "),
        ("bytes\nabc", "need a Parquet manifest"),
    ],
)
def test_wrong_manifest_is_refused_with_the_row(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "m.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ArchiveError, match=said):
        listed(path)


def test_missing_source(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="there is no such file or folder"):
        listed(tmp_path / "nowhere")


@pytest.fixture
def bucket(tree: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The folder as if it were a bucket: the same calls as for S3, on pyarrow's own local file system."""
    fs = pyarrow.fs.SubTreeFileSystem(str(tree), pyarrow.fs.LocalFileSystem())
    monkeypatch.setattr(places, "file_system", lambda root: (fs, ""))
    return "s3://bucket"


def test_bucket(bucket: str, tree: Path) -> None:
    with zipfile.ZipFile(tree / "z.zip", "w") as archive:
        archive.writestr("m.jpg", tiny_jpeg(3))
    write_tar(tree / "t.tar", {"k.jpg": tiny_jpeg(4)})
    found = data_of(bucket)
    assert set(found) == {
        *("a/000.jpg", "a/001.jpg", "b/c/000.jpg", "broken.jpg", "named-by-hash"),
        *("z.zip/m.jpg", "t.tar/k"),
    }
    assert found["a/001.jpg"] == tiny_jpeg(1)
    assert found["z.zip/m.jpg"] == tiny_jpeg(3)
    assert found["t.tar/k"] == tiny_jpeg(4)
    assert set(listed(f"{bucket}/a")) == {"000.jpg", "001.jpg"}
    assert set(listed(f"{bucket}/**/000.jpg")) == {"a/000.jpg", "b/c/000.jpg"}
    assert listed(f"{bucket}/a")["000.jpg"].shown == "s3://bucket/a/000.jpg"


def test_a_real_uri(tree: Path) -> None:
    assert data_of(f"file://{tree}/a")["000.jpg"] == tiny_jpeg(0)


def test_keys_do_not_belong_into_a_uri() -> None:
    with pytest.raises(ArchiveError, match="environment"):
        listed("s3://key:secret@bucket/x")
