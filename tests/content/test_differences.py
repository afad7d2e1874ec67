"""What a line says of a change: the part that differs, however long the text before it."""

from content.differences import differences

LONG = "This service loses one message in ten thousand and nobody has found out why. Read the trace. " * 3


def line(before: str, after: str) -> str:
    (change,) = differences({"prompt": before}, {"prompt": after})
    return str(change)


def test_words_added_at_the_end_of_a_long_text_are_shown() -> None:
    said = line(LONG, f"{LONG}Say why.")
    before, after = said.removeprefix("prompt: ").split(" → ")
    assert after.endswith("Say why.")
    assert "Say why." not in before
    assert before != after


def test_a_word_changed_in_the_middle_is_shown_with_what_stands_around_it() -> None:
    said = line(LONG, LONG.replace("nobody", "somebody", 1))
    assert "and nobody has" in said
    assert "and somebody has" in said


def test_short_texts_are_shown_whole() -> None:
    assert line("one", "two") == "prompt: one → two"
    assert line("", "two") == "prompt: nothing → two"
