"""Library of the Mechanist workflow: mechanism-based and data-driven models of plasticity.

Subpackages in layers, each importing only from those before it: ``formats`` and ``mechanics``;
``simulate`` and ``describe``; ``learn``; ``assess``; ``draw``. No module imports Snakemake.
"""

__version__ = "0.1.0"
