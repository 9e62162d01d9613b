package panama.torch.internal;

/** Checks of the numbers that layers, optimizers and schedulers are built from. */
public final class Arguments {
  private Arguments() {}

  public static long positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, got " + value);
    }
    return value;
  }

  public static double positive(String name, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(name + ": expected a number above 0, got " + value);
    }
    return value;
  }

  public static long notNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + ": expected at least 0, got " + value);
    }
    return value;
  }

  public static double notNegative(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + ": expected at least 0, got " + value);
    }
    return value;
  }

  public static double probability(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          name + ": expected a probability from 0 to 1, got " + value);
    }
    return value;
  }

  public static int positive(String name, int value) {
    return (int) positive(name, (long) value);
  }

  public static int notNegative(String name, int value) {
    return (int) notNegative(name, (long) value);
  }

  /** Returns a number between two others, both included. */
  public static int between(String name, int low, int high, int value) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          name + ": expected " + low + " to " + high + ", got " + value);
    }
    return value;
  }

  /** Returns a finite number of at least 0. */
  public static double finiteNotNegative(String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          name + ": expected a finite number of at least 0, got " + value);
    }
    return value;
  }

  /** Returns a number from 0 to 1, both included. */
  public static double fraction(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + ": expected a number from 0 to 1, got " + value);
    }
    return value;
  }

  /** Returns a number from 0 to 1, without 0. */
  public static double positiveFraction(String name, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(
          name + ": expected a number above 0 and at most 1, got " + value);
    }
    return value;
  }

  /** Returns a number from 0 to 1, without 1. */
  public static double properFraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + ": expected a number of at least 0 and below 1, got " + value);
    }
    return value;
  }
}
