package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.arange;
import static panama.torch.Torch.cat;
import static panama.torch.Torch.full;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.stack;
import static panama.torch.Torch.tensor;
import static panama.torch.Torch.where;
import static panama.torch.Torch.zeros;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.nn.Functional;

@Tag("locale")
class TensorTest {
  private static final Tensor GRID = tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

  @Test
  void dataOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> tensor(new float[5], 2, 3))
        .isInstanceOf(ShapeException.class)
        .hasMessage("data: expected 6 elements for shape [2, 3], got 5");
    MemorySegment odd = Arena.ofAuto().allocate(6, 4);
    assertThatThrownBy(() -> tensor(odd, DType.FLOAT32, 2))
        .hasMessage(
            "data: expected 2 elements for shape [2], got 6 bytes, no whole number of elements of"
                + " float32");
  }

  @Test
  void returnsItsProperties() {
    assertThat(GRID.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(GRID.size(-1)).isEqualTo(3);
    assertThat(GRID.dim()).isEqualTo(2);
    assertThat(GRID.numel()).isEqualTo(6);
    assertThat(GRID.stride()).containsExactly(3, 1);
    assertThat(GRID.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(GRID.device()).isEqualTo(Device.CPU);
    assertThat(GRID.isContiguous()).isTrue();
    assertThat(GRID.transpose(0, 1).isContiguous()).isFalse();
    assertThat(GRID.isLeaf()).isTrue();
    assertThat(GRID.requiresGrad()).isFalse();
  }

  @Test
  void elementsAreInRowMajorOrder() {
    assertThat(GRID.transpose(0, 1).toFloatArray()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(tensor(new double[] {1, 2}).toDoubleArray()).containsExactly(1, 2);
    assertThat(tensor(new int[] {1, 2}).toIntArray()).containsExactly(1, 2);
    assertThat(tensor(new long[][] {{1, 2}, {3, 4}}).toLongArray()).containsExactly(1, 2, 3, 4);
    assertThat(tensor(new boolean[] {true, false}).toBooleanArray()).containsExactly(true, false);
    assertThat(tensor(new float[0], 0, 3).toFloatArray()).isEmpty();
    assertThat(tensor(7L).itemLong()).isEqualTo(7);
    assertThat(tensor(0.5).item()).isEqualTo(0.5);
    assertThat(ones(1).eq(1).itemBoolean()).isTrue();
  }

  @Test
  void elementsOfAnotherTypeAreRefusedWithAFix() {
    assertThatThrownBy(GRID::toLongArray)
        .isInstanceOf(DTypeException.class)
        .hasMessage(
            "toLongArray: expected an integer type, got float32; convert with .to(DType.INT64)"
                + " first");
    assertThatThrownBy(() -> tensor(1.5).itemLong()).hasMessageContaining("use item()");
    assertThatThrownBy(GRID::item)
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[2, 3]");
  }

  @Test
  void arraysConvertFromEveryTypeOfTheSameKind() {
    Tensor thirds = tensor(new double[] {1 / 3.0, -2}, DType.FLOAT64);
    assertThat(thirds.toFloatArray()).containsExactly(1 / 3f, -2);
    assertThat(thirds.to(DType.FLOAT32).toDoubleArray()).containsExactly(1 / 3f, -2);
    assertThat(thirds.to(DType.BFLOAT16).toFloatArray()).containsExactly(0x1.56p-2f, -2);
    assertThat(thirds.to(DType.FLOAT16).toDoubleArray()).containsExactly(0x1.554p-2, -2);
    assertThat(thirds.requiresGrad_().mul(2).toFloatArray()).containsExactly(2 / 3f, -4);
    Tensor grid = tensor(new int[][] {{1, 2}, {-3, 4}}).t();
    assertThat(grid.toLongArray()).containsExactly(1, -3, 2, 4);
    assertThat(grid.to(DType.INT8).toIntArray()).containsExactly(1, -3, 2, 4);
    assertThat(grid.to(DType.INT64).toShortArray()).containsExactly(1, -3, 2, 4);
    assertThat(full(new long[] {1}, 255, DType.UINT8).toShortArray()).containsExactly(255);
  }

  @Test
  void integersThatAnArrayCannotHoldAreRefused() {
    Tensor large = tensor(new long[] {1, 1L << 31});
    assertThatThrownBy(large::toIntArray)
        .isInstanceOf(DTypeException.class)
        .hasMessage(
            "toIntArray: expected numbers from -2147483648 to 2147483647, got 2147483648 as"
                + " element 1; use toLongArray()");
    assertThatThrownBy(large::toShortArray).hasMessageContaining("to 32767, got 2147483648");
  }

  @Test
  void arraysOfAnotherKindAreRefused() {
    assertThatThrownBy(tensor(new long[] {1})::toDoubleArray)
        .isInstanceOf(DTypeException.class)
        .hasMessage(
            "toDoubleArray: expected a floating-point type, got int64; convert with"
                + " .to(DType.FLOAT64) first");
    assertThatThrownBy(tensor(true)::toIntArray).hasMessageContaining("an integer type, got bool");
    assertThatThrownBy(ones(1)::toBooleanArray).hasMessageContaining("expected bool, got float32");
    assertThatThrownBy(ones(1).to(DType.COMPLEX64)::toFloatArray)
        .hasMessageContaining("got complex64; take the parts with");
  }

  @Test
  void getTakesIntegers() {
    assertThat(GRID.get(1).toFloatArray()).containsExactly(4, 5, 6);
    assertThat(GRID.get(-1, 0).item()).isEqualTo(4);
    Tensor x = zeros(2, 3);
    x.get(1).fill_(2);
    x.get(0, 2).fill_(7);
    assertThat(x.toFloatArray()).as("views").containsExactly(0, 0, 7, 2, 2, 2);
    assertThatThrownBy(() -> GRID.get(0, 3))
        .isInstanceOf(IndexException.class)
        .hasMessage("index: expected -3 to 2 for dimension 1 of shape [2, 3], got 3");
    assertThatThrownBy(() -> GRID.get(0, 0, 0))
        .isInstanceOf(IndexException.class)
        .hasMessage("indices: expected at most 2 for shape [2, 3], got 3");
  }

  @Test
  void dataOfAnotherSizeIsRefused() {
    assertThatThrownBy(() -> tensor(new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 6 elements for shape [2, 3], got 5");
    assertThatThrownBy(() -> tensor(new float[][] {{1}, {2, 3}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("data[1]");
    assertThatThrownBy(() -> zeros(2).copyFrom_(MemorySegment.ofArray(new float[3])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> zeros(-1)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void asSegmentSharesTheTensorsMemory() {
    Tensor x = zeros(3);
    MemorySegment elements = x.asSegment();
    elements.setAtIndex(ValueLayout.JAVA_FLOAT, 1, 5);
    assertThat(x.toFloatArray()).containsExactly(0, 5, 0);
    x.close();
    assertThat(elements.getAtIndex(ValueLayout.JAVA_FLOAT, 1)).isEqualTo(5);
    assertThatThrownBy(() -> GRID.transpose(0, 1).asSegment()).hasMessageContaining("contiguous");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment two = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 8, 9);
      assertThat(zeros(2).copyFrom_(two).toFloatArray()).containsExactly(8, 9);
    }
  }

  @Test
  void viewsShareMemory() {
    Tensor x = zeros(2, 3);
    x.select(0, 1).fill_(4);
    x.slice(1, 0, 1).add_(1);
    assertThat(x.toFloatArray()).containsExactly(1, 0, 0, 5, 4, 4);
    assertThat(x.view(3, -1).shape()).isEqualTo(Shape.of(3, 2));
    assertThat(x.reshape(6).shape()).isEqualTo(Shape.of(6));
    assertThat(x.permute(1, 0).shape()).isEqualTo(Shape.of(3, 2));
    assertThat(x.unsqueeze(0).squeeze(0).shape()).isEqualTo(Shape.of(2, 3));
    assertThat(x.flatten().shape()).isEqualTo(Shape.of(6));
    assertThat(x.narrow(1, 1, 2).shape()).isEqualTo(Shape.of(2, 2));
    assertThat(x.slice(1, 0, 3, 2).toFloatArray()).containsExactly(1, 0, 5, 4);
    assertThat(zeros(1, 3).expand(2, -1).shape()).isEqualTo(Shape.of(2, 3));
    assertThat(x.clone().fill_(9).sum().item()).isEqualTo(54);
    assertThat(x.sum().item()).isEqualTo(14);
  }

  @Test
  void iteratesOverTheFirstDimension() {
    Tensor x = arange(6).reshape(3, 2);
    List<long[]> rows = new ArrayList<>();
    for (Tensor row : x) {
      rows.add(row.toLongArray());
      row.mul_(2);
    }
    assertThat(rows).containsExactly(new long[] {0, 1}, new long[] {2, 3}, new long[] {4, 5});
    assertThat(x.toLongArray()).as("rows are views").containsExactly(0, 2, 4, 6, 8, 10);
    assertThat(zeros(0, 2).iterator().hasNext()).isFalse();
    Iterator<Tensor> single = ones(1).iterator();
    assertThat(single.next().size()).isEqualTo(Shape.of());
    assertThatThrownBy(single::next).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(() -> tensor(1.0).iterator())
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("at least 1 dimension")
        .hasMessageContaining("item()");
  }

  @Test
  void slicesOfAnIterationBelongToScopesAndTakeGradients() {
    Tensor w = ones(2, 3).requiresGrad_(true);
    Tensor kept = null;
    try (TensorScope scope = new TensorScope()) {
      Tensor sum = zeros(3);
      for (Tensor row : w) {
        sum = sum.add(row.mul(2));
        kept = row;
      }
      sum.sum().backward();
      assertThat(scope.statistics().alive()).isPositive();
    }
    assertThat(kept.isClosed()).isTrue();
    assertThat(w.grad().flatten().toFloatArray()).containsOnly(2);
    assertThat(w.size()).isEqualTo(w.shape());
    w.close();
    assertThatThrownBy(w::iterator).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void indexing() {
    Tensor rows = tensor(new long[] {1, 0});
    assertThat(GRID.index(rows).toFloatArray()).containsExactly(4, 5, 6, 1, 2, 3);
    assertThat(GRID.index(null, rows).toFloatArray()).containsExactly(2, 1, 5, 4);
    assertThat(GRID.index(GRID.gt(4)).toFloatArray()).containsExactly(5, 6);
    assertThat(GRID.indexSelect(1, rows).toFloatArray()).containsExactly(2, 1, 5, 4);
    assertThat(GRID.gather(1, tensor(new long[] {2, 0}, 2, 1)).toFloatArray())
        .containsExactly(3, 4);
    assertThat(GRID.maskedFill(GRID.lt(3), 0).toFloatArray()).containsExactly(0, 0, 3, 4, 5, 6);
    Tensor x = GRID.clone().indexPut_(Arrays.asList(null, tensor(new long[] {2})), zeros(2, 1));
    assertThat(x.toFloatArray()).containsExactly(1, 2, 0, 4, 5, 0);
  }

  @Test
  void arithmeticBroadcastsAndPromotes() {
    Tensor row = tensor(new float[] {1, 0, 2});
    assertThat(GRID.add(row).toFloatArray()).containsExactly(2, 2, 5, 5, 5, 8);
    assertThat(GRID.sub(1).toFloatArray()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(GRID.mul(row).sum(0).toFloatArray()).containsExactly(5, 0, 18);
    assertThat(GRID.div(2.0).toFloatArray()).containsExactly(0.5f, 1, 1.5f, 2, 2.5f, 3);
    assertThat(GRID.pow(2).sum().item()).isEqualTo(91);
    assertThat(arange(3).add(1).dtype()).isEqualTo(DType.INT64);
    assertThat(arange(3).add(1.5).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(arange(3).div(2).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(GRID.matmul(GRID.transpose(0, 1)).toFloatArray()).containsExactly(14, 32, 32, 77);
    Tensor x = ones(2);
    x.add_(x).mul_(x).sub_(ones(2)).div_(ones(2).add(1)).mul_(2);
    assertThat(x.toFloatArray()).containsExactly(3, 3);
    assertThat(x.neg().abs().sqrt().log().exp().pow(2).toFloatArray())
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(3, 3);
  }

  @Test
  void comparisons() {
    Tensor two = zeros(2, 3).add(2);
    assertThat(GRID.eq(2).sum().itemLong()).isEqualTo(1);
    assertThat(GRID.ne(two).sum().itemLong()).isEqualTo(5);
    assertThat(GRID.lt(two).sum().itemLong()).isEqualTo(1);
    assertThat(GRID.le(2).sum().itemLong()).isEqualTo(2);
    assertThat(GRID.gt(2).sum().itemLong()).isEqualTo(4);
    assertThat(GRID.ge(two).sum().itemLong()).isEqualTo(5);
    assertThat(where(GRID.gt(3), GRID, two).toFloatArray()).containsExactly(2, 2, 2, 4, 5, 6);
  }

  @Test
  void reductions() {
    assertThat(GRID.mean().item()).isEqualTo(3.5);
    assertThat(GRID.mean(1).toFloatArray()).containsExactly(2, 5);
    assertThat(GRID.sum(new long[] {0, 1}, true).shape()).isEqualTo(Shape.of(1, 1));
    assertThat(GRID.amax(0).toFloatArray()).containsExactly(4, 5, 6);
    assertThat(GRID.amin().item()).isEqualTo(1);
    assertThat(GRID.argmax().itemLong()).isEqualTo(5);
    assertThat(GRID.argmax(1).toLongArray()).containsExactly(2, 2);
    assertThat(GRID.softmax(1).sum(1).toFloatArray())
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(1, 1);
    assertThat(GRID.logSoftmax(1).exp().sub(GRID.softmax(1)).abs().amax().item()).isLessThan(1e-6);
    assertThat(cat(List.of(GRID, GRID), 0).shape()).isEqualTo(Shape.of(4, 3));
    assertThat(stack(List.of(GRID, GRID), 0).shape()).isEqualTo(Shape.of(2, 2, 3));
  }

  @Test
  void errorsOfLibtorchNameTheOperationAndItsArguments() {
    assertThatThrownBy(() -> GRID.add(zeros(4)))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("add(float32[2, 3], float32[4]): ")
        .hasMessageContaining("must match")
        .message()
        .doesNotContain("Exception raised from");
    assertThatThrownBy(() -> GRID.select(2, 0)).isInstanceOf(IndexException.class);
    assertThatThrownBy(() -> GRID.size(2)).isInstanceOf(IndexException.class);
    assertThatThrownBy(() -> Torch.empty(1L << 60))
        .isInstanceOf(NativeOutOfMemoryException.class)
        .hasMessageStartingWith("empty");
    assertThatThrownBy(() -> GRID.to(Device.cuda(0))).isInstanceOf(DeviceException.class);
  }

  @Test
  void gradients() {
    Tensor w = tensor(new float[] {1, 2, 3}).requiresGrad_(true);
    Tensor square = w.mul(w);
    assertThat(square.gradFn()).isEqualTo("MulBackward0");
    assertThat(square.isLeaf()).isFalse();
    square.sum().backward();
    assertThat(w.grad()).isNotNull();
    assertThat(w.grad().toFloatArray()).containsExactly(2, 4, 6);
    w.mul(2).backward(ones(3), false, false);
    assertThat(w.grad().toFloatArray()).containsExactly(4, 6, 8);
    w.setGrad(null);
    assertThat(w.grad()).isNull();

    Tensor first = Torch.grad(List.of(w.pow(3).sum()), List.of(w), true).getFirst();
    Tensor second = Torch.grad(List.of(first.sum()), List.of(w), false).getFirst();
    assertThat(second.toFloatArray()).containsExactly(6, 12, 18);
    assertThat(w.grad()).isNull();
    assertThatThrownBy(() -> Torch.grad(List.of(ones(1).sum()), List.of(w), false))
        .isInstanceOf(TorchException.class);
    assertThatThrownBy(() -> arange(3).requiresGrad_(true)).isInstanceOf(DTypeException.class);
  }

  @Test
  void theSameSeedGivesTheSameNumbers() {
    Torch.manualSeed(42);
    float[] once = Torch.randn(5).toFloatArray();
    long[] order = Torch.randperm(9).toLongArray();
    Torch.manualSeed(42);
    assertThat(Torch.randn(5).toFloatArray()).containsExactly(once);
    assertThat(Torch.randperm(9).toLongArray()).containsExactly(order);
    assertThat(zeros(1000).uniform_(2, 3).amin().item()).isBetween(2.0, 3.0);
  }

  @Test
  void buffersAreReadFromPositionToLimit() {
    FloatBuffer heap = FloatBuffer.wrap(new float[] {9, 1, 2, 3, 4}).position(1);
    assertThat(tensor(heap, 2, 2).toFloatArray()).containsExactly(1, 2, 3, 4);
    assertThat(heap.position()).isEqualTo(1);
    ByteBuffer direct = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    direct.asLongBuffer().put(7).put(-8);
    assertThat(tensor(direct.asLongBuffer()).toLongArray()).containsExactly(7, -8);
    assertThat(tensor(direct.asReadOnlyBuffer()).dtype()).isEqualTo(DType.INT8);
    assertThat(tensor(IntBuffer.wrap(new int[] {5})).toIntArray()).containsExactly(5);
    assertThat(tensor(ShortBuffer.wrap(new short[] {5})).toShortArray()).containsExactly(5);
    assertThat(tensor(DoubleBuffer.wrap(new double[] {5})).toDoubleArray()).containsExactly(5);
  }

  @Test
  void buffersOfAnotherKindAreRefusedWithAFix() {
    ByteOrder other =
        ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
            ? ByteOrder.LITTLE_ENDIAN
            : ByteOrder.BIG_ENDIAN;
    assertThatThrownBy(() -> tensor(ByteBuffer.allocate(8).order(other).asFloatBuffer()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + other)
        .hasMessageContaining("ByteOrder.nativeOrder()");
    assertThatThrownBy(() -> tensor(CharBuffer.wrap("abc")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected numbers");
    assertThatThrownBy(() -> tensor(FloatBuffer.allocate(5), 2, 3))
        .hasMessageContaining("expected 6 elements for shape [2, 3], got 5");
    assertThatThrownBy(() -> tensor(new boolean[][] {{true}, {}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("data[1]: expected length 1 as of data[0], got length 0");
    assertThat(tensor(new double[0][]).shape()).isEqualTo(Shape.of(0, 0));
  }

  @Test
  void conversionWithoutAChangeReturnsTheSameData() {
    Tensor x = ones(2);
    x.to(TensorOptions.DEFAULT).add_(1);
    x.to(TensorOptions.DEFAULT, true).add_(1);
    x.cpu().add_(1);
    assertThat(x.toFloatArray()).containsExactly(3, 3);
    Tensor w = ones(2).requiresGrad_();
    Tensor wide = w.to(TensorOptions.of(DType.FLOAT64));
    assertThat(wide.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(wide.requiresGrad()).isTrue();
    assertThatThrownBy(() -> ones(1).toShortArray()).hasMessageContaining("DType.INT16");
  }

  @Test
  void inPlaceMethodsReturnTheTensorItself() {
    Tensor x = ones(3);
    assertThat(x.addcmul_(x, x).lerp_(zeros(3), 0.5).clamp_(0.0, 9.0)).isSameAs(x);
    assertThat(x.toFloatArray()).containsExactly(1, 1, 1);
    long before = LiveTensors.settled();
    x.exp_().neg_().pow_(2);
    assertThat(Torch.memory().liveTensors()).isLessThanOrEqualTo(before);
    assertThatThrownBy(() -> ones(2).requiresGrad_().mul_(2L))
        .isInstanceOf(TorchException.class)
        .hasMessageContaining("leaf");
    assertThatThrownBy(() -> arange(3).add_(0.5))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("int64");
  }

  @Test
  void retainGradAndDetach() {
    Tensor w = tensor(new float[] {1, 2}).requiresGrad_();
    Tensor middle = w.square().retainGrad();
    Tensor loss = middle.std();
    loss.backward(true);
    loss.backward(zeros(1).squeeze());
    assertThat(middle.grad().toFloatArray())
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(-0.70710677f, 0.70710677f);
    Tensor result = w.mul(2);
    assertThat(result.detach_()).isSameAs(result);
    assertThat(result.requiresGrad()).isFalse();
    assertThatThrownBy(() -> ones(1).retainGrad()).isInstanceOf(TorchException.class);
  }

  @Test
  void gradWithAllItsOptions() {
    Tensor w = tensor(new float[] {1, 2}).requiresGrad_();
    Tensor unused = ones(1).requiresGrad_();
    Tensor y = w.square();
    assertThat(
            Torch.grad(
                    List.of(y),
                    List.of(w),
                    List.of(tensor(new float[] {1, 10})),
                    true,
                    false,
                    false)
                .getFirst()
                .toFloatArray())
        .containsExactly(2, 40);
    List<Tensor> partly = Torch.grad(List.of(y.sum()), List.of(w, unused), null, true, true, true);
    assertThat(partly.get(0).requiresGrad()).isTrue();
    assertThat(partly.get(1)).isNull();
    assertThat(
            Torch.grad(
                    List.of(y, y.sum()),
                    List.of(w),
                    Arrays.asList(ones(2), null),
                    false,
                    false,
                    false)
                .getFirst()
                .toFloatArray())
        .containsExactly(4, 8);
    assertThatThrownBy(
            () -> Torch.grad(List.of(w.sum()), List.of(w, unused), null, false, false, false))
        .isInstanceOf(TorchException.class)
        .hasMessageContaining("allowUnused");
    assertThatThrownBy(
            () -> Torch.grad(List.of(w.sum()), List.of(w), List.of(), false, false, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected one for each of 1 outputs, got 0");
  }

  @Test
  void errorsOfWrongArgumentsNameTheOperatorAndItsArguments() {
    assertThatThrownBy(() -> GRID.remainder(zeros(4)))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("remainder(float32[2, 3], float32[4]): ");
    assertThatThrownBy(() -> GRID.topk(4)).hasMessageContaining("out of range");
    assertThatThrownBy(() -> GRID.sort(2, false)).isInstanceOf(IndexException.class);
    assertThatThrownBy(() -> GRID.split(new long[] {1, 1}, 1)).hasMessageContaining("sum exactly");
    assertThatThrownBy(() -> GRID.mm(GRID)).hasMessageContaining("cannot be multiplied");
    assertThatThrownBy(() -> GRID.unflatten(1, 2, 2)).hasMessageContaining("3");
    assertThatThrownBy(() -> GRID.bernoulli()).hasMessageContaining("p");
    assertThatThrownBy(() -> GRID.bitwiseAnd(1)).hasMessageContaining("not implemented");
    assertThatThrownBy(() -> zeros(0).max()).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> Torch.einsum("ij,jk", GRID)).hasMessageContaining("operands");
    assertThatThrownBy(() -> Functional.pad(GRID, new long[] {1, 1}, "mirror"))
        .hasMessageContaining("mirror");
    assertThatThrownBy(() -> Functional.oneHot(tensor(new long[] {3}), 2))
        .hasMessageContaining("expected classes below numClasses");
    assertThatThrownBy(() -> arange(3).quantile(0.5)).hasMessageContaining("float or double");
    assertThatThrownBy(() -> arange(3).mean()).hasMessageContaining("floating point");
    Tensor closed = ones(1);
    closed.close();
    assertThatThrownBy(closed::floor)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("floor");
  }

  @Test
  void elementsPassThroughStreams() throws IOException {
    Tensor source = Torch.randn(300, 500).t();
    var out = new ByteArrayOutputStream();
    source.writeTo(out);
    assertThat(out.toByteArray()).isEqualTo(source.toByteArray());
    out.write(7);

    var in = new ByteArrayInputStream(out.toByteArray());
    assertThat(zeros(500, 300).readFrom_(in).toByteArray()).isEqualTo(source.toByteArray());
    assertThat(in.read()).isEqualTo(7); // what follows is left

    Tensor strided = zeros(300, 500).t();
    strided.readFrom_(new ByteArrayInputStream(out.toByteArray()));
    assertThat(strided.toByteArray()).isEqualTo(source.toByteArray());
    assertThat(zeros(0, 3).readFrom_(InputStream.nullInputStream()).numel()).isZero();
  }

  @Test
  void aStreamThatEndsTooEarlyIsNamed() {
    assertThatThrownBy(() -> zeros(2).readFrom_(new ByteArrayInputStream(new byte[7])))
        .isInstanceOf(EOFException.class)
        .hasMessage("in: expected 8 bytes, got 7 before its end");
  }
}
