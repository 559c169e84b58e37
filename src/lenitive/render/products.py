"""What is taken and handed out, in words: tablets, halves, volumes and syringes."""

from __future__ import annotations

from lenitive.titration import Handful, Intake, Liquid, LiquidDose, Piece, Syringe

__all__ = ["handful_words", "intake_words", "liquid_words", "piece_words", "syringe_words"]


def piece_words(piece: Piece) -> str:
    """``half a 15 mg tablet``."""
    form = piece.form.replace("_", " ").replace("odt", "orally disintegrating tablet")
    return f"half a {piece.unit_mg:g} mg {form}" if piece.is_half else f"{piece.unit_mg:g} mg {form}"


def liquid_words(liquid: Liquid) -> str:
    """``15 mg/mL oral solution``."""
    return f"{liquid.mg_per_ml:g} mg/mL {liquid.form.replace('_', ' ')}"


def syringe_words(syringe: Syringe) -> str:
    """``1 mL oral syringe``."""
    return f"{syringe.capacity_ml:g} mL oral syringe"


def _volume_words(dose: LiquidDose) -> str:
    """``0.5 mL of the 15 mg/mL oral solution (7.5 mg) with the 1 mL oral syringe``."""
    fills = " + ".join(f"{ml:g} mL" for ml in dose.fills_ml)
    how = f", in {len(dose.fills_ml)} fills: {fills}" if len(dose.fills_ml) > 1 else ""
    return (
        f"{dose.ml:g} mL of the {liquid_words(dose.liquid)} ({dose.mg:g} mg) with the "
        f"{syringe_words(dose.syringe)}{how}"
    )


def handful_words(handful: Handful) -> str:
    """``1 x 30 mg tablet + half a 15 mg tablet``."""
    if handful.liquid_dose is not None:
        return _volume_words(handful.liquid_dose)
    return " + ".join(
        piece_words(p) if p.is_half and n == 1 else f"{n} x {piece_words(p)}" for p, n in handful.pieces
    )


def intake_words(intake: Intake) -> str:
    """``bedtime: 1 x 15 mg tablet``."""
    return f"{intake.time}: {handful_words(intake.handful)}"
