package panama.torch.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.data.BatchIterator;
import panama.torch.data.Collate;
import panama.torch.data.DataLoader;
import panama.torch.data.DataLoaderException;
import panama.torch.data.Dataset;
import panama.torch.data.IterableDataset;
import panama.torch.data.LoaderState;
import panama.torch.data.MemoryMappedDataset;
import panama.torch.data.TensorDataset;
import panama.torch.data.preprocessing.HuggingFaceTokenizer;
import panama.torch.data.preprocessing.MinMaxScaler;
import panama.torch.data.preprocessing.RobustScaler;
import panama.torch.data.preprocessing.Scaler;
import panama.torch.data.preprocessing.StandardScaler;
import panama.torch.data.preprocessing.TimeSeriesData;
import panama.torch.data.preprocessing.Vocabulary;
import panama.torch.data.preprocessing.Windows;
import panama.torch.data.table.Csv;
import panama.torch.data.table.MissingValues;
import panama.torch.data.table.Table;

/** Valid objects of the package data, and calls with one argument that is not, see Scenarios. */
public final class DataScenarios {
  private DataScenarios() {}

  private static Tensor numbers(long... sizes) {
    return Torch.rand(sizes);
  }

  /** Twelve rows with numbers, dates and texts, one number arbitrary. */
  public static Table table(double number, int row) {
    double[] weights = new double[12];
    weights[Math.floorMod(row, 12)] = number;
    double[] rising = LongStream.range(0, 12).asDoubleStream().toArray();
    Map<String, double[]> columns = new LinkedHashMap<>();
    columns.put("weight", weights);
    columns.put("bias", rising);
    return Table.of(columns)
        .withColumn(
            "mean", LongStream.range(0, 12).mapToObj(LocalDate.of(2026, 1, 1)::plusDays).toList())
        .withColumn("lr", new ArrayList<>(List.of("abcdefghijkl".split(""))));
  }

  public static TimeSeriesData.Builder timeSeriesOfTable(
      Table table, long lookBack, long horizon, boolean parts) {
    TimeSeriesData.Builder builder = TimeSeriesData.builder(table, lookBack, horizon);
    return parts ? builder.validationStart(5).testStart(9) : builder;
  }

  public static TimeSeriesData.Builder timeSeries(long lookBack, long horizon, double number) {
    Tensor series = numbers(12, 3);
    series.select(0, 2).fill_(number);
    return TimeSeriesData.builder(series, lookBack, horizon).fractions(0.3, 0.3);
  }

  public static TimeSeriesData forecasts(Scaler scaler) {
    return TimeSeriesData.builder(table(1, 2), 2, 1)
        .fractions(0.3, 0.3)
        .targets("bias")
        .scaler(scaler.isFitted() ? new StandardScaler() : scaler)
        .build();
  }

  public static Windows windows(long lookBack, long horizon, long stride) {
    return Windows.builder(numbers(9, 2), lookBack, horizon).stride(stride).build();
  }

  public static Windows.Builder windowsOf(long lookBack, long horizon) {
    return Windows.builder(numbers(9, 3), lookBack, horizon);
  }

  public static Scaler scaler(int which, double number) {
    Tensor x = numbers(4, 3);
    x.select(0, 1).fill_(number);
    return switch (Math.floorMod(which, 3)) {
      case 0 -> new StandardScaler().fit(x);
      case 1 -> new MinMaxScaler(-1, 1).fit(x);
      default -> new RobustScaler().fit(x);
    };
  }

  public static Tensor scaled(Scaler scaler, double number) {
    return scaler.inverseTransform(scaler.transform(numbers(2, 3).fill_(number)));
  }

  /** A state of a scaler with one tensor that is another one. */
  public static void changedScaler(int kind, int which, Tensor tensor, boolean add) {
    Scaler scaler = scaler(kind, 1);
    Map<String, Tensor> state = new LinkedHashMap<>(scaler.stateDict());
    List<String> names = new ArrayList<>(state.keySet());
    state.put(add ? "other" : names.get(Math.floorMod(which, names.size())), tensor);
    scaler.loadStateDict(state);
  }

  public static Vocabulary vocabulary(Vocabulary.Unit unit, boolean lowerCase) {
    return Vocabulary.builder(unit).lowerCase(lowerCase).add("Mean sum 😀 größe mean").build();
  }

  public static Vocabulary savedVocabulary(Vocabulary vocabulary, Path path) throws IOException {
    vocabulary.save(path);
    return Vocabulary.load(path);
  }

  public static Vocabulary vocabularyOf(String json) {
    return Vocabulary.fromMetadata(Map.of("vocabulary", json));
  }

  public static HuggingFaceTokenizer tokenizer(Path path, String entry, int index)
      throws IOException {
    Files.writeString(
        path,
        String.format(
            Locale.ROOT,
            """
            {"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "Whitespace"},
             "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "%s": %d, "[PAD]": 2},
                       "unk_token": "[UNK]"}}
            """,
            entry.replaceAll("\\W", ""),
            index));
    return HuggingFaceTokenizer.load(path);
  }

  public static TensorDataset tensors(long rows) {
    long size = Math.clamp(rows, 0, 20);
    return new TensorDataset(numbers(size, 4, 3), numbers(size, 1));
  }

  /** A loader of any options. */
  public static DataLoader<List<Tensor>> loader(
      Dataset<List<Tensor>> dataset, int batchSize, int workers, int prefetch, boolean shuffle) {
    return DataLoader.builder(dataset)
        .batchSize(batchSize)
        .workers(Math.min(workers, 3))
        .prefetch(prefetch)
        .shuffle(shuffle)
        .build();
  }

  public static BatchIterator<List<Tensor>> batches(boolean shuffle, int workers) {
    return loader(tensors(5), 2, Math.clamp(workers, 0, 2), 1, shuffle).iterator();
  }

  /** All batches of a loader, whose tensors belong to the caller's scope. */
  public static <B> List<B> allBatches(DataLoader<B> loader) {
    List<B> batches = new ArrayList<>();
    for (B batch : loader) {
      batches.add(batch);
      if (batches.size() == 10) {
        break;
      }
    }
    return batches;
  }

  public static <T> Object streamed(
      IterableDataset<T> stream, int batchSize, boolean dropLast, int workers) {
    try (var loader =
        DataLoader.builder(stream)
            .batchSize(batchSize)
            .dropLast(dropLast)
            .workers(Math.min(workers, 2))
            .collate(Collate.list())
            .build()) {
      return allBatches(loader).size();
    }
  }

  public static DataLoaderException failure() {
    Dataset<List<Tensor>> dataset =
        tensors(3)
            .map(
                example -> {
                  throw new Arguments.OfHook();
                });
    try (var loader = new DataLoader<>(dataset)) {
      loader.iterator().next();
      throw new Arguments.OfHook();
    } catch (DataLoaderException e) {
      return e;
    }
  }

  /** The state of a loader with one tensor that is another one. */
  public static LoaderState changedState(
      DataLoader<List<Tensor>> loader, int which, Tensor tensor, long number) {
    Map<String, Tensor> state = new LinkedHashMap<>(loader.state().toTensors());
    List<String> names = new ArrayList<>(state.keySet());
    String name = names.get(Math.floorMod(which, names.size()));
    state.put(
        name, which % 2 == 0 ? tensor : state.get(name).clone().fill_(Math.min(number, 1000)));
    LoaderState changed = LoaderState.fromTensors(state);
    loader.restore(changed);
    return loader.iterator().hasNext() ? changed : LoaderState.fromTensors(changed.toTensors());
  }

  /** A file of records, whose number and size vary. */
  public static MemoryMappedDataset records(Path path, int floats, DType dtype, long width)
      throws IOException {
    Files.write(path, new byte[4 * Math.clamp(floats, 0, 50)]);
    return MemoryMappedDataset.open(path, dtype, 2, width);
  }

  public static Table csv(Path path, String cell, MissingValues missing, int row)
      throws IOException {
    List<String> lines =
        new ArrayList<>(List.of("weight,bias,mean", "1,2,2026-01-31", "3,,2026-02-01"));
    lines.add(Math.clamp(row, 0, 3), cell + ",2,2026-03-01");
    Files.write(path, lines);
    return Csv.builder(path).missing(missing).read();
  }

  public static Tensor series(Table table) {
    return table.numbers(DType.FLOAT64, Arrays.copyOf(new String[] {"weight", "bias"}, 2));
  }
}
