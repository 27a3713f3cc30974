"""`python -m benchmarks cluster`: what a cluster answers while its nodes are killed."""
