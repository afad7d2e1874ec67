"""The page of public names is what the source says."""

from dev import reference


def test_the_page_is_written_from_the_source_as_it_is():
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), "run python -m dev.reference"


def test_it_names_arguments_fields_and_errors():
    page = reference.page()
    assert (
        "next_rating(calibration: Calibration, candidate: object, *, cut: float | None=None) -> NextRating"
        in page
    )
    assert "| `se_after` | `Floats`: The same after the rating. |" in page
    assert "NotEnoughData: nobody to compare the candidate with." in page
