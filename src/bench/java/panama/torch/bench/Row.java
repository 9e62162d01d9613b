package panama.torch.bench;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A cell and how it is measured. */
record Row(Mode mode, Cell cell) {
  /** How a cell is measured, and of which peers. */
  @SuppressWarnings("ImmutableEnumChecker") // the sets are not changed
  enum Mode {
    /** The median of repeats in a process that has been running for long. */
    REPEATED(EnumSet.allOf(Peer.class)),

    /** The mean of repeats, since the median would hide how long a process waits to run. */
    IDLE(EnumSet.of(Peer.FUSED, Peer.ATEN, Peer.PYTHON)),

    /** {@link #IDLE}, while other processes keep all processors busy. */
    BUSY(EnumSet.of(Peer.FUSED, Peer.ATEN, Peer.PYTHON)),

    /** The time from the start of a process to its first answer. */
    START_UP(EnumSet.complementOf(EnumSet.of(Peer.EQUAL, Peer.COMPILE))),

    /** The peak of the resident memory of a process that answers once. */
    PEAK_MEMORY(EnumSet.complementOf(EnumSet.of(Peer.COMPILE, Peer.ONNX))),

    /** The time of the example language-id, from the start of its process to its end. */
    EXAMPLE(EnumSet.of(Peer.FUSED, Peer.ATEN));

    final Set<Peer> peers;

    Mode(Set<Peer> peers) {
      this.peers = peers;
    }
  }

  static final Row TUTORIAL = repeated(Cells.TUTORIAL);
  static final Row REQUEST_CPU = repeated(Cells.REQUEST_CPU);
  static final Row RECORDED_CPU = repeated(Cells.RECORDED_CPU);
  static final Row ADD = repeated(Cells.ADD);
  static final Row HEAP = repeated(Cells.HEAP);
  static final Row PRODUCT = repeated(Cells.PRODUCT);
  static final Row START_UP = new Row(Mode.START_UP, Cells.START_UP);
  static final Row PEAK_MEMORY = new Row(Mode.PEAK_MEMORY, Cells.MEMORY);
  static final Row EXAMPLE = new Row(Mode.EXAMPLE, Cells.EXAMPLE);

  static Row repeated(Cell cell) {
    return new Row(Mode.REPEATED, cell);
  }

  static List<Row> repeated(List<Cell> cells) {
    return cells.stream().map(Row::repeated).toList();
  }

  /** Returns all rows of the suite. */
  static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    for (List<Cell> cells :
        List.of(
            Cells.TRAINING,
            Cells.INFERENCE,
            Cells.STACKED,
            Cells.PADDED,
            Cells.PACKED,
            Cells.STREAMING)) {
      repeated(cells).stream().filter(row -> !rows.contains(row)).forEach(rows::add);
    }
    rows.addAll(
        List.of(
            TUTORIAL,
            repeated(Cells.REQUEST),
            REQUEST_CPU,
            repeated(Cells.RECORDED),
            RECORDED_CPU,
            ADD,
            HEAP,
            PRODUCT));
    for (Cell network : Cells.NETWORKS) {
      rows.add(new Row(Mode.IDLE, network));
      rows.add(new Row(Mode.BUSY, network));
    }
    rows.addAll(List.of(START_UP, PEAK_MEMORY, EXAMPLE));
    return rows;
  }

  /** Returns whether the values are bytes, not nanoseconds. */
  boolean isBytes() {
    return mode == Mode.PEAK_MEMORY || cell.options().getOrDefault("clock", "").equals("heap");
  }

  /** Returns the name in the report. */
  String label() {
    return switch (mode) {
      case REPEATED -> isBytes() ? cell.label() + ", Java heap" : cell.label();
      case IDLE -> cell.label() + ", idle";
      case BUSY -> cell.label() + ", busy";
      case START_UP -> "start-up";
      case PEAK_MEMORY -> "peak memory";
      case EXAMPLE -> "example language-id";
    };
  }

  @Override
  public String toString() {
    return mode + " " + cell;
  }
}
