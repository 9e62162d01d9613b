package panama.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.operators.Operator;
import panama.torch.internal.runtime.TensorHandle;
import panama.torch.internal.runtime.Value;

/**
 * An operator of libtorch, called by name. All operators of ATen are available, over two thousand.
 *
 * <pre>{@code
 * Tensor y = Torch.op("aten::cumsum").arg(x).arg(0).arg("dtype", DType.FLOAT64).tensor();
 * }</pre>
 *
 * <p>Arguments are given in the schema's order or by name; omitted ones take the schema's default.
 * All are checked against the schema before the operator runs.
 */
public final class Op {
  private final String name;

  /** Null until the first call of a lazily resolved operator. */
  private @Nullable Operator operator;

  private Op(String name, @Nullable Operator operator) {
    this.name = name;
    this.operator = operator;
  }

  static Op of(Operator operator) {
    return new Op(operator.name(), operator);
  }

  /** Returns an operator that is known to exist, resolved at its first call. */
  static Op lazy(String name) {
    return new Op(name, null);
  }

  private Operator operator() {
    Operator found = operator;
    if (found == null) {
      found = Operator.find(name);
      operator = found; // racing threads find the same operator
    }
    return found;
  }

  /** Returns the schema, such as {@code aten::relu(Tensor self) -> Tensor}. */
  public String schema() {
    return operator().schema();
  }

  /**
   * Starts a call with a tensor as its first argument.
   *
   * @param value the argument
   * @return the call
   */
  public Call arg(Tensor value) {
    return new Call().arg(value);
  }

  /**
   * Starts a call without arguments.
   *
   * @return the call
   */
  public Call start() {
    return new Call();
  }

  @Override
  public String toString() {
    return schema();
  }

  /**
   * A builder for one call: add arguments in order or by name, then {@link #tensor} or, where the
   * result is not one tensor, {@link #call}. Not thread-safe, and not reusable.
   */
  public final class Call {
    private final Operator operator = operator();
    private final Value[] arguments = new Value[operator.argumentCount()];
    private int position;
    private int count;

    private Call() {}

    /** Adds the next argument. */
    public Call arg(Tensor value) {
      return next(value.handle());
    }

    /** Adds the next argument: an int, or a float with the same value. */
    public Call arg(long value) {
      return next(new Value.OfLong(value));
    }

    /** Adds the next argument. */
    public Call arg(double value) {
      return next(new Value.OfDouble(value));
    }

    /** Adds the next argument. */
    public Call arg(boolean value) {
      return next(new Value.OfBoolean(value));
    }

    /** Adds the next argument. */
    public Call arg(DType value) {
      return next(new Value.OfLong(value.code()));
    }

    /** Adds the next argument. */
    public Call arg(Device value) {
      return next(deviceValue(value));
    }

    /** Adds the next argument. */
    public Call arg(String value) {
      return next(new Value.OfString(value));
    }

    /** Adds the next argument. */
    public Call arg(Generator value) {
      return next(new Value.OfGenerator(value.handle()));
    }

    /** Adds the next argument: a list of ints. */
    public Call arg(long[] value) {
      return next(new Value.OfLongs(value.clone()));
    }

    /** Adds the next argument: a list of floats. */
    public Call arg(double[] value) {
      return next(new Value.OfDoubles(value.clone()));
    }

    /** Adds the next argument: a list of booleans. */
    public Call arg(boolean[] value) {
      return next(new Value.OfBooleans(value.clone()));
    }

    /**
     * Adds the next argument: a list of tensors. Null entries stand for None, if the schema permits
     * it.
     */
    public Call arg(Collection<? extends @Nullable Tensor> value) {
      return next(tensors(value));
    }

    /** Adds None as the next argument. */
    public Call none() {
      return next(new Value.None());
    }

    /** Adds the schema's default as the next argument. */
    public Call byDefault() {
      return next(new Value.Default());
    }

    /** Adds the next argument; null stands for None. */
    public Call argOrNone(@Nullable Tensor value) {
      return value == null ? none() : arg(value);
    }

    /**
     * Adds the next argument: the dimensions to reduce, empty for all. All is passed as None,
     * because the gradients of some operators support nothing else.
     */
    Call dims(long[] value) {
      return value.length == 0 ? none() : arg(value);
    }

    /** Sets a named argument. */
    public Call arg(String name, Tensor value) {
      return named(name, value.handle());
    }

    /** Sets a named argument: an int, or a float with the same value. */
    public Call arg(String name, long value) {
      return named(name, new Value.OfLong(value));
    }

    /** Sets a named argument. */
    public Call arg(String name, double value) {
      return named(name, new Value.OfDouble(value));
    }

    /** Sets a named argument. */
    public Call arg(String name, boolean value) {
      return named(name, new Value.OfBoolean(value));
    }

    /** Sets a named argument. */
    public Call arg(String name, DType value) {
      return named(name, new Value.OfLong(value.code()));
    }

    /** Sets a named argument. */
    public Call arg(String name, Device value) {
      return named(name, deviceValue(value));
    }

    /** Sets a named argument. */
    public Call arg(String name, String value) {
      return named(name, new Value.OfString(value));
    }

    /** Sets a named argument. */
    public Call arg(String name, Generator value) {
      return named(name, new Value.OfGenerator(value.handle()));
    }

    /** Sets a named argument: a list of ints. */
    public Call arg(String name, long[] value) {
      return named(name, new Value.OfLongs(value.clone()));
    }

    /** Sets a named argument: a list of floats. */
    public Call arg(String name, double[] value) {
      return named(name, new Value.OfDoubles(value.clone()));
    }

    /** Sets a named argument: a list of tensors. */
    public Call arg(String name, Collection<? extends @Nullable Tensor> value) {
      return named(name, tensors(value));
    }

    private Call next(Value value) {
      return set(position++, value);
    }

    private Call named(String name, Value value) {
      int index = operator.argumentIndex(name);
      if (index < 0) {
        throw new IllegalArgumentException(
            "%s: no argument '%s'; the schema is %s"
                .formatted(operator.name(), name, operator.schema()));
      }
      return set(index, value);
    }

    private Call set(int index, Value value) {
      if (index >= operator.argumentCount()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s: expected at most %d arguments; the schema is %s",
                operator.name(),
                operator.argumentCount(),
                operator.schema()));
      }
      while (count <= index) {
        arguments[count++] = new Value.Default();
      }
      arguments[index] = value;
      return this;
    }

    /**
     * Calls the operator and returns its result, one tensor.
     *
     * @throws ArgumentException if an argument is missing, does not match the schema, or is
     *     rejected by libtorch
     * @throws TorchException if the result is not a tensor, or for other errors of libtorch
     * @throws IllegalStateException if the operator does not have one result
     */
    public Tensor tensor() {
      if (operator.resultCount() != 1) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "tensor: expected one result, got %d; use call() for %s",
                operator.resultCount(),
                operator.schema()));
      }
      Value result = operator.callForOne(arguments, count);
      return result instanceof TensorHandle handle
          ? new Tensor(handle)
          : new Results(new Object[] {wrap(result)}).tensor(0);
    }

    /**
     * Calls the operator.
     *
     * @return its results
     * @throws ArgumentException if an argument is missing, does not match the schema, or is
     *     rejected by libtorch
     * @throws TorchException for other errors of libtorch
     */
    public Results call() {
      Object[] results = operator.call(arguments, count);
      for (int i = 0; i < results.length; i++) {
        results[i] = wrap((Value) results[i]);
      }
      return new Results(results);
    }

    /** Calls the operator for its side effects and frees its results. */
    void run() {
      for (Object value : operator.call(arguments, count)) {
        for (TensorHandle tensor : ((Value) value).tensors()) {
          if (tensor != null) {
            tensor.close();
          }
        }
      }
    }
  }

  /** Calls a factory operator with the type and device of the options. */
  static Tensor make(Call call, TensorOptions options) {
    Tensor created = call.arg("dtype", options.dtype()).arg("device", options.device()).tensor();
    return options.requiresGrad() ? created.requiresGrad_(true) : created;
  }

  private static Value deviceValue(Device device) {
    return new Value.OfDevice(device.type().code(), device.index());
  }

  private static Value tensors(Collection<? extends @Nullable Tensor> tensors) {
    @Nullable TensorHandle[] handles = new TensorHandle[tensors.size()];
    int i = 0;
    for (Tensor tensor : tensors) {
      handles[i++] = tensor == null ? null : tensor.handle();
    }
    return new Value.OfTensors(Arrays.asList(handles));
  }

  /** Converts a result to its Java value. New tensors are owned by scopes or the collector. */
  private static Object wrap(Value value) {
    // The most frequent case is separate, so that it is small enough to be inlined.
    return value instanceof TensorHandle handle ? new Tensor(handle) : wrapOther(value);
  }

  private static Object wrapOther(Value value) {
    return switch (value) {
      case TensorHandle handle -> new Tensor(handle);
      case Value.OfTensors(var handles) ->
          handles.stream().map(h -> h == null ? Absent.ABSENT : (Object) new Tensor(h)).toList();
      case Value.OfLong(long number) -> number;
      case Value.OfDouble(double number) -> number;
      case Value.OfBoolean(boolean bool) -> bool;
      case Value.OfString(String text) -> text;
      case Value.OfLongs(long[] numbers) -> numbers;
      case Value.OfDoubles(double[] numbers) -> numbers;
      case Value.OfBooleans(boolean[] booleans) -> booleans;
      case Value.None() -> Absent.ABSENT;
      case Value.OfGenerator ignored -> throw new AssertionError("unexpected result: a generator");
      case Value.Default() -> throw new AssertionError("unexpected result: a default");
      case Value.OfDevice(int type, int index) -> Device.of(type, index);
    };
  }

  private enum Absent {
    ABSENT
  }

  /** The results of a call, by position and type. */
  public static final class Results implements TensorHolder {
    private final Object[] values;

    private Results(Object[] values) {
      this.values = values;
    }

    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      for (Object value : values) {
        switch (value) {
          case Tensor tensor -> action.accept(tensor);
          case List<?> list -> list.forEach(element -> action.accept((Tensor) element));
          default -> {} // a number or None
        }
      }
    }

    /** Returns the results with their positions, one per line. */
    @Override
    public String toString() {
      FieldPrinter printer = new FieldPrinter("Results");
      for (int i = 0; i < values.length; i++) {
        printer.add(Integer.toString(i), values[i]);
      }
      return printer.toString();
    }

    /** Returns the number of results. */
    public int size() {
      return values.length;
    }

    /**
     * Returns a result that is a tensor.
     *
     * @param index the position, from 0
     * @throws IndexException if there is no such result
     * @throws TorchException if the result has another type or is None
     */
    public Tensor tensor(int index) {
      return get(index, Tensor.class);
    }

    /** Returns all results, which must be tensors. */
    public List<Tensor> tensors() {
      List<Tensor> tensors = new ArrayList<>(values.length);
      for (int i = 0; i < values.length; i++) {
        tensors.add(tensor(i));
      }
      return tensors;
    }

    /**
     * Returns a result that is a list of tensors. See {@link #tensor(int)}.
     *
     * @param index the index of the result
     */
    public List<Tensor> tensors(int index) {
      List<?> list = get(index, List.class);
      return list.stream().map(Tensor.class::cast).toList();
    }

    /**
     * Returns a result that is an int. See {@link #tensor(int)}.
     *
     * @param index the index of the result
     */
    public long integer(int index) {
      return get(index, Long.class);
    }

    /**
     * Returns a result that is a float. See {@link #tensor(int)}.
     *
     * @param index the index of the result
     */
    public double real(int index) {
      return get(index, Double.class);
    }

    /**
     * Returns a result that is a boolean. See {@link #tensor(int)}.
     *
     * @param index the index of the result
     */
    public boolean truth(int index) {
      return get(index, Boolean.class);
    }

    /** Returns the usual fix for reading a result as another type. */
    private static String fix(Object value) {
      return switch (value) {
        case Tensor ignored -> "; use tensor(int)";
        case List<?> ignored -> "; use tensors(int)";
        case Long ignored -> "; use integer(int)";
        case Double ignored -> "; use real(int)";
        case Boolean ignored -> "; use truth(int)";
        default -> "";
      };
    }

    private <T> T get(int index, Class<T> type) {
      if (index < 0 || index >= values.length) {
        throw new IndexException(
            String.format(
                Locale.ROOT, "result: expected 0 to %d, got %d", values.length - 1, index));
      }
      Object value = values[index];
      if (!type.isInstance(value)) {
        throw new TorchException(
            String.format(
                Locale.ROOT,
                "result %d: expected a %s, got %s%s",
                index,
                type.getSimpleName(),
                value == Absent.ABSENT ? "None" : "a " + value.getClass().getSimpleName(),
                fix(value)));
      }
      return type.cast(value);
    }
  }
}
