"""Wings: what the rules of the workflow ask, answered by one typed object a case study.

The rule files hold rules only. Which samples a system has, which models it trains, which files a
figure reads: each question is a method here, so that types and tests reach it. Nothing in this
package imports a numerical package, since every start of Snakemake, on a driver without them, loads
it.
"""
