"""Coverage-guided fuzzing of the gate, where atheris is installed (it is not in the lock file).

python -m pip install atheris
python tests/fuzz/atheris_gate.py --make-corpus corpus.tmp    # writes the seed files
python tests/fuzz/atheris_gate.py corpus.tmp -max_len=200000 -rss_limit_mb=2500 -timeout=20
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))


def make_corpus(folder: Path) -> None:
    from tests.fuzz.seeds import seeds

    folder.mkdir(parents=True, exist_ok=True)
    for name, data in seeds().items():
        (folder / name).write_bytes(data)


def main() -> None:
    try:
        import atheris
    except ImportError:
        sys.exit("atheris is not installed: python -m pip install atheris")
    with atheris.instrument_imports(include=["photocheck", "PIL"]):
        from photocheck.decode import UnreadableImage, decode

    def one_input(data: bytes) -> None:
        try:
            decode(data)
        except UnreadableImage as error:
            if not str(error):
                raise AssertionError(f"no wording for {error.code}") from error

    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make-corpus"]:
        make_corpus(Path(sys.argv[2]))
    else:
        main()
