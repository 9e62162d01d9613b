package panama.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Owns the tensors that its thread creates while it is open, and frees them when it is closed.
 *
 * <pre>{@code
 * try (var scope = new TensorScope()) {
 *   Tensor y = model.forward(x);   // freed at the end, intermediate results included
 *   best = scope.keep(y.argmax()); // moved to the enclosing scope
 * }
 * }</pre>
 *
 * <p>Scopes are confined to the thread that opened them; they nest, and are closed in reverse
 * order. {@link #keep(Object) keep} moves a tensor, or all tensors that an object holds, to the
 * enclosing scope, {@link #exempt} out of all scopes. Parameters, buffers and optimizer state are
 * never owned by a scope. Tensors created outside every scope are freed by the garbage collector.
 */
public final class TensorScope implements AutoCloseable {
  private static final ThreadLocal<Scopes> OF_THREAD = ThreadLocal.withInitial(Scopes::new);
  private static final int FIRST_SWEEP = 1024;

  /**
   * The scopes of a thread. Their memory is reused, since a scope is opened for each small step.
   */
  private static final class Scopes {
    final Thread thread = Thread.currentThread();
    @Nullable TensorScope innermost;

    /** An empty list from a scope that has been closed. */
    private @Nullable List<Tensor> spare;

    List<Tensor> takeList() {
      List<Tensor> list = spare == null ? new ArrayList<>() : spare;
      spare = null;
      return list;
    }

    void giveBack(List<Tensor> list) {
      list.clear();
      spare = list;
    }
  }

  private final Scopes scopes = OF_THREAD.get();
  private final @Nullable TensorScope parent = scopes.innermost;
  private List<Tensor> members = scopes.takeList();
  private int nextSweep = FIRST_SWEEP;
  private boolean closed;

  /** Tensors removed from the members; counted on removal, so that adding is free of it. */
  private long freed;

  private long kept;

  /** Opens a scope on this thread. */
  public TensorScope() {
    scopes.innermost = this;
  }

  /** Returns this thread's innermost scope; null outside every scope. */
  static @Nullable TensorScope current() {
    return OF_THREAD.get().innermost;
  }

  void add(Tensor tensor) {
    if (members.size() == nextSweep) {
      // Tensors that were closed explicitly are not retained until the end of a long scope.
      members.removeIf(this::hasLeft);
      nextSweep = Math.max(nextSweep, 2 * members.size());
    }
    members.add(tensor);
  }

  private boolean hasLeft(Tensor member) {
    if (!member.isOwnedBy(this)) {
      kept++;
    } else if (member.isClosed()) {
      freed++;
    } else {
      return false;
    }
    return true;
  }

  /**
   * Moves a tensor to the enclosing scope, or to the garbage collector if there is none. Has no
   * effect on a tensor that this scope does not own.
   *
   * @param tensor a tensor of this scope
   * @return the tensor
   * @throws IllegalStateException if the scope is closed or belongs to another thread
   */
  public Tensor keep(Tensor tensor) {
    check("keep");
    if (tensor.isOwnedBy(this)) {
      tensor.moveTo(parent);
    }
    return tensor;
  }

  /**
   * Moves all tensors that an object holds to the enclosing scope: those of a {@link TensorHolder},
   * such as the output of a layer, a packed sequence or the state of an optimizer, and those in an
   * {@link Iterable}, the values of a {@link Map}, an array or an {@link Optional}, nested to any
   * depth.
   *
   * <pre>{@code
   * LSTM.Output states = scope.keep(lstm.forward(x));
   * Map<String, Tensor> best = scope.keep(model.stateDict());
   * }</pre>
   *
   * @param <T> the type of the holder
   * @param holder an object with tensors
   * @return the object
   * @throws IllegalArgumentException for an object of any other class
   * @throws IllegalStateException if the scope is closed or belongs to another thread
   */
  public <T> T keep(T holder) {
    check("keep");
    forEach(holder, this::keep);
    return holder;
  }

  /**
   * Moves a tensor out of all scopes, to the garbage collector: for tensors that outlive the code
   * that creates them, such as parameters.
   *
   * @param tensor the tensor
   * @return the tensor
   */
  public static Tensor exempt(Tensor tensor) {
    tensor.moveTo(null);
    return tensor;
  }

  /**
   * Moves all tensors that an object holds out of all scopes. See {@link #keep(Object)} for the
   * supported classes.
   *
   * @param <T> the type of the holder
   * @param holder an object with tensors
   * @return the object
   * @throws IllegalArgumentException for an object of any other class
   */
  public static <T> T exempt(T holder) {
    forEach(holder, TensorScope::exempt);
    return holder;
  }

  /**
   * Moves tensors to another thread: those of this scope that an object holds (see {@link
   * #keep(Object)} for the classes), or all tensors of this scope if the object is of another
   * class. Until the other thread takes them, they belong to the garbage collector.
   *
   * <pre>{@code
   * Supplier<Tensor> result;
   * try (var scope = new TensorScope()) { // on one thread
   *   result = scope.handOver(model.forward(x));
   * }
   * Tensor y = result.get(); // on another
   * }</pre>
   *
   * @param <T> the type of the object
   * @param holder an object, with or without tensors
   * @return a supplier that moves the tensors to the innermost scope of the thread that calls it,
   *     and returns the object; to be called once
   * @throws IllegalStateException if the scope is closed or belongs to another thread
   */
  public <T> Supplier<T> handOver(T holder) {
    check("handOver");
    List<Tensor> tensors = new ArrayList<>();
    List<Object> others = new ArrayList<>();
    forEach(holder, tensors::add, others::add);
    List<Tensor> moved =
        (others.isEmpty() ? tensors : members)
            .stream().filter(tensor -> tensor.isOwnedBy(this) && !tensor.isClosed()).toList();
    moved.forEach(TensorScope::exempt);
    return () -> {
      moved.forEach(tensor -> tensor.moveTo(current()));
      return holder;
    };
  }

  private static void forEach(@Nullable Object holder, Consumer<Tensor> action) {
    forEach(
        holder,
        action,
        other -> {
          throw new IllegalArgumentException(
              "holder: expected tensors, or a collection, map or array of them, or a TensorHolder, got a %s; let it implement TensorHolder"
                  .formatted(other.getClass().getTypeName()));
        });
  }

  /**
   * Performs an action for each tensor that an object holds, and another for each object of a class
   * that is not supported.
   */
  private static void forEach(
      @Nullable Object holder, Consumer<Tensor> action, Consumer<Object> otherwise) {
    switch (holder) {
      case null -> {}
      case Tensor tensor -> action.accept(tensor);
      case TensorHolder tensors -> tensors.forEachTensor(action);
      case Iterable<?> values -> values.forEach(value -> forEach(value, action, otherwise));
      case Map<?, ?> map -> map.values().forEach(value -> forEach(value, action, otherwise));
      case Object[] values ->
          Arrays.asList(values).forEach(value -> forEach(value, action, otherwise));
      case Optional<?> value -> value.ifPresent(present -> forEach(present, action, otherwise));
      default -> otherwise.accept(holder);
    }
  }

  /**
   * Returns how many tensors this scope has owned, freed and passed on; also for a closed scope.
   *
   * @throws IllegalStateException on another thread
   */
  public ScopeStatistics statistics() {
    checkThread("statistics");
    members.removeIf(this::hasLeft);
    return new ScopeStatistics(freed + kept + members.size(), freed, kept, members.size());
  }

  /**
   * Frees the tensors that this scope owns. Closing twice has no effect.
   *
   * @throws IllegalStateException on another thread, or while a scope opened later is still open
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    check("close");
    if (scopes.innermost != this) {
      throw new IllegalStateException(
          "TensorScope.close: a scope that was opened later is still open; close scopes in reverse"
              + " order, best by try-with-resources");
    }
    closed = true;
    scopes.innermost = parent;
    for (Tensor member : members) {
      if (member.isOwnedBy(this)) {
        member.close();
        freed++;
      } else {
        kept++;
      }
    }
    if (nextSweep == FIRST_SWEEP) { // a longer list would occupy its memory for good
      scopes.giveBack(members);
    }
    members = Collections.emptyList();
  }

  /** Returns the number of tensors that {@link #close} will free, and the usual way to close. */
  @Override
  public String toString() {
    if (closed) {
      return "TensorScope(closed)";
    }
    if (Thread.currentThread() != scopes.thread) {
      return "TensorScope(of thread %s)".formatted(scopes.thread.getName());
    }
    long held =
        members.stream().filter(member -> member.isOwnedBy(this) && !member.isClosed()).count();
    return String.format(
        Locale.ROOT,
        "TensorScope(%d %s of this thread, freed by close(); best: try (var _ = new"
            + " TensorScope()) { ... })",
        held,
        held == 1 ? "tensor" : "tensors");
  }

  private void check(String operation) {
    checkThread(operation);
    if (closed) {
      throw new IllegalStateException(
          "TensorScope." + operation + ": this scope is closed; open a new one");
    }
  }

  private void checkThread(String operation) {
    if (Thread.currentThread() != scopes.thread) {
      throw new IllegalStateException(
          "TensorScope.%s: this scope belongs to thread %s and was used on thread %s; open one scope per thread"
              .formatted(operation, scopes.thread.getName(), Thread.currentThread().getName()));
    }
  }
}
