"""The linear algebra of a fit with thousands of interviewers: conjugate gradients, and variances from probes.

A dense Schur complement costs the cube of interviewers and questions, and a sparse factor is hardly cheaper: whoever
met candidates in common is linked, so that almost every entry fills in. Multiplying by the complement is cheap,
because it need not be formed.
"""
