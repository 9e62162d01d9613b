package panama.torch.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import panama.torch.Backends;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.io.SafeTensors;

/**
 * Runs the same programs here and in Python, with the same seed and number of threads, and compares
 * their results bit for bit. The exit status is 0 if all results are identical, 1 after a
 * difference, and 2 if Python cannot be started.
 */
public final class Parity {
  private static final int THREADS = 1;
  private static final Path TWINS = Path.of("src", "parity", "python", "programs.py");

  private static final Path FOLDER = Path.of("target", "parity");
  private static final List<Resumed> RESUMED = Resumed.all(FOLDER);
  private static final List<Program> PROGRAMS =
      List.of(
          new InitialWeights(),
          new RandomStreams(),
          new Classification(false),
          new Classification(true),
          new Regression(),
          new LanguageModel(),
          new Seq2SeqWithAttention(),
          new Ctc(),
          new HalfLbfgs());

  private Parity() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    String python = args.length == 0 ? "python3" : args[0];
    Path folder = Files.createDirectories(FOLDER);
    Torch.setNumThreads(THREADS);
    // The backend whose results equal PyTorch's bit for bit; the default differs by rounding.
    Backends.recurrent(Backends.Recurrent.ATEN);
    RESUMED.stream().filter(program -> !program.startsInPython()).forEach(Resumed::start);
    runPython(python, folder);
    boolean identical = true;
    System.out.printf("%-24s %8s %10s  %s%n", "program", "tensors", "numbers", "bits");
    for (Program program : Stream.concat(PROGRAMS.stream(), RESUMED.stream()).toList()) {
      Map<String, Tensor> expected =
          SafeTensors.load(folder.resolve(program.name() + ".safetensors"));
      Map<String, Tensor> actual = program.run();
      String difference = firstDifference(expected, actual);
      identical &= difference.isEmpty();
      System.out.printf(
          Locale.ROOT,
          "%-24s %8d %10d  %s%n",
          program.name(),
          expected.size(),
          expected.values().stream().mapToLong(Tensor::numel).sum(),
          difference.isEmpty() ? "identical" : difference);
    }
    System.exit(identical ? 0 : 1);
  }

  private static void runPython(String python, Path folder)
      throws IOException, InterruptedException {
    int status;
    try {
      status =
          new ProcessBuilder(python, TWINS.toString(), folder.toString(), Integer.toString(THREADS))
              .inheritIO()
              .start()
              .waitFor();
    } catch (IOException e) {
      System.err.println("parity: " + e.getMessage());
      status = 127;
    }
    if (status != 0) {
      System.err.printf(
          "parity: %s %s ended with %d; name a Python that has torch 2.13 and safetensors with"
              + " -Dpython=...%n",
          python, TWINS, status);
      System.exit(2);
    }
  }

  /** Returns a description of the first difference, or an empty string if there is none. */
  private static String firstDifference(Map<String, Tensor> expected, Map<String, Tensor> actual) {
    if (!expected.keySet().equals(actual.keySet())) {
      return "Python has %s, Java has %s".formatted(expected.keySet(), actual.keySet());
    }
    for (Map.Entry<String, Tensor> entry : actual.entrySet()) {
      Tensor theirs = expected.get(entry.getKey());
      Tensor ours = entry.getValue();
      if (!theirs.shape().equals(ours.shape()) || theirs.dtype() != ours.dtype()) {
        return "%s: Python has %s%s, Java has %s%s"
            .formatted(entry.getKey(), theirs.dtype(), theirs.shape(), ours.dtype(), ours.shape());
      }
      int at = Arrays.mismatch(theirs.toByteArray(), ours.toByteArray());
      if (at >= 0) {
        int index = at / theirs.dtype().bytes();
        return entry.getKey()
            + " differs at "
            + index
            + ": Python has "
            + number(theirs, index)
            + ", Java has "
            + number(ours, index);
      }
    }
    return "";
  }

  private static double number(Tensor tensor, int index) {
    return tensor.flatten().select(0, index).to(DType.FLOAT64).item();
  }
}
