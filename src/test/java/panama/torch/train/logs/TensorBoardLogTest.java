package panama.torch.train.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.train.EpochResult;

@Tag("locale")
class TensorBoardLogTest {
  private static final String LONG = "ä€".repeat(500);

  @TempDir Path folder;

  /** An event as the format's definition says. */
  private record Event(double time, long step, String version, String tag, float value) {}

  private static List<Event> parse(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = take(in, 8);
      assertThat(in.getInt()).as("checksum of the length").isEqualTo(masked(length));
      byte[] content =
          take(in, (int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
      assertThat(in.getInt()).as("checksum of the content").isEqualTo(masked(content));
      events.add(event(content));
    }
    return events;
  }

  private static byte[] take(ByteBuffer in, int count) {
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  private static int masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    long sum = crc.getValue();
    return (int) ((((sum >>> 15) | (sum << 17)) & 0xffffffffL) + 0xa282ead8L);
  }

  private static Event event(byte[] content) {
    ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    double time = 0;
    long step = 0;
    String version = "";
    String tag = "";
    float value = 0;
    while (in.hasRemaining()) {
      int key = (int) varint(in);
      switch (key) {
        case (1 << 3) | 1 -> time = in.getDouble();
        case 2 << 3 -> step = varint(in);
        case (3 << 3) | 2 -> version = new String(take(in, (int) varint(in)), UTF_8);
        case (5 << 3) | 2 -> {
          assertThat(varint(in)).as("length of the summary").isEqualTo(in.remaining());
          assertThat(varint(in)).as("field 1 of the summary").isEqualTo((1 << 3) | 2);
          assertThat(varint(in)).as("length of the value").isEqualTo(in.remaining());
          assertThat(varint(in)).as("field 1 of the value").isEqualTo((1 << 3) | 2);
          tag = new String(take(in, (int) varint(in)), UTF_8);
          assertThat(varint(in)).as("field 2 of the value").isEqualTo((2 << 3) | 5);
          value = in.getFloat();
        }
        default -> throw new AssertionError("field " + key);
      }
    }
    return new Event(time, step, version, tag, value);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static Path write(Path folder) throws IOException {
    try (TensorBoardLog log = new TensorBoardLog(folder)) {
      log.addScalar("loss/train", 0.75, 0);
      log.addScalar("loss/train", 0.1, 300);
      log.addScalar(LONG, Double.NaN, Long.MAX_VALUE);
      log.addScalar("lr", 1e300, -1);
      return log.path();
    }
  }

  @Test
  void theFileIsAsTheFormatSays() throws IOException {
    double before = System.currentTimeMillis() / 1000.0;
    List<Event> events = parse(write(folder.resolve("runs/a")));
    assertThat(events).hasSize(5);
    assertThat(events.getFirst().version()).isEqualTo("brain.Event:2");
    assertThat(events).allMatch(event -> event.time() >= before && event.time() < before + 3600);
    assertThat(events.subList(1, 5))
        .extracting(Event::tag)
        .containsExactly("loss/train", "loss/train", LONG, "lr");
    assertThat(events.subList(1, 5))
        .extracting(Event::step)
        .containsExactly(0L, 300L, Long.MAX_VALUE, -1L);
    assertThat(events.subList(1, 5))
        .extracting(Event::value)
        .containsExactly(0.75f, 0.1f, Float.NaN, Float.POSITIVE_INFINITY);
  }

  @Test
  void eachScalarIsInTheFileAtOnce() throws IOException {
    try (TensorBoardLog log = new TensorBoardLog(folder)) {
      log.addScalar("a", 1, 1);
      assertThat(parse(log.path())).hasSize(2);
    }
  }

  @Test
  void anEpochIsAScalarForEachValue() throws IOException {
    try (TensorBoardLog log = new TensorBoardLog(folder)) {
      log.epochEnds(new EpochResult(3, Map.of("loss", 0.5)));
      Event event = parse(log.path()).get(1);
      assertThat(event.tag()).isEqualTo("loss");
      assertThat(event.step()).isEqualTo(3);
      assertThat(event.value()).isEqualTo(0.5f);
    }
  }

  @Test
  void logsOfOneFolderAreDifferentFiles() throws IOException {
    assertThat(write(folder)).isNotEqualTo(write(folder));
    assertThat(folder.toFile().list()).hasSize(2);
  }

  @Test
  void wrongUsesAreNamed() throws IOException {
    TensorBoardLog log = new TensorBoardLog(folder);
    assertThatThrownBy(() -> log.addScalar("", 1, 1))
        .hasMessage("tag: expected 1 to 1000 characters, got 0");
    assertThatThrownBy(() -> log.addScalar("x".repeat(1001), 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    log.close();
    log.close();
    assertThatThrownBy(() -> log.addScalar("a", 1, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
    assertThatThrownBy(() -> new TensorBoardLog(log.path()))
        .hasMessageContaining("expected a folder, got a file");
  }

  /** Needs a Python with tensorboard: -Dpython=/path/to/python. */
  @Test
  void tensorBoardReadsTheScalars() throws Exception {
    String python = System.getProperty("python", "python3");
    assumeThat(output(python, "import tensorboard; print('there')"))
        .as("SKIPPED: %s has no tensorboard; pass -Dpython=/path/to/python", python)
        .containsExactly("there");
    write(folder);
    List<String> lines =
        output(
            python,
            """
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(%s).Reload()
            print(sorted(len(tag) for tag in events.Tags()["scalars"]))
            print([(e.step, e.value) for e in events.Scalars("loss/train")])
            """
                .formatted('"' + folder.toString() + '"'));
    assertThat(lines).contains("[2, 10, 1000]", "[(0, 0.75), (300, 0.10000000149011612)]");
  }

  private List<String> output(String python, String program) throws Exception {
    Path output = folder.resolveSibling(folder.getFileName() + ".txt");
    try {
      new ProcessBuilder(python, "-c", program)
          .redirectErrorStream(true)
          .redirectOutput(output.toFile())
          .start()
          .waitFor();
      return Files.readAllLines(output);
    } catch (IOException e) {
      return List.of("no Python: " + e);
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
