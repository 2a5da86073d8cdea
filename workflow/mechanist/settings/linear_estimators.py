"""Estimators whose fitted form consists of numbers alone, so that models of whole samples can be kept."""

from typing import Final

LINEAR_FORMS: Final = ("linear", "ridge", "ridge_gauss")
