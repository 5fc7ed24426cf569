"""The safe fix: turn, crop, scale, encode; never touches the person's looks. `make.py` does it, step by step."""

from photocheck.prepare.crop_plan import CannotPrepare, CropPlan
from photocheck.prepare.make import Prepared, crop_for, plan, prepare_file

__all__ = ["CannotPrepare", "CropPlan", "Prepared", "crop_for", "plan", "prepare_file"]
