"""指标值: the text of a target cell, read into :class:`~xlgoals.model.Target` and written back.

The words live in ``templates/vocabulary.yaml``; the modules each hold one idea, from the bottom up:
``vocabulary`` (the words), ``numbers``, ``dates``, ``grammar`` (the patterns), ``statement`` (one number
or date with its operator), ``reading`` (the whole text), ``rewriting`` and ``money``.
"""

from xlgoals.target.money import (
    UnitParts,
    amount_in_wan,
    in_base_unit,
    lacks_money_unit,
    supposed_amount_in_wan,
    unit_cost_in_wan,
    unit_parts,
)
from xlgoals.target.reading import count_amounts, count_dates, may_hold_a_number, read_target
from xlgoals.target.rewriting import comparator_sign, render_target, suggest_rewrite, target_to_json

__all__ = [
    "UnitParts",
    "amount_in_wan",
    "comparator_sign",
    "count_amounts",
    "count_dates",
    "in_base_unit",
    "lacks_money_unit",
    "may_hold_a_number",
    "read_target",
    "render_target",
    "suggest_rewrite",
    "supposed_amount_in_wan",
    "target_to_json",
    "unit_cost_in_wan",
    "unit_parts",
]
