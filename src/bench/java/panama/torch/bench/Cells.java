package panama.torch.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** All work of the suite. The sizes of a layer are N, L, input size and hidden size. */
final class Cells {
  private static final List<String> LAYERS = List.of("RNN", "GRU", "LSTM");
  private static final List<int[]> SHAPES =
      List.of(
          new int[] {32, 5, 10, 20},
          new int[] {32, 50, 64, 128},
          new int[] {32, 100, 128, 256},
          new int[] {64, 100, 256, 512},
          new int[] {1, 100, 64, 128});
  private static final int[] MIDDLE = {32, 50, 64, 128};
  private static final int[] LONG = {32, 100, 128, 256};

  /** Forward and backward of one layer. */
  static final List<Cell> TRAINING = grid("train");

  /** Forward in inference mode. */
  static final List<Cell> INFERENCE = grid("infer");

  static final List<Cell> STACKED =
      List.of(
          layer("train", "GRU", MIDDLE).with("layers", 2),
          layer("train", "LSTM", MIDDLE).with("layers", 2),
          layer("infer", "LSTM", MIDDLE).with("layers", 2),
          layer("train", "GRU", MIDDLE).with("directions", 2),
          layer("train", "LSTM", MIDDLE).with("directions", 2),
          layer("infer", "LSTM", MIDDLE).with("directions", 2));

  /** Padded batches of sequences, and the same batches packed, in the same order. */
  static final List<Cell> PADDED =
      LAYERS.stream().map(layer -> layer("train", layer, LONG)).toList();

  static final List<Cell> PACKED =
      PADDED.stream().map(padded -> padded.with("shortest", 10)).toList();

  /** One step of one sequence, with the state of the step before. */
  static final List<Cell> STREAMING =
      LAYERS.stream()
          .map(layer -> layer("stream", layer, new int[] {1, 1, 64, 128}))
          .map(cell -> cell.with("threads", 1).with("calls", 20))
          .toList();

  static final Cell TUTORIAL = Cell.parse("tutorial threads=2 calls=20");
  static final Cell SEQUENCES = layer("fit", "LSTM", new int[] {32, 30, 6, 32}).with("calls", 20);
  static final Cell LANGUAGE = Cell.parse("language batch=64 length=70 shortest=64 threads=1");

  /** The networks that are trained on an idle and on a busy machine. */
  static final List<Cell> NETWORKS = List.of(TUTORIAL, SEQUENCES, LANGUAGE);

  static final Cell REQUEST = Cell.parse("request gradients=false threads=1 calls=20");
  static final Cell REQUEST_CPU = REQUEST.with("clock", "thread");
  static final Cell RECORDED = Cell.parse("request gradients=true threads=1 calls=20");
  static final Cell RECORDED_CPU = RECORDED.with("clock", "thread");

  static final Cell ADD = Cell.parse("add threads=1 calls=1000");
  static final Cell HEAP =
      layer("forward", "LSTM", new int[] {1, 1, 8, 8})
          .with("threads", 1)
          .with("calls", 100)
          .with("clock", "heap");
  static final Cell PRODUCT = Cell.parse("product size=1024 threads=2");

  /** In a process of its own: the time until the first answer. */
  static final Cell START_UP = layer("infer", "LSTM", new int[] {1, 10, 8, 16});

  /** In a process of its own: the peak of its memory. */
  static final Cell MEMORY = layer("train", "LSTM", LONG).with("calls", 50);

  /** The example language-id, in full. */
  static final Cell EXAMPLE = Cell.parse("language-id epochs=16");

  private Cells() {}

  private static List<Cell> grid(String work) {
    List<Cell> cells = new ArrayList<>();
    for (String layer : LAYERS) {
      for (int[] shape : SHAPES) {
        cells.add(layer(work, layer, shape));
      }
    }
    return List.copyOf(cells);
  }

  private static Cell layer(String work, String layer, int[] shape) {
    return Cell.parse(
        String.format(
            Locale.ROOT,
            "%s layer=%s batch=%d length=%d input=%d hidden=%d layers=1 directions=1 threads=2",
            work,
            layer,
            shape[0],
            shape[1],
            shape[2],
            shape[3]));
  }

  /** Returns the floating-point operations of a cell of {@link #TRAINING}. */
  static double operations(Cell cell) {
    int gates =
        switch (cell.text("layer")) {
          case "RNN" -> 1;
          case "GRU" -> 3;
          default -> 4;
        };
    double hidden = cell.number("hidden");
    double forward =
        2.0
            * cell.number("batch")
            * cell.number("length")
            * gates
            * hidden
            * (cell.number("input") + hidden);
    return 3 * forward; // the backward pass has two products for each of the forward pass
  }
}
