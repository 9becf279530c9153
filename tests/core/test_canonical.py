"""Our canonical bytes are those of RFC 8785 (JCS) for everything that we ever hash or sign."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from suar.core.canonical import canonical, packed, unpacked

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=0x7F))
SAFE = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | SAFE | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)
)


@given(VALUES)
def test_it_is_the_canonical_form_of_rfc_8785_and_is_read_back_as_it_was(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # a recursive type that mypy cannot see
    assert unpacked(packed(value)) == value


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {"é": 1}, {1: "a"}])
def test_what_may_not_be_hashed_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)
