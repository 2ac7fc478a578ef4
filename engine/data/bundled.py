"""Real data that scikit-learn carries (or, for California housing, downloads). Imported on first use only."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from pydantic import Field

from engine.data.download import Download
from engine.data.source import DataSource
from engine.data.table import DataUnavailable, Table
from engine.streams import stream

_california = Download()


def _waited_for(bunch: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """California's loader, waited for a while. Raises DataUnavailable where it takes longer or fails."""

    @wraps(bunch)
    def patient(row: Any) -> Any:
        try:
            return _california.get(lambda: bunch(row))
        except TimeoutError as error:
            raise DataUnavailable(
                "California housing is still on its way: its download takes longer than usual. Choose it again in a minute, "
                "or take another data set; Diabetes is a regression that comes with scikit-learn."
            ) from error
        except Exception as error:
            raise DataUnavailable(
                "California housing could not be downloaded: scikit-learn's fetch_california_housing said "
                f"{type(error).__name__}. Run it once on this server with access to the internet (it keeps the file in "
                "~/scikit_learn_data, or in SCIKIT_LEARN_DATA where that is set), or choose another data set; Diabetes "
                "is a regression that comes with scikit-learn."
            ) from error

    return patient


class Bundled(DataSource, frozen=True):
    """A data set loaded by scikit-learn."""

    group: ClassVar = "Real"
    formula: ClassVar = r"\text{measured, not drawn}"

    def bunch(self) -> Any:
        """What scikit-learn's loader returns. Raises DataUnavailable where it has to download and can't."""
        raise NotImplementedError

    def rows(self, count: int, seed: int) -> np.ndarray:
        """Which of the ``count`` rows are used: all of them, unless a row of the catalog draws some."""
        return np.arange(count)

    def draw(self, seed: int) -> Table:
        bunch = self.bunch()
        rows = self.rows(len(bunch.data), seed)
        classes = tuple(str(name) for name in bunch.target_names) if self.class_count else ()
        return Table(
            x=np.array(bunch.data, dtype=np.float64)[rows],
            y=np.array(bunch.target, dtype=np.int64 if classes else np.float64)[rows],
            columns=self.column_names or tuple(str(name).replace("_", " ") for name in bunch.feature_names),
            units=self.column_units,
            target=self.target_name,
            target_unit=self.target_unit,
            classes=classes,
        )

    target_name: ClassVar[str]
    target_unit: ClassVar[str] = ""
    column_names: ClassVar[tuple[str, ...]] = ()
    """Instead of scikit-learn's, where those are codes."""
    column_units: ClassVar[tuple[str, ...]] = ()


class Iris(Bundled, frozen=True):
    kind: Literal["iris"] = "iris"
    label: ClassVar = "Iris"
    lesson: ClassVar = "150 flowers, 3 species, 4 measures: one species stands apart, two overlap a little."
    source: ClassVar = "Fisher 1936, by way of scikit-learn"
    target_name: ClassVar = "species"
    columns_count: ClassVar = 4

    @property
    def class_count(self) -> int:
        return 3

    def bunch(self) -> Any:
        from sklearn.datasets import load_iris

        return load_iris()


class Wine(Bundled, frozen=True):
    kind: Literal["wine"] = "wine"
    label: ClassVar = "Wine"
    lesson: ClassVar = "178 wines of 3 growers by 13 chemical measures of very different size: try scaling off."
    source: ClassVar = "Forina et al. 1991, by way of scikit-learn"
    target_name: ClassVar = "grower"
    columns_count: ClassVar = 13

    @property
    def class_count(self) -> int:
        return 3

    def bunch(self) -> Any:
        from sklearn.datasets import load_wine

        return load_wine()


class BreastCancer(Bundled, frozen=True):
    kind: Literal["breast_cancer"] = "breast_cancer"
    label: ClassVar = "Breast cancer (Wisconsin)"
    lesson: ClassVar = "569 tumours by 30 measures of their cell nuclei: nearly linear, so small networks do well."
    source: ClassVar = "Street, Wolberg and Mangasarian 1993, by way of scikit-learn"
    target_name: ClassVar = "tumour"
    columns_count: ClassVar = 30

    def bunch(self) -> Any:
        from sklearn.datasets import load_breast_cancer

        return load_breast_cancer()


class Digits(Bundled, frozen=True):
    kind: Literal["digits"] = "digits"
    label: ClassVar = "Digits"
    lesson: ClassVar = "1,797 handwritten digits of 8 by 8 pixels: ten classes on the plane of two components."
    source: ClassVar = "Alpaydin and Kaynak 1998, by way of scikit-learn"
    target_name: ClassVar = "digit"
    columns_count: ClassVar = 64

    @property
    def class_count(self) -> int:
        return 10

    def bunch(self) -> Any:
        from sklearn.datasets import load_digits

        return load_digits()


class Diabetes(Bundled, frozen=True):
    kind: Literal["diabetes"] = "diabetes"
    label: ClassVar = "Diabetes"
    lesson: ClassVar = "442 patients by 10 measures: noisy, so a large network over-fits within a few epochs."
    column_names: ClassVar = (
        "age",
        "sex",
        "body mass index",
        "blood pressure",
        "total cholesterol",
        "LDL",
        "HDL",
        "cholesterol / HDL",
        "log triglycerides",
        "blood sugar",
    )
    column_units: ClassVar = ("years", "1 or 2", "kg/m²", "mm Hg", "mg/dl", "mg/dl", "mg/dl", "", "", "mg/dl")
    source: ClassVar = "Efron et al. 2004, by way of scikit-learn"
    target_name: ClassVar = "disease progression"
    columns_count: ClassVar = 10
    target_unit: ClassVar = "score after a year"
    task: ClassVar = "regression"

    def bunch(self) -> Any:
        from sklearn.datasets import load_diabetes

        return load_diabetes(scaled=False)


class CaliforniaHousing(Bundled, frozen=True):
    kind: Literal["california_housing"] = "california_housing"
    samples: int = Field(
        2000,
        ge=100,
        le=20_640,
        title="Samples",
        description="Districts drawn at random.",
        json_schema_extra={"scale": "log"},
    )
    label: ClassVar = "California housing"
    lesson: ClassVar = "House values of districts by income, age and place: downloaded once by scikit-learn."
    source: ClassVar = "Pace and Barry 1997, by way of scikit-learn"
    target_name: ClassVar = "median house value"
    columns_count: ClassVar = 8
    target_unit: ClassVar = "100,000 dollars"
    task: ClassVar = "regression"

    @_waited_for
    def bunch(self) -> Any:
        from sklearn.datasets import fetch_california_housing

        return fetch_california_housing()

    def rows(self, count: int, seed: int) -> np.ndarray:
        return torch.randperm(count, generator=stream(seed, "data"))[: self.samples].numpy()
