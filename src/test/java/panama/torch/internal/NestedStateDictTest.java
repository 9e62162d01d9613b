package panama.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NestedStateDictTest {
  @Test
  void listsAreThoseWithConsecutiveKeys() {
    Map<String, Integer> flat = new LinkedHashMap<>();
    flat.put("a.0", 1);
    flat.put("a.1", 2);
    flat.put("b.1", 3);
    flat.put("c.0.d", 4);
    Map<String, Object> nested = NestedStateDict.nest(flat);
    assertThat(nested)
        .isEqualTo(Map.of("a", List.of(1, 2), "b", Map.of("1", 3), "c", List.of(Map.of("d", 4))));
    assertThat(NestedStateDict.flatten(nested)).isEqualTo(flat);
  }

  /** One of the values would be lost. */
  @ParameterizedTest
  @ValueSource(strings = {"a a.b", "a.b a", "a.b.c a.b", "a.b a.b.c"})
  void aNameIsNotTheBeginningOfAnother(String names) {
    Map<String, Integer> flat = new LinkedHashMap<>();
    for (String name : names.split(" ", -1)) {
      flat.put(name, 1);
    }
    assertThatThrownBy(() -> NestedStateDict.nest(flat))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a");
  }
}
