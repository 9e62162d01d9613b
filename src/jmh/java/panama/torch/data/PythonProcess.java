package panama.torch.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The Python side of a benchmark: a process that does the work once for each line that it reads.
 */
record PythonProcess(Process process, Writer input, BufferedReader output) {

  /** Starts a script beside the source of this class. */
  static PythonProcess start(String python, String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(python);
    command.add(
        Path.of("src", "jmh", "java", "panama", "torch", "data").resolve(script).toString());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new PythonProcess(process, process.outputWriter(), process.inputReader());
  }

  /** Does the work once, after which the script prints a number that must be the given one. */
  String run(long expected) throws IOException {
    input.write("run\n");
    input.flush();
    String printed = output.readLine();
    if (!Long.toString(expected).equals(printed)) {
      throw new IllegalStateException("Python printed " + printed + " instead of " + expected);
    }
    return printed;
  }

  void end() throws IOException, InterruptedException {
    input.close();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("Python ended with " + process.exitValue());
    }
  }
}
