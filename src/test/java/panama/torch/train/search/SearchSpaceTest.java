package panama.torch.train.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("locale")
class SearchSpaceTest {
  private static SearchSpace.Builder space() {
    return SearchSpace.builder();
  }

  private static double[] draws(SearchSpace space, String name, int count) {
    Random random = new Random(1);
    return IntStream.range(0, count).mapToDouble(i -> space.draw(random).getDouble(name)).toArray();
  }

  private static double share(double[] draws, double from, double to) {
    return (double) Arrays.stream(draws).filter(x -> x >= from && x < to).count() / draws.length;
  }

  @Test
  void logUniformIsUniformInTheLogarithm() {
    double[] draws = draws(space().logUniform("lr", 1e-4, 1e-1).build(), "lr", 30_000);
    assertThat(Arrays.stream(draws)).allMatch(x -> x >= 1e-4 && x <= 1e-1);
    assertThat(share(draws, 1e-4, 1e-3)).isCloseTo(1.0 / 3, within(0.02));
    assertThat(share(draws, 1e-3, 1e-2)).isCloseTo(1.0 / 3, within(0.02));
    assertThat(share(draws, 1e-2, 1e-1)).isCloseTo(1.0 / 3, within(0.02));
  }

  @Test
  void uniformIsUniform() {
    double[] draws = draws(space().uniform("dropout", -1, 3).build(), "dropout", 30_000);
    assertThat(Arrays.stream(draws)).allMatch(x -> x >= -1 && x <= 3);
    for (int i = -1; i < 3; i++) {
      assertThat(share(draws, i, i + 1)).isCloseTo(0.25, within(0.02));
    }
  }

  @Test
  void integersAndChoicesAreEquallyLikelyWithBothBounds() {
    double[] draws = draws(space().integer("n", -1, 2).build(), "n", 30_000);
    for (int i = -1; i <= 2; i++) {
      assertThat(share(draws, i, i + 0.5)).isCloseTo(0.25, within(0.02));
    }
    double[] chosen = draws(space().choice("n", 8, 16.5).build(), "n", 30_000);
    assertThat(share(chosen, 8, 8.5)).isCloseTo(0.5, within(0.02));
    assertThat(share(chosen, 16.5, 17)).isCloseTo(0.5, within(0.02));
    double[] extreme =
        draws(space().integer("n", Integer.MIN_VALUE, Integer.MAX_VALUE).build(), "n", 1000);
    assertThat(share(extreme, Integer.MIN_VALUE, 0)).isCloseTo(0.5, within(0.1));
  }

  @Test
  void configurationsHaveTypedValues() {
    Configuration c =
        space()
            .choice("cell", "gru")
            .choice("bidirectional", true)
            .integer("hidden", 8, 8)
            .uniform("dropout", 0.25, 0.5)
            .build()
            .draw(new Random(0));
    assertThat(c.getString("cell")).isEqualTo("gru");
    assertThat(c.getBoolean("bidirectional")).isTrue();
    assertThat(c.getInt("hidden")).isEqualTo(8);
    assertThat(c.getDouble("hidden")).isEqualTo(8);
    assertThat(c.getDouble("dropout")).isBetween(0.25, 0.5);
    assertThat(c.asMap().keySet()).containsExactly("cell", "bidirectional", "hidden", "dropout");
    assertThatThrownBy(() -> c.getInt("dropout"))
        .hasMessageStartingWith("dropout: expected an int, got the Double 0.");
    assertThatThrownBy(() -> c.getDouble("cell"))
        .hasMessage("cell: expected a number, got the String gru");
    assertThatThrownBy(() -> c.getString("hidden"))
        .hasMessage("hidden: expected a string, got the Long 8");
    assertThatThrownBy(() -> c.getBoolean("cell")).hasMessageContaining("expected a boolean");
  }

  @Test
  void aWrongNameGetsTheNearestNames() {
    SearchSpace space =
        space().choice("cell", 1).choice("HIDDEN", 1).choice("lr", 1).choice("dropout", 1).build();
    Configuration c = space.draw(new Random(0));
    assertThatThrownBy(() -> c.getInt("hiden"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "name: there is no parameter 'hiden'; the nearest names are [HIDDEN, cell, lr]");
    assertThatThrownBy(() -> space.isNumeric("celll"))
        .hasMessageContaining("the nearest names are [cell, ");
  }

  @Test
  void wrongRangesAreRefused() {
    assertThatThrownBy(() -> space().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("space: expected at least one parameter");
    assertThatThrownBy(() -> space().choice("a", 1).uniform("a", 0, 1))
        .hasMessage("name: there is already a parameter 'a'");
    assertThatThrownBy(() -> space().choice(" ", 1)).hasMessageStartingWith("name: ");
    assertThatThrownBy(() -> space().choice("a"))
        .hasMessage("a: expected at least one value and no duplicates, got []");
    assertThatThrownBy(() -> space().choice("a", 1, 1L)).hasMessageContaining("no duplicates");
    assertThatThrownBy(() -> space().choice("a", List.of()))
        .hasMessageStartingWith("a: expected strings, booleans or numbers, got a ");
    assertThatThrownBy(() -> space().choice("a", Double.NaN)).hasMessageContaining("finite");
    assertThatThrownBy(() -> space().integer("a", 2, 1))
        .hasMessage("a: expected high of at least low=2, got 1");
    assertThatThrownBy(() -> space().uniform("a", 1, 1))
        .hasMessage("a: expected finite low < high, got low=1.0, high=1.0");
    assertThatThrownBy(() -> space().uniform("a", -Double.MAX_VALUE, Double.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> space().logUniform("lr", 0, 1))
        .hasMessage("lr: expected finite 0 < low < high, got low=0.0, high=1.0");
  }

  @Test
  void spacesPrintTheirRanges() {
    assertThat(
            space()
                .choice("cell", "lstm", "gru")
                .integer("hidden", 16, 128)
                .logUniform("lr", 1e-4, 0.1)
                .uniform("dropout", 0, 0.5)
                .build())
        .hasToString(
            "SearchSpace(cell: choice [lstm, gru], hidden: integer 16 to 128, lr: logUniform"
                + " 1.0E-4 to 0.1, dropout: uniform 0.0 to 0.5)");
  }
}
