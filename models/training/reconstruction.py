"""What patterns of a model's own phases look like: principal components, and how well they reconstruct patterns drawn like the training's.

After Banko et al. (npj Comput. Mater. 7, 104, 2021), who take the error of an autoencoder's reconstruction as a sign that a network is asked about
something it never saw; a linear one is used here.
"""

import numpy as np

COMPONENTS = 28
FIT_PATTERNS = 5000
RIDGE = 1e-2
QUANTILES = 101


def cells_of(file, cells, rows):
    """Largest value of channel 0 in every cell, and which cells were measured whole."""
    x = file.inputs(rows)
    shape = (len(x), cells, -1)
    measured = (x[:, 2] > 0).reshape(shape).all(2)
    return x[:, 0].reshape(shape).max(2) * measured, measured


def fit(files, cells, components):
    left, parts = FIT_PATTERNS, []
    for file in files:
        if left > 0:
            parts.append(cells_of(file, cells, slice(0, min(left, len(file)))))
            left -= len(parts[-1][0])
    values, measured = (np.concatenate(arrays) for arrays in zip(*parts))
    mean = values.sum(0) / np.maximum(1, measured.sum(0))
    centred = (values - mean) * measured
    _, vectors = np.linalg.eigh(centred.T @ centred)
    return mean.astype("<f4"), vectors[:, ::-1][:, :components].T.astype("<f4")


def relative_error(values, measured, mean, components):
    """Of one pattern: the squared rest after its best reconstruction, over its squared scatter about the median; measured cells only."""
    basis, off = components[:, measured].T.astype(float), (values - mean)[measured].astype(float)
    amounts = np.linalg.solve(basis.T @ basis + RIDGE * np.eye(basis.shape[1]), basis.T @ off)
    scatter = ((values[measured] - np.median(values[measured])) ** 2).sum()
    return ((off - basis @ amounts) ** 2).sum() / max(1e-9, scatter)


def write_reconstruction(files, validation, cells, tested, path):
    """`tested`: rows of the validation whose errors are kept, so that whoever reads the file can see that it computes the same."""
    components = min(COMPONENTS, cells // 4)
    mean, vectors = fit(files, cells, components)
    values, measured = cells_of(validation, cells, slice(0, len(validation)))
    enough = measured.sum(1) >= 2 * components
    errors = np.array([relative_error(v, m, mean, vectors) if ok else np.nan for v, m, ok in zip(values, measured, enough)])
    quantiles = np.quantile(errors[enough], np.linspace(0, 1, QUANTILES)).astype("<f4")
    with open(path, "wb") as out:
        for array in (mean, vectors, quantiles):
            out.write(array.tobytes())
    kept = [None if np.isnan(error) else round(float(error), 6) for error in errors[tested]]
    return {"components": components, "quantiles": QUANTILES, "selfTestErrors": kept}
