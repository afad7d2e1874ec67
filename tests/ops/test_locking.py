"""Reading and comparing locks."""

from dev.lock import blocks
from dev.newest import newer

OLD = """\
# a comment
# base
one==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb

# dev
two==2.0 ; python_full_version < '3.12' \\
    --hash=sha256:cc
"""


def test_each_requirement_keeps_its_marker_and_hashes() -> None:
    found = blocks(OLD)
    assert list(found) == ["one==1.0", "two==2.0"]
    assert found["one==1.0"].count("--hash=") == 2
    assert not found["one==1.0"].endswith("\\")
    assert "python_full_version" in found["two==2.0"]


def test_newer_says_what_moved_came_and_went() -> None:
    new = "one==1.1 \\\n    --hash=sha256:dd\nthree==3.0 \\\n    --hash=sha256:ee\n"
    assert newer(OLD, new) == ["one 1.0 > 1.1", "three none > 3.0", "two 2.0 > none"]
    assert newer(OLD, OLD) == []
