"""Whether figures that overlap single out a few people; `kernels` are the cuts, compiled."""
