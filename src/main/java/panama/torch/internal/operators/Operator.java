package panama.torch.internal.operators;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.runtime.CallArguments;
import panama.torch.internal.runtime.CallFrame;
import panama.torch.internal.runtime.NativeErrors;
import panama.torch.internal.runtime.TensorHandle;
import panama.torch.internal.runtime.Value;

/**
 * An operator of libtorch's dispatcher. There is one object for each, which {@link #find} returns.
 */
public final class Operator {
  private static final ConcurrentHashMap<String, Operator> FOUND = new ConcurrentHashMap<>();

  private final String name;
  private final String operation;
  private final MemorySegment address;
  private final int argumentCount;
  private final int resultCount;
  private final boolean trusting;

  private Operator(String name, MemorySegment address) {
    this.name = name;
    this.operation = operation(name);
    this.address = address;
    argumentCount = Math.toIntExact(PanamaTorch.pt_operator_arguments(address));
    trusting = TrustingOperators.contains(name);
    resultCount = Math.toIntExact(PanamaTorch.pt_operator_results(address));
  }

  /**
   * Finds an operator by name, such as {@code aten::cumsum} or {@code aten::add.Tensor}.
   *
   * @throws IllegalArgumentException if there is no such operator
   */
  public static Operator find(String name) {
    Operator found = FOUND.get(name);
    if (found == null) {
      CallFrame frame = CallFrame.enter();
      byte[] utf8 = CallFrame.utf8(name);
      MemorySegment address =
          PanamaTorch.pt_operator_find(frame.utf8(utf8), utf8.length, frame.call());
      if (address.address() == 0) {
        throw frame.failure("op", List.of());
      }
      found = new Operator(name, address);
      FOUND.put(name, found);
    }
    return found;
  }

  /**
   * Returns the name for error messages, that of a Java method: indexSelect for {@code
   * aten::index_select.out}.
   */
  private static String operation(String name) {
    if (!name.startsWith("aten::")) {
      return name;
    }
    // By hand, since the classes of a regular expression would be loaded before the first tensor.
    int dot = name.indexOf('.');
    String base = name.substring("aten::".length(), dot < 0 ? name.length() : dot);
    StringBuilder camelCase = new StringBuilder(base.length());
    for (int i = 0; i < base.length(); i++) {
      if (base.charAt(i) == '_'
          && i > 0
          && i + 1 < base.length()
          && base.charAt(i - 1) != '_'
          && base.charAt(i + 1) != '_') {
        camelCase.append(Character.toUpperCase(base.charAt(++i)));
      } else {
        camelCase.append(base.charAt(i));
      }
    }
    return camelCase.toString();
  }

  /** Returns the name with namespace and overload, such as {@code aten::add.Tensor}. */
  public String name() {
    return name;
  }

  /** Returns the schema, such as {@code aten::relu(Tensor self) -> Tensor}. */
  public String schema() {
    MemorySegment length = CallFrame.enter().allocate(JAVA_LONG.byteSize());
    MemorySegment text = PanamaTorch.pt_operator_schema(address, length);
    return NativeErrors.string(text, length.get(JAVA_LONG, 0));
  }

  /** Returns the number of results in the schema. */
  public int resultCount() {
    return resultCount;
  }

  /** Returns the number of arguments in the schema. */
  public int argumentCount() {
    return argumentCount;
  }

  /**
   * Returns whether the operator does not validate its arguments and is therefore refused by name.
   */
  public boolean isTrusting() {
    return trusting;
  }

  /** Returns the index of a named argument, or -1. */
  public int argumentIndex(String argument) {
    byte[] utf8 = CallFrame.utf8(argument);
    return (int)
        PanamaTorch.pt_operator_argument_index(address, CallFrame.enter().utf8(utf8), utf8.length);
  }

  /**
   * Calls the operator.
   *
   * @param arguments in the order of the schema
   * @param count the number of arguments given; the others take their defaults
   * @return a {@link Value} for each result
   */
  public Object[] call(Value[] arguments, int count) {
    CallFrame frame = CallFrame.enter();
    long results = invoke(arguments, count, frame);
    Object[] taken = new Object[resultCount];
    for (int i = 0; i < resultCount; i++) {
      taken[i] = Value.take(results + i * Value.BYTES, frame);
    }
    return taken;
  }

  /** Does the same for an operator with one result, and saves the array. */
  public Value callForOne(Value[] arguments, int count) {
    CallFrame frame = CallFrame.enter();
    return Value.take(invoke(arguments, count, frame), frame);
  }

  /**
   * Starts the arguments of a call.
   *
   * @param operation the name of the call in errors
   */
  public CallArguments arguments(String operation) {
    return CallFrame.enter().arguments(operation, argumentCount, resultCount);
  }

  /** Calls the operator. */
  public void call(CallArguments arguments) {
    CallFrame frame = arguments.frame();
    if (PanamaTorch.pt_operator_call(
            address,
            frame.at(arguments.values()),
            arguments.size(),
            frame.at(arguments.results()),
            frame.call())
        != 0) {
      throw arguments.failure();
    }
  }

  /** Returns the address of the results, which are in the frame's memory. */
  private long invoke(Value[] arguments, int count, CallFrame frame) {
    long values = frame.reserve(count);
    long results = frame.reserve(resultCount);
    int held = 0;
    try {
      while (held < count) {
        Value argument = arguments[held];
        argument.hold(operation);
        held++;
        argument.write(values + (held - 1) * Value.BYTES, frame);
      }
      if (PanamaTorch.pt_operator_call(
              address, frame.at(values), count, frame.at(results), frame.call())
          != 0) {
        throw frame.failure(operation, tensors(arguments, count));
      }
      return results;
    } finally {
      Reference.reachabilityFence(
          arguments); // keeps generators among them reachable during the call
      while (held > 0) {
        arguments[--held].release();
      }
    }
  }

  private static List<TensorHandle> tensors(Value[] arguments, int count) {
    List<TensorHandle> tensors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      for (TensorHandle tensor : arguments[i].tensors()) {
        if (tensor != null) {
          tensors.add(tensor);
        }
      }
    }
    return tensors;
  }
}
