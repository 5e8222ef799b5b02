"""Folders are gathered from what packages bring, or it is said why not."""

from __future__ import annotations

from importlib.metadata import distribution

import pytest

from eval.installed import gather_folders, hash_files

FILES = {"shelf/a.md": b"# A\n", "shelf/deep/b.md": b"# B\n"}


def describe(folder, sources, sha256):
    """A folders.toml that makes the folder "all" of these sources."""
    (folder / "folders.toml").write_text(f'[all]\nsha256 = "{sha256}"\nsources = [{sources}]\n')
    return folder / "folders.toml"


@pytest.fixture
def shelf(tmp_path):
    """A folder as a Debian package would bring it."""
    for path, content in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return tmp_path / "shelf"


def test_files_of_a_debian_package_lie_below_its_name(shelf, tmp_path):
    files = {"tools/a.md.txt": b"# A\n", "tools/deep/b.md.txt": b"# B\n"}
    source = (
        f'{{ package = "tools", folder = "{shelf}", suffix = ".txt", files = ["a.md", "**/b.md", "*.md"] }}'
    )
    assert gather_folders(describe(tmp_path, source, hash_files(files)), tmp_path / "in") == {}
    gathered = [path for path in (tmp_path / "in").rglob("*") if path.is_file()]
    assert {p.relative_to(tmp_path / "in/all").as_posix(): p.read_bytes() for p in gathered} == files


def test_readme_of_a_distribution_ends_as_its_type_says(tmp_path):
    readmes = {"threadpoolctl": ".md", "tqdm": ".rst", "h11": ".rst"}
    files = {
        f"{name}/README{ending}": str(distribution(name).metadata.json["description"]).encode()
        for name, ending in readmes.items()
    }
    sources = ", ".join(f'{{ distribution = "{name}" }}' for name in readmes)
    assert gather_folders(describe(tmp_path, sources, hash_files(files)), tmp_path) == {}
    assert (tmp_path / "all/tqdm/README.rst").read_text(encoding="utf-8").startswith("|Logo|")


def test_files_of_a_distribution_are_found_where_it_is_installed(tmp_path):
    source = '{ distribution = "scikit-learn", folder = "sklearn/datasets/descr", files = ["iris.rst"] }'
    iris = distribution("scikit-learn").locate_file("sklearn/datasets/descr/iris.rst")
    files = {"scikit-learn/iris.rst": iris.read_bytes()}
    assert gather_folders(describe(tmp_path, source, hash_files(files)), tmp_path) == {}
    assert (tmp_path / "all/scikit-learn/iris.rst").read_bytes() == iris.read_bytes()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ('{ distribution = "no-such-thing" }', "no-such-thing is not installed here (pip install -c"),
        (
            '{ package = "vi", folder = "/no/such", files = ["*.txt"] }',
            "no *.txt of vi is in /no/such (apt-get",
        ),
        ('{ distribution = "tqdm" }', "its files are others than its questions were written from"),
    ],
)
def test_folder_that_is_not_here_is_told_and_not_written(tmp_path, source, why):
    missing = gather_folders(describe(tmp_path, source, "0" * 64), tmp_path / "in")
    assert missing["all"].startswith(why) and not (tmp_path / "in").exists()


def test_hash_is_of_paths_and_bytes():
    assert hash_files(FILES) == hash_files(dict(reversed(FILES.items())))
    assert len({hash_files(f) for f in (FILES, FILES | {"c.md": b""}, FILES | {"shelf/a.md": b"# C\n"})}) == 3
