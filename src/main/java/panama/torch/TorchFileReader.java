package panama.torch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.InputFile;
import panama.torch.internal.pickle.PickleReader;

/**
 * Reads a file of torch.save: a zip archive with a pickle, and a record for each storage. Of the
 * functions of Python that a pickle can call, it knows a fixed list, and refuses all others.
 */
final class TorchFileReader implements PickleReader.Objects {
  private static final Op SET = Op.lazy("aten::set_.source_Tensor_storage_offset");
  private static final int MOST_DIMS = 64;

  /** Functions and classes without state. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "collections.OrderedDict",
          "collections.Counter",
          "builtins.set",
          "__builtin__.set",
          "builtins.frozenset",
          "__builtin__.frozenset",
          "builtins.bytearray",
          "__builtin__.bytearray",
          "_codecs.encode",
          "torch.Size",
          "torch.device",
          "torch.Tensor",
          "torch.nn.parameter.Parameter",
          "torch.serialization._get_layout",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor_v3",
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state",
          "torch._tensor._rebuild_from_type_v2");

  /** A function or class of Python by its full name. */
  private record Name(String text) {}

  /**
   * Bytes that tensors share.
   *
   * @param elements one dimension of the storage's type
   */
  private record Storage(Tensor elements) {}

  private final ZipFile zip;
  private final String folder;
  private final boolean isBigEndian;

  /** The bytes that storages may still have: no more than the file has. */
  private long bytesLeft;

  private final Map<String, Storage> storages = new HashMap<>();
  private final List<Tensor> tensors = new ArrayList<>();

  private TorchFileReader(ZipFile zip, String folder, long bytes) throws IOException {
    this.zip = zip;
    this.folder = folder;
    bytesLeft = bytes;
    ZipEntry byteOrder = zip.getEntry(folder + "byteorder");
    isBigEndian =
        byteOrder != null
            && new String(read(byteOrder), StandardCharsets.US_ASCII).strip().equals("big");
  }

  /** Reads the value of a file. */
  static @Nullable Object load(Path path) throws IOException {
    long size = InputFile.size(path, "a file");
    try (ZipFile zip = new ZipFile(path.toFile());
        TensorScope scope = new TensorScope()) {
      ZipEntry pickle = pickle(zip);
      String name = pickle.getName();
      String folder = name.substring(0, name.length() - "data.pkl".length());
      TorchFileReader reader = new TorchFileReader(zip, folder, size);
      @Nullable Object value = PickleReader.read(reader.read(pickle), reader);
      reader.tensors.forEach(scope::keep);
      return value;
    } catch (ZipException e) {
      throw new IOException(path + " is no file of torch.save: " + notZip(path), e);
    } catch (IllegalArgumentException | TorchException e) {
      throw new IOException(path + " cannot be loaded: it is damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IOException(path + " cannot be loaded: " + e.getMessage(), e);
    }
  }

  private static String notZip(Path path) throws IOException {
    byte[] head = new byte[2];
    try (InputStream in = Files.newInputStream(path)) {
      boolean isPickle = in.readNBytes(head, 0, 2) == 2 && head[0] == (byte) 0x80 && head[1] <= 5;
      return isPickle
          ? "it is a pickle without a zip archive, as PyTorch before 1.6 wrote it; convert it once"
              + " in Python: torch.save(torch.load(path, weights_only=True), path)"
          : "it is no zip archive, or damaged";
    }
  }

  private static ZipEntry pickle(ZipFile zip) throws IOException {
    ZipEntry found = null;
    for (ZipEntry entry : zip.stream().toList()) {
      String name = entry.getName();
      if (name.matches("([^/]+/)?constants\\.pkl")) {
        throw new IOException("it is a TorchScript program (torch.jit.save)");
      }
      if (name.matches("([^/]+/)?data\\.pkl")) {
        if (found != null) {
          throw new IOException("it has two pickles, %s and %s".formatted(found.getName(), name));
        }
        found = entry;
      }
    }
    if (found == null) {
      throw new IOException("it has no data.pkl, which torch.save writes");
    }
    return found;
  }

  /** Returns the bytes of a small entry. */
  private byte[] read(ZipEntry entry) throws IOException {
    checkStored(entry);
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  /** Refuses compressed entries, which torch.save does not write and which could be of any size. */
  private static void checkStored(ZipEntry entry) throws IOException {
    if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
      throw new IOException(entry.getName() + " is compressed, which torch.save never does");
    }
  }

  // The objects of the pickle

  @Override
  public Object global(String name) throws IOException {
    StorageType type = StorageType.named(name);
    if (type != null && name.equals(type.typeName())) {
      return type.dtype();
    }
    if (type == null && !FUNCTIONS.contains(name) && !name.equals(StorageType.UNTYPED)) {
      throw new IOException(
          "it needs "
              + name
              + ", which is not among the objects that are read; save tensors, numbers, strings,"
              + " and lists and dicts of them, such as model.state_dict()");
    }
    return new Name(name);
  }

  @Override
  public @Nullable Object call(Object callee, List<@Nullable Object> arguments) throws IOException {
    String name = ((Name) callee).text();
    return switch (name) {
      case "collections.OrderedDict", "collections.Counter" -> dict(arguments);
      case "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset" ->
          set(arguments);
      case "builtins.bytearray", "__builtin__.bytearray" ->
          arguments.isEmpty() ? new byte[0] : bytes(arguments.getFirst());
      case "_codecs.encode" ->
          ((String) argument(arguments, 0)).getBytes(StandardCharsets.ISO_8859_1);
      case "torch.Size" -> arguments.isEmpty() ? List.of() : argument(arguments, 0);
      case "torch.device" -> device(arguments);
      case "torch._utils._rebuild_tensor_v2" -> tensor(arguments, null);
      case "torch._utils._rebuild_tensor_v3" -> tensor(arguments, (DType) argument(arguments, 6));
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" ->
          requiringGrad((Tensor) argument(arguments, 0), argument(arguments, 1));
      case "torch._tensor._rebuild_from_type_v2" -> // (function, type, arguments, state)
          call(
              argument(arguments, 0),
              new ArrayList<@Nullable Object>((List<?>) argument(arguments, 2)));
      default -> throw new IOException("it calls " + name + ", which is no function");
    };
  }

  private static Object argument(List<@Nullable Object> arguments, int index) throws IOException {
    Object argument = arguments.get(index);
    if (argument == null) {
      throw new IOException("its pickle has None where a value must be");
    }
    return argument;
  }

  private static Object dict(List<@Nullable Object> arguments) throws IOException {
    Map<@Nullable Object, @Nullable Object> dict = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      Object given = argument(arguments, 0);
      if (given instanceof Map<?, ?> map) {
        dict.putAll(map);
      } else {
        for (Object pair : (List<?>) given) {
          List<?> entry = (List<?>) pair;
          if (!(entry.get(0) instanceof String || entry.get(0) instanceof Number)) {
            throw new IOException("its pickle has a dict with a key that is no string or number");
          }
          dict.put(entry.get(0), entry.get(1));
        }
      }
    }
    return dict;
  }

  private static Object set(List<@Nullable Object> arguments) throws IOException {
    Set<@Nullable Object> set = new LinkedHashSet<>();
    for (Object element :
        arguments.isEmpty() ? List.of() : (Collection<?>) argument(arguments, 0)) {
      if (element instanceof Collection<?> || element instanceof Map<?, ?>) {
        throw new IOException("its pickle has a set of collections");
      }
      set.add(element);
    }
    return set;
  }

  private static byte[] bytes(@Nullable Object value) {
    return value instanceof String text
        ? text.getBytes(StandardCharsets.ISO_8859_1)
        : (byte[]) value;
  }

  private static Object device(List<@Nullable Object> arguments) throws IOException {
    String type = (String) argument(arguments, 0);
    int index = arguments.size() > 1 ? ((Number) argument(arguments, 1)).intValue() : -1;
    return switch (type) {
      case "cpu" -> Device.CPU;
      case "cuda" -> Device.cuda(index);
      default -> throw new IOException("it has the device '" + type + "', expected cpu or cuda");
    };
  }

  private static Tensor requiringGrad(Tensor tensor, Object requiresGrad) {
    return (Boolean) requiresGrad ? tensor.requiresGrad_(true) : tensor;
  }

  @Override
  public Object persistent(@Nullable Object id) throws IOException {
    List<?> parts = (List<?>) id;
    if (parts == null || parts.size() != 5 || !"storage".equals(parts.get(0))) {
      throw new IOException("it refers to something that is no storage");
    }
    String key = (String) parts.get(2);
    Storage known = storages.get(key);
    if (known == null) {
      known = storage(((Name) parts.get(1)).text(), key, number(parts.get(4)));
      storages.put(key, known);
    }
    return known;
  }

  private Storage storage(String className, String key, long numel) throws IOException {
    StorageType type = StorageType.named(className);
    if (type == null && !className.equals(StorageType.UNTYPED)) {
      throw new IOException(className + " is no class of storages");
    }
    DType dtype = type == null ? DType.UINT8 : type.dtype();
    ZipEntry record = zip.getEntry(folder + "data/" + key);
    if (record == null) {
      throw new IOException("it has no record data/" + key);
    }
    checkStored(record);
    long size = record.getSize();
    if (numel < 0 || numel > size / dtype.bytes() || size != numel * dtype.bytes()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "data/%s has %d bytes, expected %d elements of %s",
              key,
              size,
              numel,
              dtype));
    }
    bytesLeft -= size;
    if (bytesLeft < 0) {
      throw new IOException("its storages have more bytes than the file");
    }
    if (isBigEndian && size > 0) {
      throw new IOException("it was written on a big-endian machine");
    }
    Tensor elements = Torch.empty(new long[] {numel}, TensorOptions.of(dtype));
    tensors.add(elements);
    try (InputStream in = zip.getInputStream(record)) {
      elements.readFrom_(in);
    }
    return new Storage(elements);
  }

  /** (storage, offset, size, stride, requires_grad, backward_hooks, ...) */
  private Tensor tensor(List<@Nullable Object> arguments, @Nullable DType dtype)
      throws IOException {
    Tensor source = ((Storage) argument(arguments, 0)).elements();
    long offset = number(arguments.get(1));
    long[] sizes = longs(argument(arguments, 2));
    long[] strides = longs(argument(arguments, 3));
    if (dtype != null && dtype != source.dtype()) {
      source = source.view(dtype);
    }
    checkBounds(source.numel(), offset, sizes, strides);
    Tensor tensor =
        SET.arg(Torch.empty(new long[] {0}, TensorOptions.of(source.dtype())))
            .arg(source)
            .arg(offset)
            .arg(sizes)
            .arg(strides)
            .tensor();
    tensors.add(tensor);
    return requiringGrad(tensor, argument(arguments, 4));
  }

  private static long number(@Nullable Object value) throws IOException {
    if (value instanceof Long number) {
      return number;
    }
    throw new IOException("its pickle has %s where an int must be".formatted(value));
  }

  private static long[] longs(Object value) throws IOException {
    List<?> list = (List<?>) value;
    long[] numbers = new long[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(list.get(i));
    }
    return numbers;
  }

  private static void checkBounds(long numel, long offset, long[] sizes, long[] strides)
      throws IOException {
    boolean fits = offset >= 0 && sizes.length == strides.length && sizes.length <= MOST_DIMS;
    long count = 1;
    long last = offset;
    try {
      for (int i = 0; fits && i < sizes.length; i++) {
        fits = sizes[i] >= 0 && strides[i] >= 0;
        count = Math.multiplyExact(count, sizes[i]);
        last = Math.addExact(last, Math.multiplyExact(Math.max(sizes[i] - 1, 0), strides[i]));
      }
    } catch (ArithmeticException e) {
      fits = false;
    }
    if (!fits || (count == 0 ? offset > numel : last >= numel)) {
      throw new IOException(
          "a tensor of shape %s, strides %s and offset %s is not within its storage of %s elements"
              .formatted(Shape.of(sizes), Shape.of(strides), offset, numel));
    }
  }
}
