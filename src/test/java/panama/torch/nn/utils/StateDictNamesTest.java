package panama.torch.nn.utils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panama.torch.ArgumentException;
import panama.torch.Tensor;
import panama.torch.Torch;

class StateDictNamesTest {
  private static Map<String, Tensor> state(String... names) {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (String name : names) {
      state.put(name, Torch.zeros(1));
    }
    return state;
  }

  @ParameterizedTest
  @CsvSource({
    "module.fc.weight, module, '', fc.weight",
    "module.fc.weight, module., '', fc.weight",
    "encoder._orig_mod.fc.weight, _orig_mod, '', encoder.fc.weight",
    "encoder.rnn.bias_hh_l0, encoder.rnn, gru, gru.bias_hh_l0",
    "fc.weight_g, weight_g, parametrizations.weight.original0,"
        + " fc.parametrizations.weight.original0",
    "fc.weight_gain, weight_g, x, fc.weight_gain",
    "a.a.a, a.a, b, b.a",
    "fc.weight, fc, fc.fc, fc.fc.weight",
    "x.y, z, w, x.y"
  })
  void replacesParts(String name, String from, String to, String expected) {
    Map<String, Tensor> state = state(name);
    Map<String, Tensor> renamed = StateDictNames.rename(state, Map.of(from, to));
    assertThat(renamed).containsOnlyKeys(expected);
    assertThat(renamed.get(expected)).isSameAs(state.get(name));
  }

  @Test
  void takesTheLongestKey() {
    assertThat(
            StateDictNames.rename(
                state("a.b.c", "a.c"), Map.of("a", "x", "a.b", "y", "y", "never", "c", "z")))
        .containsOnlyKeys("y.z", "x.z");
  }

  @Test
  void namesAllThatWouldBeEqual() {
    assertThatThrownBy(
            () ->
                StateDictNames.rename(
                    state("a.w", "b.w", "c.w", "a"), Map.of("a", "", "b", "", "c", "")))
        .isInstanceOf(ArgumentException.class)
        .hasMessageContaining("b.w: expected a name of its own, got w, as a.w")
        .hasMessageContaining("c.w: expected a name of its own, got w, as a.w")
        .hasMessageContaining("a: expected a name, got nothing left of it");
    assertThatThrownBy(() -> StateDictNames.rename(state("a"), Map.of("", "b")))
        .isInstanceOf(ArgumentException.class)
        .hasMessageContaining("names");
  }
}
