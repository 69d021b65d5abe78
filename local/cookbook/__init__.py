"""docs/cookbook.md: its questions are asked, and the answers written below them."""

from local.cookbook.data import load_examples
from local.cookbook.page import answered

__all__ = ["answered", "load_examples"]
