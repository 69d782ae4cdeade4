"""Names and messages that could be taken for an output format's own words."""

from __future__ import annotations

from hypothesis import strategies as st

HOSTILE = (
    "]]>", "<script>alert(1)</script>", "a\nb", "::error::injected", "\n::error::injected", "##[error]x", "\x1b[31mred",
    "&amp;", '"', "'", "%0A", "a|b", "```\n# x", "-->", "\x00", "\ud800", "\u202e", "\r\n::set-output name=x::y",
    "$(id)", "=1+1", "[x](javascript:1)", "end", ";", "#",
)  # fmt: skip

hostile_texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=30),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map("".join),
)
