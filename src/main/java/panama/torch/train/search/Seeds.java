package panama.torch.train.search;

/** Seeds that depend only on the seed of the search and a number. */
final class Seeds {
  private Seeds() {}

  /**
   * Returns element {@code number} of the sequence of SplitMix64 with a seed: Steele, Lea and
   * Flood, "Fast splittable pseudorandom number generators" (2014).
   */
  static long of(long seed, long number) {
    long z = seed + (number + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
