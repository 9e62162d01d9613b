package panama.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.loading.NativeLibrary;

/** Compares the cost of a call from Java with C++: adding two 4x4 tensors and freeing the sum. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
// A heap of fixed size with resident pages, so that page faults are not measured.
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch"})
public class TensorOverheadBenchmark {
  private static final int TIMES = 1000;
  private static final MethodHandle BENCH_ADD = benchAdd();

  private Tensor a;
  private Tensor b;
  private Op add;

  private static MethodHandle benchAdd() {
    NativeLibrary.ensureLoaded();
    Path library =
        Path.of(
            System.getProperty("panama.torch.home"), System.mapLibraryName("panama_torch_bench"));
    return Linker.nativeLinker()
        .downcallHandle(
            SymbolLookup.libraryLookup(library, Arena.global()).find("bench_add").orElseThrow(),
            FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));
  }

  @Setup
  public void makeTensors() {
    a = Torch.ones(4, 4);
    b = Torch.ones(4, 4);
    add = Torch.op("aten::add.Tensor");
  }

  /** The baseline: a loop in C++. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void cpp() throws Throwable {
    BENCH_ADD.invokeExact((long) TIMES);
  }

  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void java() {
    for (int i = 0; i < TIMES; i++) {
      a.add(b).close();
    }
  }

  /** The same calls in one scope. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void javaInScope() {
    try (var scope = new TensorScope()) {
      for (int i = 0; i < TIMES; i++) {
        a.add(b);
      }
    }
  }

  /** The same calls by name, through the boxed dispatcher. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void javaByName() {
    for (int i = 0; i < TIMES; i++) {
      add.arg(a).arg(b).tensor().close();
    }
  }

  /**
   * Alternates between Java and C++ every half millisecond, so that changes of the speed of the
   * machine affect both alike. The ratios are printed at the end; the score is the time of both.
   */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void pairs(Pairs pairs) throws Throwable {
    long start = System.nanoTime();
    cpp();
    long middle = System.nanoTime();
    java();
    pairs.add(start, middle, System.nanoTime());
  }

  /** {@link #pairs} of a call by name. */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  public void pairsByName(Pairs pairs) throws Throwable {
    long start = System.nanoTime();
    cpp();
    long middle = System.nanoTime();
    javaByName();
    pairs.add(start, middle, System.nanoTime());
  }

  /** The ratios of {@link #pairs} and {@link #pairsByName}. */
  @State(Scope.Thread)
  public static class Pairs {
    private final List<Double> ratios = new ArrayList<>();

    void add(long start, long middle, long end) {
      ratios.add((end - middle) / (double) (middle - start));
    }

    @Setup(Level.Iteration)
    public void clear() {
      ratios.clear();
    }

    @TearDown(Level.Iteration)
    public void print() {
      ratios.sort(null);
      System.out.printf(
          Locale.ROOT,
          "Java to C++, %d pairs: median %.3f, quartiles %.3f to %.3f; ",
          ratios.size(),
          ratios.get(ratios.size() / 2),
          ratios.get(ratios.size() / 4),
          ratios.get(ratios.size() * 3 / 4));
    }
  }

  /** A downcall that does nothing. */
  @Benchmark
  public long noOp() {
    return PanamaTorch.pt_contract_version();
  }
}
