package panama.torch.autograd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * Compares gradients with central differences, as {@code torch.autograd.gradcheck} does. Meant for
 * {@code import static}.
 *
 * <p>The derivative of every element of every output that requires gradients is checked, with
 * respect to every element of every input that requires gradients. Inputs are modified in place
 * during the check and restored. Other tensors that the function uses, such as the parameters of a
 * layer, are checked only if they are passed as inputs, too. PyTorch's checks of sparse and complex
 * tensors, of forward-mode gradients and of batched gradients are not available.
 */
public final class GradCheck {
  private final Function<? super List<Tensor>, ? extends List<Tensor>> function;
  private final List<Tensor> inputs;
  private final GradCheckOptions options;

  private GradCheck(
      Function<? super List<Tensor>, ? extends List<Tensor>> function,
      List<Tensor> inputs,
      GradCheckOptions options) {
    this.function = function;
    this.inputs = inputs;
    this.options = options;
  }

  /**
   * Checks the gradient of a function of one tensor.
   *
   * @param function a function that must return the same output for the same input
   * @param input a tensor that requires gradients, which should be FLOAT64
   * @return true
   * @throws GradCheckException when the gradient is wrong
   * @throws IllegalArgumentException for an input that cannot be checked: see {@link
   *     #gradcheck(Function, List, GradCheckOptions)}
   */
  public static boolean gradcheck(UnaryOperator<Tensor> function, Tensor input) {
    return gradcheck(list(function), List.of(input));
  }

  /**
   * Checks gradients with {@link GradCheckOptions#DEFAULT}.
   *
   * @param function a function that must return the same outputs for the same inputs
   * @param inputs at least one of which requires gradients; those should be FLOAT64
   * @return true
   * @throws GradCheckException when a gradient is wrong
   * @throws IllegalArgumentException for inputs that cannot be checked
   */
  public static boolean gradcheck(
      Function<? super List<Tensor>, ? extends List<Tensor>> function, List<Tensor> inputs) {
    return gradcheck(function, inputs, GradCheckOptions.DEFAULT);
  }

  /**
   * Checks gradients.
   *
   * @param function must return the same outputs for the same inputs
   * @param inputs at least one of which requires gradients; those should be FLOAT64, since the
   *     default tolerances are too small for FLOAT32
   * @param options step sizes and tolerances
   * @return whether every gradient is right; with {@link GradCheckOptions#raiseException}, always
   *     true
   * @throws GradCheckException when a gradient is wrong, with {@code raiseException}
   * @throws IllegalArgumentException for inputs that cannot be checked: none requires gradients, or
   *     one that does is complex or has elements that share memory
   */
  public static boolean gradcheck(
      Function<? super List<Tensor>, ? extends List<Tensor>> function,
      List<Tensor> inputs,
      GradCheckOptions options) {
    checkInputs(inputs);
    try (TensorScope scope = new TensorScope()) {
      new GradCheck(function, inputs, options).check();
      return true;
    } catch (GradCheckException e) {
      if (options.raiseException()) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Checks the second derivative of a function of one tensor.
   *
   * @param function a function that must return the same output for the same input
   * @param input a tensor that requires gradients, which should be FLOAT64
   * @return true
   * @throws GradCheckException when it is wrong
   * @throws IllegalArgumentException for an input that cannot be checked
   */
  public static boolean gradgradcheck(UnaryOperator<Tensor> function, Tensor input) {
    return gradgradcheck(list(function), List.of(input));
  }

  /**
   * Checks second derivatives, for random gradients of the outputs, with {@link
   * GradCheckOptions#DEFAULT}.
   *
   * @param function a function that must return the same outputs for the same inputs
   * @param inputs at least one of which requires gradients; those should be FLOAT64
   * @return true
   * @throws GradCheckException when one is wrong
   * @throws IllegalArgumentException for inputs that cannot be checked
   */
  public static boolean gradgradcheck(
      Function<? super List<Tensor>, ? extends List<Tensor>> function, List<Tensor> inputs) {
    return gradgradcheck(function, inputs, GradCheckOptions.DEFAULT);
  }

  /**
   * Checks second derivatives, for gradients of the outputs drawn uniformly from [-1, 1).
   *
   * <p>This is {@link #gradcheck(Function, List, GradCheckOptions) gradcheck} of the function that
   * takes the inputs and the outputs' gradients and returns the inputs' gradients; in the message
   * of a failure, "output" means one of these.
   *
   * @param function a function that must return the same outputs for the same inputs
   * @param inputs at least one of which requires gradients; those should be FLOAT64
   * @param options step sizes and tolerances
   * @return whether every gradient is right; with {@link GradCheckOptions#raiseException}, always
   *     true
   * @throws GradCheckException when a gradient is wrong, with {@code raiseException}
   * @throws IllegalArgumentException for inputs that cannot be checked, or when no output requires
   *     gradients
   */
  public static boolean gradgradcheck(
      Function<? super List<Tensor>, ? extends List<Tensor>> function,
      List<Tensor> inputs,
      GradCheckOptions options) {
    checkInputs(inputs);
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> all = new ArrayList<>(inputs);
      for (Tensor output : differentiable(function.apply(inputs))) {
        Tensor gradient =
            Torch.empty(
                output.shape().toArray(), TensorOptions.of(output.dtype()).device(output.device()));
        all.add(gradient.uniform_(-1, 1).requiresGrad_(true));
      }
      int count = inputs.size();
      if (all.size() == count) {
        throw new IllegalArgumentException(
            "function: expected an output that requires gradients, got none; is everything inside"
                + " noGrad or behind detach?");
      }
      return gradcheck(
          given -> gradient(function, given.subList(0, count), given.subList(count, given.size())),
          all,
          options);
    }
  }

  private static List<Tensor> gradient(
      Function<? super List<Tensor>, ? extends List<Tensor>> function,
      List<Tensor> inputs,
      List<Tensor> gradients) {
    List<Tensor> outputs = differentiable(function.apply(inputs));
    if (outputs.size() != gradients.size()) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "function: expected as many outputs that require gradients at every call, got %d and"
                  + " then %d",
              gradients.size(),
              outputs.size()));
    }
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      parts.add(outputs.get(i).mul(gradients.get(i)).sum());
    }
    return gradient(parts, differentiable(inputs));
  }

  /** Returns the gradients of a sum; zeros for an input that the sum does not depend on. */
  private static List<Tensor> gradient(List<Tensor> parts, List<Tensor> inputs) {
    List<Tensor> sum = new ArrayList<>(parts);
    inputs.forEach(input -> sum.add(input.sum().mul(0)));
    return Torch.grad(sum, inputs, true);
  }

  private static Function<List<Tensor>, List<Tensor>> list(UnaryOperator<Tensor> function) {
    return inputs -> List.of(function.apply(inputs.getFirst()));
  }

  private static List<Tensor> differentiable(List<Tensor> tensors) {
    return tensors.stream().filter(Tensor::requiresGrad).toList();
  }

  private static void checkInputs(List<Tensor> inputs) {
    boolean any = false;
    for (int i = 0; i < inputs.size(); i++) {
      Tensor input = inputs.get(i);
      if (!input.requiresGrad()) {
        continue;
      }
      any = true;
      if (!input.dtype().isFloatingPoint()) {
        throw new DTypeException(
            String.format(
                Locale.ROOT,
                "inputs: expected a floating-point type, best float64, got %s at %d",
                input.dtype(),
                i));
      }
      Shape shape = input.shape();
      long[] stride = input.stride();
      for (int d = 0; d < stride.length; d++) {
        if (stride[d] == 0 && shape.size(d) > 1) {
          throw new ShapeException(
              String.format(
                  Locale.ROOT,
                  "inputs: expected elements with a place of their own, got stride 0 in dimension"
                      + " %d of shape %s at %d; use .contiguous()",
                  d,
                  shape,
                  i));
        }
      }
    }
    if (!any) {
      throw new IllegalArgumentException(
          "inputs: expected at least one that requires gradients, got none; use"
              + " .requiresGrad_(true)");
    }
  }

  // The check itself

  /**
   * The numerical derivatives by one input: for each of its elements, of each output's elements.
   */
  private record Numerical(int input, Shape shape, List<List<double[]>> changes) {}

  private void check() {
    List<Tensor> outputs = function.apply(inputs);
    List<Numerical> numerical = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).requiresGrad()) {
        numerical.add(numerical(i, outputs));
      }
    }
    boolean recorded = outputs.stream().anyMatch(Tensor::requiresGrad);
    for (int o = 0; o < outputs.size(); o++) {
      if (!recorded) {
        checkConstant(o, outputs.get(o).shape(), numerical);
      } else if (outputs.get(o).requiresGrad()) {
        checkOutput(o, outputs.get(o), numerical);
      }
    }
  }

  private Numerical numerical(int index, List<Tensor> outputs) {
    Tensor input = inputs.get(index);
    Shape shape = input.shape();
    // Autograd does not record changes of the data, nor count their version.
    Tensor data = Torch.op("aten::data").arg(input).tensor();
    List<List<double[]>> changes = new ArrayList<>();
    for (long k = 0; k < shape.numel(); k++) {
      Tensor element = data;
      for (long coordinate : coordinates(shape, k)) {
        element = element.select(0, coordinate);
      }
      double value = element.item();
      try {
        element.fill_(value - options.eps());
        List<double[]> below = values(outputs);
        element.fill_(value + options.eps());
        List<double[]> above = values(outputs);
        for (int o = 0; o < below.size(); o++) {
          double[] change = above.get(o);
          for (int e = 0; e < change.length; e++) {
            change[e] = (change[e] - below.get(o)[e]) / (2 * options.eps());
          }
        }
        changes.add(above);
      } finally {
        element.fill_(value);
      }
    }
    return new Numerical(index, shape, changes);
  }

  private List<double[]> values(List<Tensor> outputs) {
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> again = function.apply(inputs);
      if (!shapes(again).equals(shapes(outputs))) {
        throw new ShapeException(
            "function: expected outputs of the same shapes at every call, got %s and then %s"
                .formatted(shapes(outputs), shapes(again)));
      }
      return again.stream().map(GradCheck::toDoubles).toList();
    }
  }

  private static List<Shape> shapes(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::shape).toList();
  }

  private static double[] toDoubles(Tensor tensor) {
    return tensor.detach().to(DType.FLOAT64).toDoubleArray();
  }

  /** Checks that an output is constant, where no output requires gradients. */
  private static void checkConstant(int output, Shape shape, List<Numerical> numerical) {
    for (Numerical n : numerical) {
      for (int k = 0; k < n.changes().size(); k++) {
        double[] change = n.changes().get(k).get(output);
        for (int e = 0; e < change.length; e++) {
          if (change[e] != 0) {
            throw new GradCheckException(
                "%s: numerical %s, but no output requires gradients; is everything behind detach?"
                    .formatted(place(output, shape, e, n, k), change[e]));
          }
        }
      }
    }
  }

  private void checkOutput(int index, Tensor output, List<Numerical> numerical) {
    Shape shape = output.shape();
    List<Tensor> variables = differentiable(inputs);
    for (int e = 0; e < shape.numel(); e++) {
      try (TensorScope scope = new TensorScope()) {
        Tensor element = output.reshape(-1).select(0, e);
        List<Tensor> analytical = gradient(List.of(element), variables);
        List<Tensor> again = gradient(List.of(element), variables);
        for (int i = 0; i < variables.size(); i++) {
          compare(
              index,
              shape,
              e,
              numerical.get(i),
              toDoubles(analytical.get(i)),
              toDoubles(again.get(i)));
        }
      }
    }
  }

  private void compare(
      int output, Shape shape, int e, Numerical n, double[] analytical, double[] again) {
    for (int k = 0; k < analytical.length; k++) {
      if (Math.abs(analytical[k] - again[k]) > options.nondetTol()) {
        throw new GradCheckException(
            "%s: two backward passes gave %s and %s; expected a difference of at most nondetTol=%s"
                .formatted(
                    place(output, shape, e, n, k), analytical[k], again[k], options.nondetTol()));
      }
      double expected = n.changes().get(k).get(output)[e];
      double tolerance = options.atol() + options.rtol() * Math.abs(expected);
      if (!close(analytical[k], expected, tolerance)) {
        throw new GradCheckException(
            "%s: numerical %s, analytical %s; expected a difference of at most %s"
                .formatted(place(output, shape, e, n, k), expected, analytical[k], tolerance));
      }
    }
  }

  /** Compares as torch.allclose does: infinities equal themselves, NaN equals nothing. */
  private static boolean close(double actual, double expected, double tolerance) {
    return actual == expected
        || (Double.isFinite(expected) && Math.abs(actual - expected) <= tolerance);
  }

  private static String place(int output, Shape shape, long e, Numerical n, long k) {
    return String.format(
        Locale.ROOT,
        "the gradient of output %d at %s by input %d at %s",
        output,
        Arrays.toString(coordinates(shape, e)),
        n.input(),
        Arrays.toString(coordinates(n.shape(), k)));
  }

  private static long[] coordinates(Shape shape, long index) {
    long[] coordinates = new long[shape.dim()];
    long rest = index;
    for (int d = coordinates.length - 1; d >= 0; d--) {
      coordinates[d] = rest % shape.size(d);
      rest /= shape.size(d);
    }
    return coordinates;
  }
}
