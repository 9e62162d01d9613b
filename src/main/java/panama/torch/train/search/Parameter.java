package panama.torch.train.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A parameter and its range. Values are String, Boolean, Long or Double. */
sealed interface Parameter {
  String name();

  /** Draws a value. */
  Object draw(Random random);

  /** Returns evenly spaced values from the lower to the upper bound. */
  List<Object> points(int count);

  /** Returns whether a value is in the range. */
  boolean contains(Object value);

  /** Returns the value with integers as Long and other numbers as Double. */
  static Object normalized(String name, Object value) {
    return switch (value) {
      case String text -> text;
      case Boolean flag -> flag;
      case Byte number -> number.longValue();
      case Short number -> number.longValue();
      case Integer number -> number.longValue();
      case Long number -> number;
      case Float number -> finite(name, number.doubleValue());
      case Double number -> finite(name, number);
      default ->
          throw new IllegalArgumentException(
              name
                  + ": expected strings, booleans or numbers, got a "
                  + value.getClass().getTypeName());
    };
  }

  private static Double finite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + ": expected finite numbers, got " + value);
    }
    return value;
  }

  /** One of some values. */
  record Choice(String name, List<Object> values) implements Parameter {
    @Override
    public Object draw(Random random) {
      return values.get(random.nextInt(values.size()));
    }

    @Override
    public List<Object> points(int count) {
      throw new IllegalArgumentException(
          name + ": a choice has no points; a grid takes all its values, or those of values(...)");
    }

    @Override
    public boolean contains(Object value) {
      return values.contains(value);
    }

    @Override
    public String toString() {
      return "choice " + values;
    }
  }

  /** An integer from low to high, both included. */
  record Whole(String name, int low, int high) implements Parameter {
    @Override
    public Object draw(Random random) {
      return low + (long) (random.nextDouble() * ((double) high - low + 1));
    }

    @Override
    public List<Object> points(int count) {
      List<Object> points = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        points.add(Math.round(low + ((double) high - low) * i / (count - 1)));
      }
      if (points.stream().distinct().count() < count) {
        throw new IllegalArgumentException(
            name
                + ": expected at most as many points as integers from "
                + low
                + " to "
                + high
                + ", got "
                + count);
      }
      return points;
    }

    @Override
    public boolean contains(Object value) {
      return value instanceof Long number && number >= low && number <= high;
    }

    @Override
    public String toString() {
      return "integer " + low + " to " + high;
    }
  }

  /** A number from low to high, uniform itself or in its logarithm. */
  record Real(String name, double low, double high, boolean logarithmic) implements Parameter {
    @Override
    public Object draw(Random random) {
      return at(random.nextDouble());
    }

    private double at(double fraction) {
      double value =
          logarithmic
              ? Math.exp(Math.log(low) + fraction * (Math.log(high) - Math.log(low)))
              : low + fraction * (high - low);
      return Math.clamp(value, low, high); // rounding may lead out of the range
    }

    @Override
    public List<Object> points(int count) {
      List<Object> points = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        points.add(i == 0 ? low : i == count - 1 ? high : at((double) i / (count - 1)));
      }
      return points;
    }

    @Override
    public boolean contains(Object value) {
      return value instanceof Double number && number >= low && number <= high;
    }

    @Override
    public String toString() {
      return (logarithmic ? "logUniform " : "uniform ") + low + " to " + high;
    }
  }
}
