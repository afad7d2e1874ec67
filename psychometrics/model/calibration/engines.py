"""The algebra that serves a data set."""

from psychometrics.model.calibration.algebra import Algebra
from psychometrics.model.calibration.columnwise import Columnwise
from psychometrics.model.calibration.structure import Structure


def algebra_of(structure: Structure) -> Algebra:
    """The engine that the structure was built for; a compiler is loaded only if it is to be used."""
    if structure.sparsity is not None:
        return Columnwise(structure, structure.sparsity)
    from psychometrics.model.compiled.calibration import Compiled

    return Compiled(structure)
