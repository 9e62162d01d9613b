package panama.torch.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import panama.torch.AnomalyMode;
import panama.torch.ArgumentException;
import panama.torch.Autocast;
import panama.torch.GradMode;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.TorchException;
import panama.torch.autograd.GradCheckException;
import panama.torch.data.DataLoaderException;
import panama.torch.train.Callback;

/**
 * Random calls of the public API, in rounds with one seed each. A separate program, so that a crash
 * does not end the test.
 */
final class HostileRun {
  private static final long LONGEST_CALL_SECONDS = 60;

  private final Api api;
  private final CallLog log;
  private final Path folder;
  private final Map<String, Integer> failures = new TreeMap<>();
  private final Map<String, Integer> refusals = new TreeMap<>();
  private final boolean times = Boolean.getBoolean("hostile.times");
  private final Thread main = Thread.currentThread();
  private long calls;
  private long values;
  private volatile String current = "";
  private volatile long started = System.nanoTime();

  private HostileRun(Path folder, CallLog log) {
    this.folder = folder;
    this.log = log;
    api = new Api();
  }

  /**
   * Runs rounds. Arguments: a folder for files, the first seed, the number of seeds, calls per
   * seed.
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    HostileRun run = new HostileRun(folder, new CallLog(folder.resolve("calls")));
    Thread.ofPlatform().daemon().start(run::watch);
    Torch.ones(1).close();
    long before = live();
    long first = Long.parseLong(args[1]);
    for (long seed = first; seed < first + Long.parseLong(args[2]); seed++) {
      run.round(seed, Long.parseLong(args[3]));
    }
    run.current = "";
    run.report(before, live());
  }

  /** Returns the number of live tensors after garbage collections. */
  private static long live() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      System.gc();
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      long now = Torch.memory().liveTensors();
      if (now >= least && i > 5) {
        break;
      }
      least = Math.min(least, now);
    }
    return least;
  }

  private void report(long before, long after) {
    failures.forEach((failure, times) -> System.out.println("FAILURE " + times + " x " + failure));
    System.out.println("refusals " + refusals);
    System.out.println("calls " + calls);
    System.out.println("values " + values);
    System.out.println("live " + before + " " + after);
    System.out.println("done");
  }

  /** Fails if a call does not end. */
  private void watch() {
    while (true) {
      try {
        Thread.sleep(1000);
      } catch (InterruptedException e) {
        return;
      }
      if (!current.isEmpty()
          && System.nanoTime() - started > TimeUnit.SECONDS.toNanos(LONGEST_CALL_SECONDS)) {
        System.out.println("FAILURE does not end: " + current);
        for (StackTraceElement frame : main.getStackTrace()) {
          System.out.println("    " + frame);
        }
        System.out.flush();
        Runtime.getRuntime().halt(3);
      }
    }
  }

  private void round(long seed, long count) {
    Torch.manualSeed(seed);
    Arguments arguments = new Arguments(seed, api, folder);
    List<AutoCloseable> open = new ArrayList<>();
    try (TensorScope scope = new TensorScope()) {
      for (long end = calls + count; calls < end; ) {
        try {
          Executable member = choose(arguments);
          once(seed, member, arguments, open);
        } catch (Arguments.Unavailable e) {
          // Choose another one.
        }
        if (arguments.chance(0.01) && !arguments.tensors().isEmpty()) {
          arguments.of(arguments.tensors()).close();
        }
        if (!open.isEmpty() && arguments.chance(0.1)) {
          close(open.removeLast());
        }
      }
      while (!open.isEmpty()) {
        close(open.removeLast());
      }
      arguments.closeAll();
    }
    Torch.useDeterministicAlgorithms(false);
    Torch.setFlushDenormal(false);
  }

  private static void close(AutoCloseable what) {
    try {
      what.close();
    } catch (IllegalStateException e) {
      // A call has closed the scopes out of order.
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Executable choose(Arguments arguments) {
    double dice = arguments.random().nextDouble();
    if (dice < 0.35 && !arguments.others().isEmpty()) {
      List<Executable> members = api.of(arguments.of(arguments.others()).getClass());
      if (!members.isEmpty()) {
        return arguments.of(members);
      }
    }
    if (dice > 0.95) {
      return arguments.of(api.scenarios());
    }
    return arguments.of(api.all());
  }

  private void once(long seed, Executable member, Arguments arguments, List<AutoCloseable> open)
      throws Arguments.Unavailable {
    arguments.startCall();
    Object receiver = null;
    if (member instanceof Method && !Modifier.isStatic(member.getModifiers())) {
      receiver =
          member.getDeclaringClass() == Tensor.class
              ? arguments.tensorArgument()
              : arguments.existing(member.getDeclaringClass());
      if (receiver == null) {
        throw new Arguments.Unavailable(member.getDeclaringClass());
      }
    }
    Map<TypeVariable<?>, Type> known = arguments.variables(member, receiver);
    Object[] given = arguments.arguments(member, known);
    String text =
        String.format(
            Locale.ROOT,
            "seed %d %s.%s on %s %s",
            seed,
            shortName(member.getDeclaringClass()),
            member instanceof Method ? member.getName() : "new",
            Arguments.text(receiver),
            Arguments.text(given));
    log.write(calls, text);
    calls++;
    started = System.nanoTime();
    current = text;
    boolean interrupted = arguments.chance(0.02);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    try {
      Object result =
          member instanceof Constructor<?> constructor
              ? constructor.newInstance(given)
              : ((Method) member).invoke(receiver, given);
      values++;
      if (acceptsNull(member, receiver, given)) {
        failures.merge("null is accepted: " + text, 1, Integer::sum);
      }
      if (arguments.nullUsed()) {
        arguments.taint(result);
        arguments.taint(receiver);
      }
      if (result instanceof TensorScope
          || result instanceof GradMode
          || result instanceof Autocast
          || result instanceof AnomalyMode) {
        open.add((AutoCloseable) result);
      }
      arguments.offer(result, Generics.substitute(Generics.result(member), known));
    } catch (InvocationTargetException e) {
      judge(text, e.getCause(), arguments.nullUsed());
      Arguments.freeMemory(e.getCause());
      if (arguments.nullUsed()) {
        arguments.taint(receiver);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(text, e);
    } finally {
      if (member.getDeclaringClass().getPackageName().equals("panama.torch.train.charts")
          && member.getName().equals("save")) {
        arguments.forget(receiver);
      }
      if (Thread.interrupted() != interrupted) {
        failures.merge("the interrupt was lost or came from nowhere: " + text, 1, Integer::sum);
      }
    }
    if (times && System.nanoTime() - started > 200_000_000) {
      System.out.println("slow " + (System.nanoTime() - started) / 1_000_000 + " ms " + text);
    }
    current = "";
  }

  /**
   * Returns whether a method of the packages data and train had to refuse null at once: kept, it
   * would be an error elsewhere.
   */
  private static boolean acceptsNull(Executable member, Object receiver, Object[] given) {
    String owner = member.getDeclaringClass().getName();
    if (!(owner.startsWith("panama.torch.data.") || owner.startsWith("panama.torch.train."))
        || (receiver != null && Proxy.isProxyClass(receiver.getClass()))
        || member.getName().equals("equals")
        || (member instanceof Method method && mayIgnore(method))) {
      return false;
    }
    for (int i = 0; i < given.length; i++) {
      if (given[i] == null
          && !member.getAnnotatedParameterTypes()[i].isAnnotationPresent(Nullable.class)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a method need not use its arguments: one of a listener, or a default one. */
  private static boolean mayIgnore(Method method) {
    return method.isDefault()
        || (Callback.class.isAssignableFrom(method.getDeclaringClass())
            && Arrays.stream(Callback.class.getMethods())
                .anyMatch(told -> told.getName().equals(method.getName())));
  }

  private static String shortName(Class<?> type) {
    return type.getName().substring(type.getPackageName().length() + 1);
  }

  private void judge(String call, Throwable thrown, boolean nullUsed) {
    refusals.merge(thrown.getClass().getSimpleName(), 1, Integer::sum);
    if (!isTyped(call, thrown, nullUsed)) {
      String where =
          Arrays.stream(
                  (thrown instanceof DataLoaderException ? thrown.getCause() : thrown)
                      .getStackTrace())
              .limit(8)
              .map(StackTraceElement::toString)
              .collect(Collectors.joining("\n    "));
      String key = thrown.toString().lines().findFirst().orElse("") + "\n    " + where;
      if (failures.merge(key, 1, Integer::sum) == 1) {
        System.out.println("first: " + call + "\n  " + key);
      }
    }
  }

  /** Returns whether the documentation allows an exception and whether it has a message. */
  private static boolean isTyped(String call, Throwable thrown, boolean nullUsed) {
    if (thrown instanceof NullPointerException) {
      return nullUsed;
    }
    if (thrown.getMessage() == null || thrown.getMessage().isBlank()) {
      return false;
    }
    Class<?> type = thrown.getClass();
    return switch (thrown) {
      case ClosedByInterruptException ignored -> false;
      case DataLoaderException failure ->
          failure.getCause() instanceof InterruptedException
              || isTyped(call, failure.getCause(), true);
      case UncheckedIOException ignored -> call.matches("seed \\d+ Train(er|Scenarios)\\..*");
      case ArithmeticException ignored -> call.contains(" Shape.numel ");
      case NoSuchElementException ignored -> call.contains(".next ");
      default ->
          thrown instanceof TorchException
              || thrown instanceof ArgumentException
              || thrown instanceof Arguments.OfHook
              || thrown instanceof GradCheckException
              || thrown instanceof IOException
              || thrown instanceof SQLException
              || ((type == IllegalArgumentException.class
                      || type == IllegalStateException.class
                      || type == UnsupportedOperationException.class)
                  && isOfLibrary(thrown));
    };
  }

  /** Returns whether the library has thrown an exception, unlike one of the JDK's checks. */
  private static boolean isOfLibrary(Throwable thrown) {
    return thrown.getStackTrace()[0].getClassName().startsWith("panama.torch.");
  }
}
