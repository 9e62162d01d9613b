package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.IndexException;
import panama.torch.Torch;

/** Sequential, ModuleList and ModuleDict: elements by index and name, iteration, replacement. */
@Tag("locale")
class ContainersTest {
  private final Linear first = new Linear(2, 3);
  private final Tanh tanh = new Tanh();
  private final Linear last = new Linear(3, 1);

  @Test
  void sequentialAcceptsNegativeIndices() {
    Layer doubled = x -> x.mul(2);
    Sequential chain = new Sequential(first, tanh, doubled, last);
    assertThat(chain.size()).isEqualTo(4);
    assertThat(chain).containsExactly(first, tanh, doubled, last);
    assertThat(chain.get(0)).isSameAs(first).isSameAs(chain.get(-4));
    assertThat(chain.get(2)).isSameAs(doubled);
    assertThat(chain.get(-1)).isSameAs(last);
    assertThatThrownBy(() -> chain.get(4))
        .isInstanceOf(IndexException.class)
        .hasMessage("index: expected -4 to 3, got 4");
    assertThatThrownBy(() -> chain.get(-5)).hasMessage("index: expected -4 to 3, got -5");
    assertThatThrownBy(() -> new Sequential().get(0))
        .hasMessageContainingAll("index", "no modules", "0");
    assertThatThrownBy(() -> chain.iterator().remove())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void replacingALayerOfASequentialKeepsItsName() {
    Map<String, Layer> layers = new LinkedHashMap<>();
    layers.put("in", first);
    layers.put("act", tanh);
    layers.put("out", last);
    Sequential chain = new Sequential(layers);
    Linear wider = new Linear(2, 3, false);
    Linear head = new Linear(3, 5);
    assertThat(chain.set(0, wider).set(-1, head)).isSameAs(chain);
    assertThat(chain).containsExactly(wider, tanh, head);
    assertThat(chain.namedParameters().keySet())
        .containsExactly("in.weight", "out.weight", "out.bias");
    assertThat(chain.forward(Torch.ones(4, 2)).shape().is(4, 5)).isTrue();
    assertThatThrownBy(() -> chain.set(3, head)).hasMessage("index: expected -3 to 2, got 3");
    Sequential functions = new Sequential(x -> x);
    assertThatThrownBy(() -> functions.set(0, head)).hasMessageContainingAll("index", "function");
  }

  @Test
  void modulesOfAListCanBeReplaced() {
    ModuleList<Linear> list = new ModuleList<>(List.of(first, last));
    Linear other = new Linear(3, 4);
    list.set(-1, other);
    assertThat(list).containsExactly(first, other);
    assertThat(list.get(1)).isSameAs(other);
    assertThat(list.getParameter("1.weight").size(0)).isEqualTo(4);
    assertThatThrownBy(() -> list.set(2, other)).hasMessage("index: expected -2 to 1, got 2");
  }

  @Test
  void replacingAModuleOfADictionaryKeepsItsPosition() {
    ModuleDict<Linear> all = new ModuleDict<Linear>().put("b", first).put("a", last);
    Linear other = new Linear(3, 4);
    all.set("b", other);
    assertThat(all.values()).containsExactly(other, last);
    assertThat(all.entrySet())
        .extracting(entry -> entry.getKey() + entry.getValue().weight().shape())
        .containsExactly("b[4, 3]", "a[1, 3]");
    assertThat(all.getParameter("b.weight").size(0)).isEqualTo(4);
    assertThatThrownBy(() -> all.set("c", other)).hasMessageContainingAll("[b, a]", "'c'");
    assertThatThrownBy(() -> all.values().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
