"""Library of the Mechanist workflow: mechanism-based and data-driven models of plasticity.

The packages form floors, and each imports only from those below it (a test checks this). From the
ground up: ``core``; ``formats``; ``mechanics``; ``settings``; ``simulate``, ``describe`` and
``discover``; ``imports``; ``learn``; ``assess``; ``audit`` and ``attribution``; ``contract``;
``draw``; ``wings``; ``command``. Nothing in the library imports Snakemake.
"""

__version__ = "0.1.0"
