package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.arange;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.op;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("locale")
class OpTest {
  @Test
  void takesArgumentsInOrderAndByName() {
    Tensor x = arange(4);
    assertThat(op("aten::cumsum").arg(x).arg(0).tensor().toLongArray()).containsExactly(0, 1, 3, 6);
    assertThat(op("aten::cumsum").arg(x).arg(0).arg("dtype", DType.FLOAT64).tensor().dtype())
        .isEqualTo(DType.FLOAT64);
    assertThat(op("aten::cumsum").schema()).startsWith("aten::cumsum(Tensor self, int dim");
  }

  @Test
  void returnsResultsOfEveryKind() {
    Op.Results topk = op("aten::topk").arg(arange(5)).arg(2).call();
    assertThat(topk.size()).isEqualTo(2);
    assertThat(topk.tensor(1).toLongArray()).containsExactly(4, 3);
    assertThat(op("aten::chunk").arg(arange(5)).arg(2).call().tensors(0)).hasSize(2);
    assertThat(op("aten::equal").arg(ones(2)).arg(ones(2)).call().truth(0)).isTrue();
    assertThat(op("aten::size.int").arg(ones(2, 7)).arg(1).call().integer(0)).isEqualTo(7);
    assertThat(op("aten::cat").start().arg(List.of(ones(1), ones(2))).arg(0).tensor().numel())
        .isEqualTo(3);
    assertThatThrownBy(() -> topk.truth(0))
        .isInstanceOf(TorchException.class)
        .hasMessageContaining("expected a Boolean, got a Tensor");
    assertThatThrownBy(() -> topk.tensor(2)).isInstanceOf(IndexException.class);
  }

  @Test
  void argOrNonePassesNullAsNone() {
    Tensor ids = arange(3);
    assertThat(op("aten::bincount").arg(ids).argOrNone(null).tensor().dtype())
        .isEqualTo(DType.INT64);
    assertThat(op("aten::bincount").arg(ids).argOrNone(ones(3)).tensor().dtype())
        .isEqualTo(DType.FLOAT32);
    assertThatThrownBy(() -> op("aten::relu").start().argOrNone(null).call())
        .isInstanceOf(ArgumentException.class)
        .hasMessageContaining("argument 'self' is Tensor, got None");
  }

  @Test
  void refusesCallsThatDoNotMatchTheSchema() {
    assertThatThrownBy(() -> op("aten::cumsumm"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cumsumm");
    assertThatThrownBy(() -> op("aten::add.Nonsense"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("add.Tensor");
    assertThatThrownBy(() -> op("")).isInstanceOf(IllegalArgumentException.class);
    Tensor x = ones(2);
    assertThatThrownBy(() -> op("aten::relu").arg(x).arg(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 1");
    assertThatThrownBy(() -> op("aten::relu").start().arg("selfish", x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no argument 'selfish'; the schema is aten::relu(Tensor self)");
    assertThatThrownBy(() -> op("aten::relu").start().call())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("self");
    assertThatThrownBy(() -> op("aten::cumsum").arg(x).arg("dim", 1.5).call())
        .isInstanceOf(ArgumentException.class)
        .hasMessageContaining("dim");
  }
}
