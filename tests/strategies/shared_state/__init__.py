"""One-line ways in which two threads share state, by kind: a table for each."""
