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
 * An operator of libtorch, reached by its name: all of ATen, over two thousand of them.
 *
 * <pre>{@code
 * Tensor y = Torch.op("aten::cumsum").arg(x).arg(0).arg("dtype", DType.FLOAT64).call().tensor();
 * }</pre>
 *
 * <p>Arguments come in the schema's order or by name; those left out take the schema's default.
 * Each is checked against the schema before anything runs.
 */
public final class Op {
  private final String name;

  /** Null until the first call of a lazy one. */
  private @Nullable Operator operator;

  private Op(String name, @Nullable Operator operator) {
    this.name = name;
    this.operator = operator;
  }

  static Op of(Operator operator) {
    return new Op(operator.name(), operator);
  }

  /** Returns an operator that is known to exist, to be found at its first call. */
  static Op lazy(String name) {
    return new Op(name, null);
  }

  private Operator operator() {
    Operator found = operator;
    if (found == null) {
      found = Operator.find(name);
      operator = found; // a race finds the same one
    }
    return found;
  }

  /** Returns the schema, such as {@code aten::relu(Tensor self) -> Tensor}. */
  public String schema() {
    return operator().schema();
  }

  /** Starts a call with a tensor as its first argument. */
  public Call arg(Tensor value) {
    return new Call().arg(value);
  }

  /** Starts a call with no argument yet. */
  public Call start() {
    return new Call();
  }

  @Override
  public String toString() {
    return schema();
  }

  /**
   * One call in the making: arguments in order or by name, then {@link #call}. For one thread,
   * once.
   */
  public final class Call {
    private final Operator operator = operator();
    private final Value[] arguments = new Value[operator.argumentCount()];
    private int position;
    private int count;

    private Call() {}

    /** The next argument. */
    public Call arg(Tensor value) {
      return next(value.handle());
    }

    /** The next argument: an int, or a floating-point number of that value. */
    public Call arg(long value) {
      return next(new Value.OfLong(value));
    }

    /** The next argument. */
    public Call arg(double value) {
      return next(new Value.OfDouble(value));
    }

    /** The next argument. */
    public Call arg(boolean value) {
      return next(new Value.OfBoolean(value));
    }

    /** The next argument. */
    public Call arg(DType value) {
      return next(new Value.OfLong(value.code()));
    }

    /** The next argument. */
    public Call arg(Device value) {
      return next(place(value));
    }

    /** The next argument. */
    public Call arg(String value) {
      return next(new Value.OfString(value));
    }

    /** The next argument. */
    public Call arg(Generator value) {
      return next(new Value.OfGenerator(value.handle()));
    }

    /** The next argument: a list of ints. */
    public Call arg(long[] value) {
      return next(new Value.OfLongs(value.clone()));
    }

    /** The next argument: a list of floating-point numbers. */
    public Call arg(double[] value) {
      return next(new Value.OfDoubles(value.clone()));
    }

    /** The next argument: a list of truth values. */
    public Call arg(boolean[] value) {
      return next(new Value.OfBooleans(value.clone()));
    }

    /**
     * The next argument: a list of tensors; null entries are absent, where the schema allows it.
     */
    public Call arg(Collection<? extends @Nullable Tensor> value) {
      return next(tensors(value));
    }

    /** The next argument is None. */
    public Call none() {
      return next(new Value.None());
    }

    /** The next argument takes the default of the schema. */
    public Call byDefault() {
      return next(new Value.Default());
    }

    /** The next argument; null: None. */
    public Call argOrNone(@Nullable Tensor value) {
      return value == null ? none() : arg(value);
    }

    /**
     * The next argument: the dimensions to reduce, none standing for all. To some gradients of
     * libtorch only None stands for all.
     */
    Call dims(long[] value) {
      return value.length == 0 ? none() : arg(value);
    }

    /** A named argument. */
    public Call arg(String name, Tensor value) {
      return named(name, value.handle());
    }

    /** A named argument: an int, or a floating-point number of that value. */
    public Call arg(String name, long value) {
      return named(name, new Value.OfLong(value));
    }

    /** A named argument. */
    public Call arg(String name, double value) {
      return named(name, new Value.OfDouble(value));
    }

    /** A named argument. */
    public Call arg(String name, boolean value) {
      return named(name, new Value.OfBoolean(value));
    }

    /** A named argument. */
    public Call arg(String name, DType value) {
      return named(name, new Value.OfLong(value.code()));
    }

    /** A named argument. */
    public Call arg(String name, Device value) {
      return named(name, place(value));
    }

    /** A named argument. */
    public Call arg(String name, String value) {
      return named(name, new Value.OfString(value));
    }

    /** A named argument. */
    public Call arg(String name, Generator value) {
      return named(name, new Value.OfGenerator(value.handle()));
    }

    /** A named argument: a list of ints. */
    public Call arg(String name, long[] value) {
      return named(name, new Value.OfLongs(value.clone()));
    }

    /** A named argument: a list of floating-point numbers. */
    public Call arg(String name, double[] value) {
      return named(name, new Value.OfDoubles(value.clone()));
    }

    /** A named argument: a list of tensors. */
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
     * Calls the operator.
     *
     * @throws ArgumentException when an argument does not suit the schema or is missing, or
     *     libtorch refuses it
     * @throws TorchException when libtorch fails otherwise
     */
    public Results call() {
      Object[] results = operator.call(arguments, count);
      for (int i = 0; i < results.length; i++) {
        results[i] = wrap((Value) results[i]);
      }
      return new Results(results);
    }

    /** Calls the operator for what it does, and drops what it returns. */
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

  /** Calls an operator that makes a tensor, with the type and device of the options. */
  static Tensor make(Call call, TensorOptions options) {
    Tensor made =
        call.arg("dtype", options.dtype()).arg("device", options.device()).call().tensor();
    return options.requiresGrad() ? made.requiresGrad_(true) : made;
  }

  private static Value place(Device device) {
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

  /** The Java value of a result; tensors come under the rules of scopes and collector here. */
  private static Object wrap(Value value) {
    // The usual case stays apart, small enough to be inlined.
    return value instanceof TensorHandle handle ? new Tensor(handle) : wrapOther(value);
  }

  private static Object wrapOther(Value value) {
    return switch (value) {
      case TensorHandle handle -> new Tensor(handle);
      case Value.OfTensors(var handles) ->
          handles.stream().map(h -> h == null ? Absent.ABSENT : (Object) new Tensor(h)).toList();
      case Value.OfLong(long number) -> number;
      case Value.OfDouble(double number) -> number;
      case Value.OfBoolean(boolean truth) -> truth;
      case Value.OfString(String text) -> text;
      case Value.OfLongs(long[] numbers) -> numbers;
      case Value.OfDoubles(double[] numbers) -> numbers;
      case Value.OfBooleans(boolean[] truths) -> truths;
      case Value.None() -> Absent.ABSENT;
      case Value.OfGenerator ignored -> throw new AssertionError("a generator is no result");
      case Value.Default() -> throw new AssertionError("a default is no result");
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
          default -> {} // a number, or nothing
        }
      }
    }

    /** Returns the results by their numbers, one a line. */
    @Override
    public String toString() {
      FieldPrinter printer = new FieldPrinter("Results");
      for (int i = 0; i < values.length; i++) {
        printer.add(Integer.toString(i), values[i]);
      }
      return printer.toString();
    }

    /** The number of results. */
    public int size() {
      return values.length;
    }

    /** The first result, a tensor. */
    public Tensor tensor() {
      return tensor(0);
    }

    /**
     * A tensor.
     *
     * @throws TorchException when that result is of another type or absent
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

    /** A list of tensors. */
    public List<Tensor> tensors(int index) {
      List<?> list = get(index, List.class);
      return list.stream().map(Tensor.class::cast).toList();
    }

    /** An int. */
    public long integer(int index) {
      return get(index, Long.class);
    }

    /** A floating-point number. */
    public double real(int index) {
      return get(index, Double.class);
    }

    /** A truth value. */
    public boolean truth(int index) {
      return get(index, Boolean.class);
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
                "result %d: expected a %s, got a %s",
                index,
                type.getSimpleName(),
                value.getClass().getSimpleName()));
      }
      return type.cast(value);
    }
  }
}
