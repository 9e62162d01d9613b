package panama.torch.train;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Objects;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * A callback that prints the progress of a training: a line for each epoch, and on a terminal a
 * progress bar during the epoch. The bar needs {@code me.tongfei:progressbar}, an optional
 * dependency; without it, only the lines are printed.
 */
public final class ConsoleProgress implements Callback {
  private final PrintStream out;
  private final boolean bars;
  private @Nullable Bar bar;
  private double sum;
  private long first;

  /** Creates a callback that prints to standard output, with bars if it is a terminal. */
  public ConsoleProgress() {
    this(System.out, isTerminal() && hasLibrary());
  }

  /**
   * Creates a callback that prints one line for each epoch.
   *
   * @param out where the lines are printed
   */
  public ConsoleProgress(PrintStream out) {
    this(Objects.requireNonNull(out, "out"), false);
  }

  private ConsoleProgress(PrintStream out, boolean bars) {
    this.out = out;
    this.bars = bars;
  }

  @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null again where there is no terminal
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private static boolean hasLibrary() {
    try {
      Class.forName("me.tongfei.progressbar.ProgressBar");
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  @Override
  public void epochStarts(int epoch, long done, long batches) {
    sum = 0;
    first = done;
    if (bars) {
      bar = new Bar(epoch, done, batches);
    }
  }

  @Override
  public void stepEnds(int epoch, long step, double loss) {
    sum += loss;
    if (bar != null) {
      bar.step(sum / (step - first));
    }
  }

  @Override
  public void epochEnds(EpochResult result) {
    trainingEnds();
    out.println(Objects.requireNonNull(result, "result"));
  }

  @Override
  public void trainingEnds() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  /** The bar of an epoch, in a class of its own that is not loaded if the library is missing. */
  private static final class Bar {
    private final ProgressBar bar;

    Bar(int epoch, long done, long batches) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("epoch " + epoch)
              .setInitialMax(batches)
              .startsFrom(done, java.time.Duration.ZERO)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .setMaxRenderedLength(100)
              .build();
    }

    void step(double loss) {
      bar.setExtraMessage(String.format(Locale.ROOT, " loss %.4g", loss));
      bar.step();
    }

    void close() {
      bar.close();
    }
  }
}
