package panama.torch.nn;

/** Checks of the numbers that layers are built from. */
final class Sizes {
  private Sizes() {}

  static long positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, got " + value);
    }
    return value;
  }

  static double positive(String name, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(name + ": expected a number above 0, got " + value);
    }
    return value;
  }

  static long notNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + ": expected at least 0, got " + value);
    }
    return value;
  }

  static double notNegative(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + ": expected at least 0, got " + value);
    }
    return value;
  }

  static double probability(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          name + ": expected a probability from 0 to 1, got " + value);
    }
    return value;
  }
}
