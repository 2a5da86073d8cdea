"""Library of the Mechanist workflow: mechanism-based and data-driven models of plasticity.

Rooms, from the ground up, each importing only from those before it: ``formats`` and
``mechanics``; ``simulate`` and ``describe``; ``learn``; ``assess``; ``draw``. Nothing in here
imports Snakemake.
"""

__version__ = "0.1.0"
