"""Load tensors and interatomic potentials: the mechanics that simulation and description share."""
