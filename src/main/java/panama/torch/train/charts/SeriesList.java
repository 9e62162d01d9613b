package panama.torch.train.charts;

import java.util.ArrayList;
import java.util.List;

/** The series of a chart, with different names. */
final class SeriesList {
  private final List<XyPlot.Series> series = new ArrayList<>();

  void add(String name, List<?> x, List<? extends Number> y, boolean right) {
    if (name.isBlank() || series.stream().anyMatch(other -> other.name().equals(name))) {
      throw new IllegalArgumentException(
          "name: expected a name that no other series has, got '" + name + "'");
    }
    if (!series.isEmpty() && !x.isEmpty() && isOfNumbers(x) != isOfNumbers(series.get(0).x())) {
      throw new IllegalArgumentException(
          name + ": expected all series over numbers or all over dates, got both");
    }
    List<Double> numbers = y.stream().map(Number::doubleValue).toList();
    series.add(new XyPlot.Series(name, List.copyOf(x), numbers, right, XyPlot.Style.LINE));
  }

  private static boolean isOfNumbers(List<?> x) {
    return x.isEmpty() || x.getFirst() instanceof Double;
  }

  List<XyPlot.Series> all() {
    return List.copyOf(series);
  }
}
