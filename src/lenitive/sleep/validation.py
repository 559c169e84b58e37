"""How well a device does against scored nights, as a clinic asks: epoch by epoch, and figure by figure.

Epoch by epoch, of the epochs that both scored: the confusion matrix, and for sleep and for each stage

    sensitivity = TP / (TP + FN),  specificity = TN / (TN + FP),
    positive predictive value = TP / (TP + FP),  negative predictive value = TN / (TN + FN).

Figure by figure over nights, Bland and Altman's limits of agreement (Lancet 1986;1:307-310, doi:10.1016/S0140-6736(86)90837-8): the mean
difference, device less reference, and that mean plus and minus 1.96 SD; their 95 % limits by Student's t with the standard
errors s/sqrt(n) and s sqrt(1/n + 1.96^2 / (2 (n - 1))); and the slope of the difference on the reference, because a device
that is right on average may be wrong at both ends (Menghini et al., Sleep 2021;44:zsaa170, doi:10.1093/sleep/zsaa170).

Where the device tells less than the reference (light sleep, or sleep alone), the reference is told as coarsely.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from lenitive.frozen import dataclass
from lenitive.sleep.agreement import agreement
from lenitive.sleep.hypnogram import Hypnogram
from lenitive.sleep.stage import Stage

__all__ = ["BlandAltman", "EpochAccuracy", "Validation", "bland_altman", "validate"]

_Z = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochAccuracy:
    """One stage, or sleep, against all else. None where there is nothing to divide by.

    Attributes:
        epochs: How many epochs of it the reference has.
        sensitivity, specificity: Share of its epochs, and of all others, that the device calls so.
        positive, negative: Predictive values: how often the device is right when it says so, and when it does not.
    """

    epochs: int
    sensitivity: float | None
    specificity: float | None
    positive: float | None
    negative: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """A device's epochs against scored ones.

    Attributes:
        epochs: Epochs that both scored.
        confusion: Epochs by reference and device.
        accuracy: Share of epochs with the same stage.
        kappa: Cohen's kappa; None where chance alone would agree wholly.
        sleep: Sleep against wake.
        by_stage: Each stage that either tells.
    """

    epochs: int
    confusion: Mapping[tuple[Stage, Stage], int]
    accuracy: float | None
    kappa: float | None
    sleep: EpochAccuracy
    by_stage: Mapping[Stage, EpochAccuracy]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlandAltman:
    """A figure of nights by a device against the same by a reference.

    Attributes:
        n: Nights with both.
        bias: Mean of device less reference.
        bias_limits: Its 95 % limits.
        sd: SD of the differences.
        lower, upper: Limits of agreement: 95 % of single nights differ by this much.
        lower_limits, upper_limits: 95 % limits of each.
        slope: Change of the difference for a unit of the reference.
        slope_p: p of a slope of nought, two-sided.
    """

    n: int
    bias: float
    bias_limits: tuple[float, float]
    sd: float
    lower: float
    upper: float
    lower_limits: tuple[float, float]
    upper_limits: tuple[float, float]
    slope: float | None
    slope_p: float | None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _accuracy(device: NDArray[np.bool_], reference: NDArray[np.bool_]) -> EpochAccuracy:
    hit = int((device & reference).sum())
    miss = int((~device & reference).sum())
    false = int((device & ~reference).sum())
    right = int((~device & ~reference).sum())
    return EpochAccuracy(
        epochs=hit + miss,
        sensitivity=_share(hit, hit + miss),
        specificity=_share(right, right + false),
        positive=_share(hit, hit + false),
        negative=_share(right, right + miss),
    )


def _as_coarse(reference: NDArray[np.int8], device: NDArray[np.int8]) -> NDArray[np.int8]:
    """The reference in the stages that the device tells apart."""
    told = reference.copy()
    if (device == Stage.ASLEEP).any():
        told[told >= Stage.N1] = Stage.ASLEEP
    elif (device == Stage.LIGHT).any():
        told[(told == Stage.N1) | (told == Stage.N2)] = Stage.LIGHT
    return told


def validate(pairs: Sequence[tuple[Hypnogram, Hypnogram]]) -> Validation | None:
    """Nights of a device against the same nights scored, all their epochs together; None without an epoch that both scored.

    Args:
        pairs: Device and reference of each night, over the same epochs.

    Raises:
        ValueError: When two of a pair do not cover the same epochs.
    """
    device_parts, reference_parts = [], []
    for device, reference in pairs:
        if (len(device), device.epoch_s) != (len(reference), reference.epoch_s):
            raise ValueError("device and reference cover the same epochs: same number, same length")
        both = (device.codes != Stage.UNSCORED) & (reference.codes != Stage.UNSCORED)
        device_parts.append(device.codes[both])
        reference_parts.append(reference.codes[both])
    if not device_parts or not sum(part.size for part in device_parts):
        return None
    said = np.concatenate(device_parts)
    true = _as_coarse(np.concatenate(reference_parts), said)
    stages = [Stage(int(code)) for code in np.union1d(said, true)]
    confusion = {
        (row, column): int(((true == row) & (said == column)).sum()) for row in stages for column in stages
    }
    alike = agreement(Hypnogram(codes=said), Hypnogram(codes=true))
    return Validation(
        epochs=int(said.size),
        confusion=confusion,
        accuracy=alike.accuracy,
        kappa=alike.kappa,
        sleep=_accuracy(said >= Stage.N1, true >= Stage.N1),
        by_stage={stage: _accuracy(said == stage, true == stage) for stage in stages},
    )


def bland_altman(device: Sequence[float], reference: Sequence[float]) -> BlandAltman | None:
    """A figure of nights by a device against a reference; None with fewer than three nights or no spread to speak of.

    Args:
        device: The figure by the device, a value a night.
        reference: The same nights by the reference.

    Raises:
        ValueError: When the two have not the same number of nights.
    """
    d = np.asarray(device, dtype=np.float64)
    r = np.asarray(reference, dtype=np.float64)
    if d.shape != r.shape or d.ndim != 1:
        raise ValueError("device and reference have a value for each of the same nights")
    n = int(d.size)
    if n < 3:
        return None
    difference = d - r
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    t = float(stats.t.ppf(0.975, n - 1))
    half = t * sd / math.sqrt(n)
    edge = t * sd * math.sqrt(1 / n + _Z**2 / (2 * (n - 1)))
    lower, upper = bias - _Z * sd, bias + _Z * sd
    fit = stats.linregress(r, difference) if float(np.ptp(r)) > 0 else None
    return BlandAltman(
        n=n,
        bias=bias,
        bias_limits=(bias - half, bias + half),
        sd=sd,
        lower=lower,
        upper=upper,
        lower_limits=(lower - edge, lower + edge),
        upper_limits=(upper - edge, upper + edge),
        slope=None if fit is None else float(fit.slope),
        slope_p=None if fit is None else float(fit.pvalue),
    )
