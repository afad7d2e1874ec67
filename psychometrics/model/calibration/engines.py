"""The algebra that serves a data set."""

from psychometrics.model.calibration.algebra import Algebra
from psychometrics.model.calibration.columnwise import Columnwise
from psychometrics.model.calibration.iterative.algebra import Iterative
from psychometrics.model.calibration.sparsity import Sparsity
from psychometrics.model.calibration.structure import Structure


def algebra_of(structure: Structure) -> Algebra:
    """What the structure was built for; a compiler is loaded only if it is to be used."""
    engine = _engine(structure, structure.sparsity)
    if structure.sparsity is None or not structure.iterative:
        return engine
    return Iterative(structure, structure.sparsity, engine)


def _engine(structure: Structure, sparsity: Sparsity | None) -> Algebra:
    """NumPy or compiled kernels."""
    if sparsity is not None and not structure.compiled:
        return Columnwise(structure, sparsity)
    from psychometrics.model.compiled.calibration import Compiled

    return Compiled(structure)
