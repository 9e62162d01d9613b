package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static panama.torch.Torch.arange;
import static panama.torch.Torch.cat;
import static panama.torch.Torch.eye;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.op;
import static panama.torch.Torch.tensor;
import static panama.torch.Torch.zeros;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panama.torch.internal.runtime.NativeErrors.Status;
import panama.torch.internal.runtime.Wording;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.nn.Embedding;
import panama.torch.nn.EmbeddingBag;
import panama.torch.nn.Functional;
import panama.torch.nn.GRUCell;
import panama.torch.nn.Linear;
import panama.torch.nn.NLLLoss;

@Tag("locale")
class TorchExceptionTest {
  private static final Tensor GRID = ones(2, 3);
  private static final Tensor INTEGERS = arange(3);

  private static void refused(
      Class<? extends RuntimeException> kind, String start, ThrowingCallable call) {
    assertThatThrownBy(call).isExactlyInstanceOf(kind).hasMessageStartingWith(start);
  }

  @Test
  void shapes() {
    refused(ShapeException.class, "mm(float32[2, 3], float32[2, 3]): ", () -> GRID.mm(GRID));
    refused(ShapeException.class, "matmul(", () -> GRID.matmul(GRID));
    refused(ShapeException.class, "add(float32[2, 3], float32[4]): ", () -> GRID.add(zeros(4)));
    refused(ShapeException.class, "bmm(", () -> ones(2, 3, 4).bmm(ones(2, 3, 4)));
    refused(ShapeException.class, "view(", () -> GRID.view(4));
    refused(ShapeException.class, "view(", () -> GRID.transpose(0, 1).view(6));
    refused(ShapeException.class, "reshape(", () -> GRID.reshape(-1, 4));
    refused(ShapeException.class, "expand(", () -> GRID.expand(2, 4));
    refused(ShapeException.class, "cat(", () -> cat(List.of(GRID, ones(2)), 0));
    refused(ShapeException.class, "cat", () -> cat(List.of(), 0));
    refused(ShapeException.class, "split", () -> GRID.split(new long[] {1, 1}, 1));
    refused(ShapeException.class, "item", GRID::item);
    refused(ShapeException.class, "zeros: ", () -> zeros(-1));
    refused(ShapeException.class, "empty: ", () -> Torch.empty(1L << 62, 1L << 62));
    refused(ShapeException.class, "linalgDet(", () -> Linalg.det(GRID));
    refused(ShapeException.class, "linear(", () -> Functional.linear(GRID, ones(4, 5), null));
    refused(
        ShapeException.class,
        "crossEntropyLoss(",
        () -> op("aten::cross_entropy_loss").arg(GRID).arg(zeros(4).to(DType.INT64)).call());
  }

  @Test
  void elementTypes() {
    Tensor doubles = ones(3, 2).to(DType.FLOAT64);
    refused(DTypeException.class, "mm(float32[2, 3], float64[3, 2]): ", () -> GRID.mm(doubles));
    refused(DTypeException.class, "requiresGrad_(", () -> INTEGERS.requiresGrad_(true));
    refused(DTypeException.class, "mean(int64[3]): ", INTEGERS::mean);
    refused(DTypeException.class, "add_(", () -> INTEGERS.add_(0.5));
    refused(DTypeException.class, "gather(", () -> GRID.gather(0, GRID));
    refused(DTypeException.class, "sub(", () -> GRID.gt(0).sub(GRID.gt(0)));
    refused(DTypeException.class, "toLongArray: ", GRID::toLongArray);
    refused(DTypeException.class, "itemLong: ", () -> tensor(0.5).itemLong());
    refused(DTypeException.class, "linalgInv(", () -> Linalg.inv(tensor(new long[][] {{1}})));
    refused(
        DTypeException.class,
        "lstm(",
        () ->
            Torch.op("aten::lstm.input")
                .arg(ones(2, 1, 3).to(DType.FLOAT64))
                .arg(List.of(zeros(1, 1, 2), zeros(1, 1, 2)))
                .arg(List.of(ones(8, 3), ones(8, 2)))
                .arg(false)
                .arg(1)
                .arg(0)
                .arg(false)
                .arg(false)
                .arg(false)
                .call());
  }

  @Test
  void devices() {
    refused(DeviceException.class, "to(", () -> GRID.to(Device.cuda(0)));
    refused(DeviceException.class, "", () -> new Generator(Device.cuda(0)));
  }

  @Test
  void cudaIsRefusedInACpuBuild() {
    TensorOptions cuda = TensorOptions.DEFAULT.device(Device.cuda(0));
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> GRID.to(Device.cuda(0)), () -> Torch.zeros(new long[] {2}, cuda))) {
      assertThatThrownBy(call)
          .isExactlyInstanceOf(DeviceException.class)
          .hasMessageContainingAll("it is a CPU build", "-Dpanama.torch.libtorch")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void indices() {
    refused(IndexException.class, "select(float32[2, 3]): ", () -> GRID.select(0, 2));
    refused(IndexException.class, "select(", () -> GRID.select(2, 0));
    refused(
        IndexException.class, "indexSelect(", () -> GRID.indexSelect(0, tensor(new long[] {2})));
    refused(
        IndexException.class, "gather(", () -> GRID.gather(0, tensor(new long[][] {{2, 0, 0}})));
    refused(IndexException.class, "topk(", () -> GRID.topk(4));
    refused(IndexException.class, "narrow(", () -> GRID.narrow(0, 1, 5));
    refused(
        IndexException.class,
        "crossEntropy",
        () -> new CrossEntropyLoss().forward(GRID, tensor(new long[] {3, 0})));
    assertThatThrownBy(() -> GRID.size(2)).isExactlyInstanceOf(IndexException.class);
  }

  /**
   * Checks in Java and in libtorch throw the same types, so that a service can tell errors of its
   * caller.
   */
  @Test
  void checksInJavaThrowTheSameTypesAsLibtorch() {
    Linear linear = new Linear(3, 2);
    refused(ShapeException.class, "x: expected shape (..., in=3)", () -> linear.forward(ones(4)));
    refused(ShapeException.class, "sizes: ", () -> GRID.expand(-2, 3));
    refused(ShapeException.class, "mask: ", () -> GRID.get(Index.mask(ones(3).gt(0))));
    refused(
        DTypeException.class,
        "target: expected class indices of int64",
        () -> new CrossEntropyLoss().forward(GRID, tensor(new int[] {0, 1})));
    refused(DTypeException.class, "indices: ", () -> Index.at(GRID));
    refused(IndexException.class, "dim: ", () -> GRID.size(2));
    refused(IndexException.class, "index: ", () -> GRID.get(Index.at(2)));
    refused(IndexException.class, "paddingIdx: ", () -> Embedding.builder(3, 2).paddingIdx(3));
    refused(DeviceException.class, "index: ", () -> Device.cuda(-2));
    refused(ArgumentException.class, "the state dict", () -> linear.loadStateDict(Map.of()));
    assertThat(ArgumentException.class).hasSuperclass(IllegalArgumentException.class);
    for (Class<?> kind :
        List.of(
            ShapeException.class,
            DTypeException.class,
            IndexException.class,
            DeviceException.class)) {
      assertThat(kind).hasSuperclass(ArgumentException.class);
    }
  }

  /** New checks must also use the specific exceptions. */
  @Test
  void sourcesUseSpecificExceptionsForShapesAndTypes() throws IOException {
    Pattern plain =
        Pattern.compile(
            "new (?:IndexOutOfBoundsException\\(|IllegalArgumentException\\([^;]*?"
                + "(?:\\bshapes? |dimensions?\\b|\\bdtype\\(|floating-point type))[^;]*;");
    Path sources = Path.of(System.getProperty("project.basedir"), "src/main/java/panama/torch");
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        Matcher matcher = plain.matcher(Files.readString(file));
        assertThat(matcher.results().map(MatchResult::group)).as("%s", file).isEmpty();
      }
    }
  }

  /** Invalid calls, whose messages name the fix. */
  @Test
  void messagesNameTheFixInJava() {
    Tensor w = ones(3).requiresGrad_();
    Tensor squares = w.mul(w).sum();
    squares.backward();
    contains(TorchException.class, "call backward(true) the first time", squares::backward);
    GRUCell cell = new GRUCell(2, 2);
    Tensor h = cell.forward(ones(1, 2));
    h.sum().backward();
    Tensor next = cell.forward(ones(1, 2), h);
    contains(TorchException.class, "carry h.detach() over", () -> next.sum().backward());
    contains(TorchException.class, "no output depends on input 1", () -> unused(w));
    contains(TorchException.class, "Torch.noGrad()", () -> w.mul_(2.0));
    contains(ShapeException.class, "expected a tensor of one element", () -> w.mul(2.0).backward());
    contains(TorchException.class, "or behind detach()", () -> w.detach().sum().backward());
    contains(ArgumentException.class, "must not be null", () -> op("aten::clamp").arg(w).call());
    contains(ArgumentException.class, "expected float32[3]", () -> w.setGrad(ones(2)));
    Tensor changed = w.exp();
    Tensor sum = changed.sum();
    changed.add_(1.0);
    contains(TorchException.class, "A usual cause is optimizer.step()", sum::backward);
  }

  private static void unused(Tensor w) {
    Torch.grad(List.of(w.sum()), List.of(w, ones(1).requiresGrad_()), false);
  }

  private static void contains(
      Class<? extends RuntimeException> kind, String part, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(kind)
        .hasMessageContaining(part)
        .message()
        .doesNotContainPattern("=True|\\bNone\\b|torch\\.[a-z]|retain_graph|requires_grad");
  }

  @Test
  void indexErrorsNameTheirPositionAndRange() {
    Tensor three = tensor(new long[] {0, 1, 3});
    contains(
        IndexException.class,
        "index 7 at [0, 1] is out of range: the weight has 4 rows, from 0 to 3",
        () -> new Embedding(4, 2).forward(tensor(new long[][] {{1, 7}})));
    contains(
        IndexException.class,
        "index 7 at [1] is out of range: the weight has 4 rows",
        () -> new EmbeddingBag(4, 2).forward(tensor(new long[][] {{1, 7}})));
    contains(
        IndexException.class,
        "target 3 at [1] is no class: there are C=3 classes, from 0 to 2; classes that are counted"
            + " from 1 need target.sub(1)",
        () -> new CrossEntropyLoss().forward(GRID, tensor(new long[] {0, 3})));
    contains(
        IndexException.class,
        "target -1 at [0] is no class: there are C=3 classes, from 0 to 2",
        () -> new NLLLoss().forward(GRID, tensor(new long[] {-1, 2})));
    contains(
        IndexException.class,
        "index 3 is out of bounds for dimension 1 with size 3; it stands at [0, 2]",
        () -> GRID.gather(1, three.unsqueeze(0)));
    contains(IndexException.class, "of size 3; it stands at [2]", () -> GRID.indexSelect(1, three));
    contains(IndexException.class, "it stands at [2]", () -> GRID.index(three));
    for (String name : List.of("scatter.src", "scatter_add")) {
      contains(
          IndexException.class,
          "it stands at [0, 2]",
          () -> op("aten::" + name).arg(GRID).arg(1).arg(three.unsqueeze(0)).arg(GRID).call());
    }
    for (String name : List.of("index_add", "index_copy")) {
      contains(
          IndexException.class,
          "it stands at [2]",
          () -> op("aten::" + name).arg(GRID).arg(1).arg(three).arg(GRID).call());
    }
    contains(
        IndexException.class,
        "index 33 on a tensor of 6 elements; it stands at [0]",
        () -> op("aten::take").arg(GRID).arg(tensor(new long[] {33})).call());
  }

  @Test
  void errorsOfClassWeightsNameTheWeight() {
    Tensor classes = tensor(new long[] {0, 2});
    Tensor doubles = ones(3).to(DType.FLOAT64);
    refused(
        DTypeException.class,
        "weight: expected float32, the type of x, got float64; convert it with .to(DType.FLOAT32)",
        () -> CrossEntropyLoss.builder().weight(doubles).build().forward(GRID, classes));
    refused(
        DTypeException.class,
        "weight: expected float32",
        () -> NLLLoss.builder().weight(doubles).build().forward(GRID, classes));
    refused(
        ShapeException.class,
        "weight: expected shape (C=3), one for each class of x of shape [2, 3], got [4]",
        () -> CrossEntropyLoss.builder().weight(ones(4)).build().forward(GRID, classes));
    assertThat(CrossEntropyLoss.builder().weight(null).build().forward(GRID, classes).item())
        .isEqualTo(new CrossEntropyLoss().forward(GRID, classes).item());
  }

  @Test
  void otherCausesHaveTheirOwnTypes() {
    refused(LinalgException.class, "linalg", () -> Linalg.inv(zeros(2, 2)));
    refused(LinalgException.class, "linalg", () -> Linalg.cholesky(eye(2).neg()));
    refused(UnsupportedOperatorException.class, "softmax(int64[3]): ", () -> INTEGERS.softmax(0));
    refused(NativeOutOfMemoryException.class, "empty: ", () -> Torch.empty(1L << 60));
    refused(TorchException.class, "backward(", () -> GRID.sum().backward());
    Tensor leaf = ones(2).requiresGrad_();
    refused(TorchException.class, "mul_(", () -> leaf.mul_(2L));
  }

  /**
   * Messages of the shim quote schemas, whose words must not be taken for an error of shapes or
   * types.
   */
  @Test
  void wrongArgumentsOfOperatorsAreArgumentExceptions() {
    assertThatThrownBy(() -> op("aten::cumsum").arg(GRID).call())
        .isExactlyInstanceOf(ArgumentException.class)
        .hasMessageStartingWith("cumsum(float32[2, 3]): argument 'dim' of aten::cumsum(");
    assertThatThrownBy(() -> op("aten::size.shape")).isExactlyInstanceOf(ArgumentException.class);
    refused(
        ArgumentException.class,
        "cumsum(float32[2, 3]): argument 'dim'",
        () -> op("aten::cumsum").arg(GRID).arg(1.5).call());
    refused(ShapeException.class, "copyFrom_(", () -> GRID.copyFrom_(ones(2).asSegment()));
    assertThatThrownBy(() -> Torch.setNumThreads(0))
        .isExactlyInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Torch.autocast(DType.INT64)).isExactlyInstanceOf(DTypeException.class);
  }

  /** Messages of libtorch 2.13, including some that no call on the CPU causes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "DeviceException | Torch not compiled with CUDA enabled",
        "DeviceException | PyTorch is not linked with support for cuda devices",
        "DeviceException | Expected all tensors to be on the same device, but found at least two"
            + " devices, cuda:0 and cpu!",
        "DeviceException | Expected all tensors to be on the same device, but got mat2 is on cpu,"
            + " different from other tensors on cuda:0",
        "DeviceException | Tensor on device cpu is not on the expected device meta!",
        "DeviceException | Expected a 'cuda' device type for generator but found 'cpu'",
        "DeviceException | CUDA error: invalid device ordinal",
        "DeviceException | Found no NVIDIA driver on your system. Please check that you have one",
        "DeviceException | Cannot get CUDA generator without ATen_cuda library. PyTorch splits",
        "DTypeException | expected scalar type Float but found Double",
        "DTypeException | Input type (torch.FloatTensor) and weight type (torch.DoubleTensor)"
            + " should be the same or input should be a MKLDNN tensor and weight is a dense tensor",
        "DTypeException | Expected object of scalar type Float but got scalar type Double for"
            + " second argument",
        "DTypeException | linalg.cholesky: Expected a floating point or complex tensor as input."
            + " Got Long",
        "IndexException | Index 0 of input takes value 8 which is not in the valid range [0, 3)",
        "ShapeException | self must be a matrix",
        "ShapeException | stack expects each tensor to be equal size, but got [2] and [3]",
        "ShapeException | Expected input batch_size (2) to match target batch_size (4).",
        "ShapeException | running_mean should contain 3 elements not 4",
        "ShapeException | setStorage: sizes [9], strides [1], storage offset 0, and itemsize 4"
            + " requiring a storage size of 36 are out of bounds for storage of size 12",
        "TorchException | Trying to backward through the graph a second time",
        "TorchException | one of the variables needed for gradient computation has been modified by"
            + " an inplace operation: [torch.FloatTensor [2, 3]], which is output 0 of"
            + " MulBackward0, is at version 1; expected version 0 instead.",
        "TorchException | some wording that nobody has seen before",
      })
  void runtimeErrorsAreClassifiedByTheirMessage(String kind, String message) {
    assertThat(TorchException.of(Status.RUNTIME, "op(float32[2])", message, () -> "trace"))
        .hasMessage("op(float32[2]): " + Wording.inJava(message))
        .extracting(e -> e.getClass().getSimpleName())
        .isEqualTo(kind);
  }

  @Test
  void specificStatusesAreNotClassifiedByTheirMessage() {
    assertThat(
            TorchException.of(Status.INTERNAL, "f", "shape INTERNAL ASSERT FAILED", () -> "trace"))
        .isExactlyInstanceOf(InternalException.class);
    assertThat(TorchException.of(Status.INDEX, "f", "Target 3 is not there", () -> "trace"))
        .isExactlyInstanceOf(IndexException.class);
    assertThat(TorchException.of(Status.VALUE, "f", "p has to be between 0 and 1", () -> "trace"))
        .isExactlyInstanceOf(ArgumentException.class);
    assertThat(TorchException.of(Status.TYPE, "f", "expected a number", () -> "trace"))
        .isExactlyInstanceOf(ArgumentException.class);
    String missing = "Could not run 'aten::size' with arguments from the '%s' backend.";
    assertThat(
            TorchException.of(
                Status.NOT_IMPLEMENTED, "f", missing.formatted("CUDA"), () -> "trace"))
        .isExactlyInstanceOf(DeviceException.class);
    assertThat(
            TorchException.of(
                Status.NOT_IMPLEMENTED, "f", missing.formatted("SparseCPU"), () -> "trace"))
        .isExactlyInstanceOf(UnsupportedOperatorException.class);
  }

  @Test
  void theBacktraceIsNotPartOfTheMessage() {
    Throwable thrown = catchThrowable(() -> GRID.mm(GRID));
    assertThat(thrown)
        .hasMessage(
            "mm(float32[2, 3], float32[2, 3]): mat1 and mat2 shapes cannot be multiplied (2x3 and"
                + " 2x3)");
    assertThat(((ArgumentException) thrown).nativeBacktrace())
        .contains("mat1 and mat2 shapes", "Exception raised from");
  }
}
