package panama.torch.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.Device;
import panama.torch.FieldPrinter;
import panama.torch.Generator;
import panama.torch.NativeOutOfMemoryException;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.TorchException;
import panama.torch.nn.Module;

/** Creates arguments of any type from random numbers, most of them invalid. */
final class Arguments {
  /** The exception that functions passed as arguments throw. */
  static final class OfHook extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OfHook() {
      super("a hook that throws");
    }
  }

  /** Thrown if no argument of a type can be created at the moment. */
  static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    Unavailable(Type type) {
      super(type.getTypeName());
    }
  }

  private static final int TENSORS = 48;
  private static final int OTHERS = 160;
  private static final int DEEPEST = 4;

  /**
   * More epochs, trials or threads would only take time; and more layers so much memory, little by
   * little, that none would be left for the JVM itself.
   */
  private static final int MOST_THINGS = 8;

  /** Larger tensors are dropped: the run tests invalid arguments, not long computations. */
  private static final long MOST_ELEMENTS = 20_000;

  private static final long MOST_WEIGHTS = 1_000_000;

  private static final long[] LONGS = {
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1L << 60,
    1L << 40,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    -1L << 33,
    -7,
    70_000,
    1000,
    100,
    65,
    17
  };

  private static final double[] DOUBLES = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.MIN_VALUE,
    -0.0,
    1e300,
    1e-300,
    1e19,
    -3,
    1e10
  };

  /**
   * Documented functional operators. Omitted are operators for which PyTorch itself gives no
   * guarantees, since they do not check their arguments: those whose names begin with an
   * underscore, those of the backward pass, and out= and in-place variants. For them, {@code
   * Torch.op} promises no more than libtorch does.
   */
  private static final String[] STRINGS = {
    "aten::relu",
    "aten::cumsum",
    "aten::add.Tensor",
    "aten::mul.Scalar",
    "aten::cat",
    "aten::stack",
    "aten::sort",
    "aten::topk",
    "aten::index_select",
    "aten::gather",
    "aten::where.self",
    "aten::clamp",
    "aten::softmax.int",
    "aten::layer_norm",
    "aten::matmul",
    "aten::bmm",
    "aten::einsum",
    "aten::narrow",
    "aten::split.Tensor",
    "aten::chunk",
    "aten::unbind.int",
    "aten::flip",
    "aten::roll",
    "aten::tril",
    "aten::conv1d",
    "aten::pad",
    "aten::linspace",
    "aten::full",
    "aten::zeros",
    "aten::arange",
    "aten::argmax",
    "aten::mean.dim",
    "aten::std.correction",
    "aten::masked_fill.Scalar",
    "aten::repeat_interleave.self_int",
    "aten::bincount",
    "aten::meshgrid",
    "aten::dropout",
    "aten::cross_entropy_loss",
    "aten::sum.dim_IntList",
    "aten::var_mean.correction",
    "aten::unflatten.int",
    "aten::movedim.int",
    "aten::scatter_add",
    "aten::embedding",
    "aten::normal.float_float",
    "aten::randint",
    // Invalid names
    "",
    "aten::",
    "aten::nothing",
    "::",
    "aten::add.Nothing",
    "add",
    "aten::add.",
    "\0",
    "ünicode",
    // Other words that some methods accept
    "ij",
    "xy",
    "reflect",
    "replicate",
    "circular",
    "constant",
    "linear",
    "nearest",
    "mean",
    "sum",
    "ij,jk->ik",
    "ii->i",
    "...,->",
    "ab,bc,cd->",
    "weight",
    "bias",
    "0",
    "weight_hh_l0",
    "self",
    "dim",
    "fro",
    "nuc",
    "reduced",
    "complete",
    "lr",
    "x".repeat(3000)
  };

  /** Types that variables without a bound stand for. */
  private static final Type[] ANY = {
    new Generics.Parameterized(List.class, Tensor.class),
    new Generics.Parameterized(List.class, Tensor.class),
    new Generics.Parameterized(List.class, Tensor.class),
    Tensor.class,
    Tensor.class,
    String.class,
    Long.class,
    Number.class,
    long[].class,
    new Generics.Parameterized(Map.class, String.class, Tensor.class),
    Object.class
  };

  /** Names of columns, parameters and values in the scenarios. */
  private static final String[] NAMES = {"weight", "bias", "mean", "lr"};

  private final long seed;
  private final Random random;
  private final Generator generator = new Generator();
  private final Api api;
  private final Path folder;
  private final JdkValues values;
  private final Thread thread = Thread.currentThread();

  /** The arguments of functions that are called on other threads; made when needed. */
  private @Nullable Arguments elsewhere;

  private final List<Tensor> tensors = new ArrayList<>();
  private final List<Object> others = new ArrayList<>();

  /** Objects that were created with null, which may throw NullPointerException later. */
  private final Set<Object> tainted = Collections.newSetFromMap(new IdentityHashMap<>());

  /** The generic types of objects. */
  private final IdentityHashMap<Object, Type> types = new IdentityHashMap<>();

  /** Texts that were passed, which often are names by which something is found later. */
  private final List<String> recent = new ArrayList<>();

  private boolean nullUsed;

  /** Whether the arguments are for a method of the packages data and train. */
  private boolean learning;

  /** The length of arrays of numbers; -1 for any. */
  private int length = -1;

  Arguments(long seed, Api api, Path folder) {
    this.seed = seed;
    random = new Random(seed);
    generator.manualSeed(seed);
    values = new JdkValues(random);
    this.api = api;
    this.folder = folder;
  }

  Random random() {
    return random;
  }

  void startCall() {
    nullUsed = false;
  }

  boolean nullUsed() {
    return nullUsed;
  }

  /** Records that an object was created with null. */
  void taint(Object object) {
    if (object != null) {
      tainted.add(object);
    }
  }

  /** Keeps a result as an argument of later calls. */
  void offer(@Nullable Object value, Type type) {
    switch (value) {
      case null -> {}
      case Tensor tensor -> {
        if (!tensor.isClosed() && isLarge(tensor)) {
          tensor.close();
        } else {
          put(tensors, TENSORS, tensor);
        }
      }
      case Collection<?> many -> {
        Type element = Generics.argument(Generics.asSuper(type, Collection.class), 0);
        many.stream().limit(4).forEach(one -> offer(one, Generics.bound(element)));
      }
      case Map<?, ?> many -> {
        Type element = Generics.argument(Generics.asSuper(type, Map.class), 1);
        many.values().stream().limit(4).forEach(one -> offer(one, Generics.bound(element)));
      }
      case String text -> remember(text);
      case Number ignored -> {}
      case Boolean ignored -> {}
      // Each time that one is added to itself, its text doubles.
      case FieldPrinter ignored -> {}
      case Object object when object.getClass().isArray() || object.getClass().isEnum() -> {}
      // One of the JDK's ends with an exception if its collection has changed.
      case Iterator<?> iterator when !iterator.getClass().getName().startsWith("panama.") -> {}
      case Module module when isLarge(module) -> module.parameters().forEach(Tensor::close);
      case Object object -> {
        types.merge(
            object, type, (former, now) -> former instanceof Generics.Parameterized ? former : now);
        put(others, OTHERS, object);
      }
    }
  }

  private void remember(String text) {
    if (text.length() < 100) {
      if (recent.size() == 6) {
        recent.removeFirst();
      }
      recent.add(text);
    }
  }

  /** Forgets a chart: to draw it again would take as long as hundreds of other calls. */
  void forget(Object chart) {
    others.removeIf(other -> other == chart);
  }

  /** Returns the generic type with which an object was returned, or its class if that says more. */
  private Type typeOf(Object object) {
    Class<?> type = object.getClass();
    return types.get(object) instanceof Generics.Parameterized known
            && (type.getTypeParameters().length > 0
                || !(Generics.asSuper(type, known.raw()) instanceof Generics.Parameterized))
        ? known
        : type;
  }

  private static boolean isLarge(Module module) {
    long elements = 0;
    for (Tensor parameter : module.parameters()) {
      elements += parameter.isClosed() ? 0 : parameter.numel();
    }
    return elements > MOST_WEIGHTS;
  }

  private static boolean isLarge(Tensor tensor) {
    try { // libtorch loops over each dimension even if another one is 0
      return tensor.numel() > MOST_ELEMENTS
          || Arrays.stream(tensor.shape().toArray()).anyMatch(size -> size > MOST_ELEMENTS);
    } catch (IllegalArgumentException e) {
      return true; // a size below 0
    }
  }

  private <T> void put(List<T> pool, int most, T value) {
    if (pool.size() < most) {
      pool.add(value);
    } else {
      pool.set(random.nextInt(most), value);
    }
  }

  /**
   * Closes all remaining tensors. The garbage collector could not free tensors with hooks: a graph
   * refers to its hooks, and the functions passed as hooks refer to this object.
   */
  void closeAll() {
    tensors.forEach(Tensor::close);
    if (elsewhere != null) {
      elsewhere.closeAll();
    }
    values.close();
    for (Object other : others) {
      if (other instanceof AutoCloseable resource
          && other.getClass().getName().startsWith("panama.torch.data.")) {
        close(resource);
      }
      if (other instanceof Module module) {
        module.parameters().forEach(Tensor::close);
        module.buffers().forEach(Tensor::close);
      }
    }
    tensors.clear();
    others.clear();
    tainted.clear();
    types.clear();
  }

  private static void close(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      // Also called by the run, which judges what it throws.
    }
  }

  List<Tensor> tensors() {
    return tensors;
  }

  List<Object> others() {
    return others;
  }

  <T> T of(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  boolean chance(double p) {
    return random.nextDouble() < p;
  }

  Tensor tensorArgument() throws Unavailable {
    return (Tensor) argument(Tensor.class, 0);
  }

  /** Returns a kept object of a type, or null if there is none. */
  @Nullable Object existing(Type type) {
    Class<?> raw = Generics.raw(type);
    List<Object> fitting = new ArrayList<>();
    for (Object other : others) {
      if (raw.isInstance(other) && Generics.isSubtype(typeOf(other), type)) {
        fitting.add(other);
      }
    }
    if (fitting.isEmpty()) {
      return null;
    }
    Object chosen = of(fitting);
    nullUsed |= tainted.contains(chosen);
    return chosen;
  }

  /** Returns what the variables of a method or constructor stand for. */
  Map<TypeVariable<?>, Type> variables(Executable member, @Nullable Object receiver) {
    Map<TypeVariable<?>, Type> known = new HashMap<>();
    if (receiver != null) {
      known.putAll(Generics.known(Generics.asSuper(typeOf(receiver), member.getDeclaringClass())));
    }
    bindRest(member, known);
    return known;
  }

  private void bindRest(Executable member, Map<TypeVariable<?>, Type> known) {
    List<TypeVariable<?>> variables = new ArrayList<>(List.of(member.getTypeParameters()));
    if (!Modifier.isStatic(member.getModifiers())) {
      variables.addAll(List.of(member.getDeclaringClass().getTypeParameters()));
    }
    for (TypeVariable<?> variable : variables) {
      Type bound = variable.getBounds()[0];
      known.compute(
          variable,
          (v, type) ->
              type == null || type instanceof TypeVariable<?>
                  ? bound == Object.class ? any(ANY) : Generics.raw(bound)
                  : Generics.bound(type));
    }
  }

  /** Returns arguments for all parameters. */
  Object[] arguments(Executable member, Map<TypeVariable<?>, Type> known) throws Unavailable {
    return arguments(member, known, -1);
  }

  private Object[] arguments(Executable member, Map<TypeVariable<?>, Type> known, int depth)
      throws Unavailable {
    boolean before = learning;
    Class<?> owner = member.getDeclaringClass();
    learning =
        owner.getName().startsWith("panama.torch.data.")
            || owner.getName().startsWith("panama.torch.train.")
            || owner == DataScenarios.class
            || owner == TrainScenarios.class;
    try {
      Type[] parameters = member.getGenericParameterTypes();
      Object[] arguments = new Object[parameters.length];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = argument(Generics.substitute(parameters[i], known), depth + 1);
      }
      return arguments;
    } finally {
      learning = before;
    }
  }

  private @Nullable Object argument(Type wanted, int depth) throws Unavailable {
    Type type = Generics.bound(wanted);
    Class<?> raw = Generics.raw(type);
    if (raw.isPrimitive()) {
      return primitive(raw);
    }
    if (chance(0.01)) {
      nullUsed = true;
      return null;
    }
    if (raw == Tensor.class) {
      Tensor tensor = tensors.isEmpty() || chance(0.25) ? tensor() : of(tensors);
      nullUsed |= tainted.contains(tensor);
      return tensor;
    }
    if (raw == Object[].class && chance(0.5)) {
      return argument(chance(0.5) ? float[][][].class : long[][].class, depth + 1);
    }
    if (raw.isArray()) {
      return array(type, raw.getComponentType(), depth);
    }
    if (raw == String.class) {
      return string();
    }
    if (raw == Path.class) {
      return path();
    }
    if (raw == MemorySegment.class) {
      return segment();
    }
    if (raw == Buffer.class) {
      return buffer();
    }
    if (raw == Object.class) {
      return others.isEmpty() || chance(0.4)
          ? argument(any(new Type[] {Number.class, String.class, Boolean.class}), depth + 1)
          : of(others);
    }
    if (raw == Class.class) {
      return Generics.raw(Generics.argument(type, 0));
    }
    if (raw == Device.class) {
      return chance(0.8) ? Device.CPU : Device.cuda(random.nextInt(-1, 3));
    }
    if (raw.isEnum()) {
      return raw.getEnumConstants()[random.nextInt(raw.getEnumConstants().length)];
    }
    if (raw.isAssignableFrom(ArrayList.class)) {
      return depth > DEEPEST + 2 ? new ArrayList<>() : list(type, depth);
    }
    if (raw == Iterator.class && chance(0.8)) {
      return list(type, depth).iterator();
    }
    if (raw == Stream.class) {
      return list(type, depth).stream();
    }
    if (Map.class.isAssignableFrom(raw)) {
      return map(type, depth);
    }
    Object value = values.of(raw, integer(), real());
    if (value != null) {
      return value;
    }
    Object there = chance(0.85) ? existing(type) : null;
    if (there != null) {
      return there;
    }
    if (raw.isInterface() && !raw.isSealed() && (depth >= DEEPEST || chance(0.5))) {
      return function(type);
    }
    return made(type, depth);
  }

  private Object array(Type type, Class<?> component, int depth) throws Unavailable {
    Type element =
        type instanceof GenericArrayType generic ? generic.getGenericComponentType() : component;
    Object array =
        Array.newInstance(
            component, length >= 0 && component.isPrimitive() ? length : random.nextInt(5));
    for (int i = 0; i < Array.getLength(array); i++) {
      Array.set(array, i, argument(element, depth + 1));
    }
    return array;
  }

  private List<Object> list(Type type, int depth) throws Unavailable {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      list.add(argument(Generics.argument(type, 0), depth + 1));
    }
    return list;
  }

  private Map<Object, Object> map(Type type, int depth) throws Unavailable {
    Map<Object, Object> map = new LinkedHashMap<>();
    length = chance(0.7) ? random.nextInt(5) : -1;
    try {
      for (int i = random.nextInt(4); i > 0; i--) {
        map.put(
            argument(Generics.argument(type, 0), depth + 1),
            argument(Generics.argument(type, 1), depth + 1));
      }
    } finally {
      length = -1;
    }
    return map;
  }

  private String string() {
    if (!recent.isEmpty() && chance(0.3)) {
      return of(recent);
    }
    String text = any(learning && chance(0.6) ? NAMES : STRINGS);
    remember(text);
    return text;
  }

  /** Returns a new object of a type. */
  private Object made(Type type, int depth) throws Unavailable {
    Class<?> raw = Generics.raw(type);
    List<Executable> makers = api.makersOf(raw);
    if (depth >= DEEPEST || makers.isEmpty()) {
      Object there = existing(type);
      if (there == null) {
        throw new Unavailable(type);
      }
      return there;
    }
    Executable maker = of(makers);
    Map<TypeVariable<?>, Type> known = new HashMap<>();
    if (!Generics.unify(Generics.asSuper(Generics.result(maker), raw), type, known)) {
      throw new Unavailable(type);
    }
    bindRest(maker, known);
    Object[] arguments = arguments(maker, known, depth);
    try {
      Object made =
          maker instanceof Constructor<?> constructor
              ? constructor.newInstance(arguments)
              : ((Method) maker).invoke(null, arguments);
      if (made == null) {
        throw new Unavailable(type);
      }
      if (nullUsed) {
        taint(made);
      }
      offer(made, Generics.substitute(Generics.result(maker), known));
      return made;
    } catch (InvocationTargetException e) {
      freeMemory(e.getCause());
      throw new Unavailable(raw); // the constructor is also called directly, and is checked then
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Frees what a constructor has allocated that ran out of memory. Otherwise the JVM itself would
   * have no memory to compile a method or to start a thread.
   */
  static void freeMemory(Throwable thrown) {
    if (thrown instanceof NativeOutOfMemoryException) {
      System.gc();
    }
  }

  private Object primitive(Class<?> type) {
    if (type == boolean.class) {
      return random.nextBoolean();
    }
    if (type == double.class) {
      return real();
    }
    if (type == float.class) {
      return (float) real();
    }
    long number = integer();
    if (type == long.class) {
      return number;
    }
    if (type == int.class) {
      int whole = Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE);
      return whole > MOST_THINGS && whole < 1_000_000 ? MOST_THINGS : whole;
    }
    if (type == char.class) {
      return ",;\"\n\0x\uD800".charAt(random.nextInt(7));
    }
    return type == short.class ? (Object) (short) number : (Object) (byte) number;
  }

  private long integer() {
    return chance(0.9) ? random.nextInt(-1, 5) : LONGS[random.nextInt(LONGS.length)];
  }

  private double real() {
    return chance(0.7) ? random.nextInt(-1, 4) * 0.5 : DOUBLES[random.nextInt(DOUBLES.length)];
  }

  private <T> T any(T[] values) {
    return values[random.nextInt(values.length)];
  }

  /**
   * Returns a small tensor of any type and rank: contiguous, a view, empty, with NaN or gradients.
   */
  Tensor tensor() {
    DType dtype = chance(0.5) ? DType.FLOAT32 : chance(0.4) ? DType.INT64 : any(DType.values());
    long[] sizes = new long[random.nextInt(5)];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = chance(0.05) ? 0 : chance(0.02) ? 33 : random.nextInt(1, 5);
    }
    Tensor tensor = Torch.randint(-1, 4, sizes, generator).to(dtype);
    try {
      if (dtype.isFloatingPoint() && chance(0.1)) {
        tensor.fill_(DOUBLES[random.nextInt(DOUBLES.length)]);
      } else if (dtype == DType.INT64 && chance(0.1)) {
        tensor.fill_(LONGS[random.nextInt(LONGS.length)]);
      }
      if (dtype.isFloatingPoint() && chance(0.3)) {
        tensor.requiresGrad_(true);
      }
    } catch (ArgumentException | TorchException e) {
      // a number too large for the type, or an inference mode that is still open
    }
    if (sizes.length >= 2 && chance(0.2)) {
      tensor = tensor.transpose(0, 1);
    }
    if (chance(0.05)) {
      tensor.close();
    }
    return tensor;
  }

  private Path path() {
    String name = (thread.threadId() == 1 ? "file" : "other") + random.nextInt(6);
    Path path = folder.resolve(name);
    if (Files.isDirectory(path)) { // a log has made a folder of this name
      return path;
    }
    try {
      if (chance(0.2)) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        Files.write(path, bytes);
      } else if (chance(0.2) && Files.exists(path)) {
        byte[] bytes = Files.readAllBytes(path);
        if (bytes.length > 0) { // a valid file with a changed byte, or truncated
          bytes[random.nextInt(Math.min(bytes.length, 80))] = (byte) random.nextInt();
        }
        Files.write(
            path, Arrays.copyOf(bytes, bytes.length - random.nextInt(bytes.length + 1) / 4));
      } else if (chance(0.2)) {
        Files.write(path, values.content());
      } else if (chance(0.1)) {
        String type = any(new String[] {"F32", "U64", "F8_E4M3", "F8_E8M0", "F4", "F6_E2M3", "X"});
        String json = "{\"a\":{\"dtype\":\"%s\",\"shape\":[%d,2],\"data_offsets\":[%d,%d]}}";
        byte[] header = json.formatted(type, integer(), integer(), integer()).getBytes(UTF_8);
        ByteBuffer file =
            ByteBuffer.allocate(8 + header.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(path, file.putLong(header.length).put(header).array());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return chance(0.1) ? folder.resolve("missing").resolve("file") : path;
  }

  private MemorySegment segment() {
    int bytes = random.nextInt(5) * random.nextInt(1, 9) * 4;
    return switch (random.nextInt(6)) {
      case 0 -> MemorySegment.NULL;
      case 1 -> MemorySegment.ofArray(new byte[bytes]);
      case 2 -> MemorySegment.ofArray(new double[bytes]);
      case 3 -> Arena.ofAuto().allocate(bytes + 8).asSlice(random.nextInt(3), bytes);
      case 4 -> Arena.ofAuto().allocate(bytes).asReadOnly();
      default -> {
        Arena arena = Arena.ofConfined();
        MemorySegment segment = arena.allocate(16);
        arena.close();
        yield segment;
      }
    };
  }

  private Buffer buffer() {
    int length = random.nextInt(9);
    return switch (random.nextInt(5)) {
      case 0 -> CharBuffer.allocate(length);
      case 1 -> FloatBuffer.allocate(length).asReadOnlyBuffer();
      case 2 -> ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder()).asLongBuffer();
      case 3 -> ByteBuffer.allocateDirect(length * 4).asFloatBuffer(); // the other byte order
      default -> ByteBuffer.allocate(length).position(length / 2);
    };
  }

  /**
   * Returns an object of an interface, whose methods return their argument, any object of the right
   * type or null, or throw.
   */
  private Object function(Type type) {
    Class<?> raw = Generics.raw(type);
    InvocationHandler handler =
        (self, method, given) -> {
          if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
              case "equals" -> self == given[0];
              case "hashCode" -> System.identityHashCode(self);
              default -> "a function";
            };
          }
          if (method.isDefault()) {
            return InvocationHandler.invokeDefault(self, method, given);
          }
          return here().answer(type, method, given);
        };
    Object function =
        Proxy.newProxyInstance(
            raw.getClassLoader() == null ? Api.class.getClassLoader() : raw.getClassLoader(),
            new Class<?>[] {raw},
            handler);
    types.put(function, type);
    return function;
  }

  /** Returns this object, or another one for the calls of other threads. */
  private synchronized Arguments here() {
    if (Thread.currentThread() == thread) {
      return this;
    }
    if (elsewhere == null) {
      elsewhere = new Arguments(seed, api, folder);
    }
    return elsewhere;
  }

  private synchronized @Nullable Object answer(Type type, Method method, Object[] given) {
    if (chance(0.1)) {
      throw new OfHook();
    }
    Class<?> result = method.getReturnType();
    if (result == void.class) {
      return null;
    }
    if (result.isPrimitive()) {
      return primitive(result);
    }
    Map<TypeVariable<?>, Type> known =
        Generics.known(Generics.asSuper(type, method.getDeclaringClass()));
    Type wanted = Generics.bound(Generics.substitute(method.getGenericReturnType(), known));
    try {
      for (int i = 0; given != null && i < given.length; i++) {
        if (given[i] instanceof Class<?> asked && wanted instanceof TypeVariable<?>) {
          return argument(asked, DEEPEST); // such as getObject of a result set
        }
        Type parameter = Generics.substitute(method.getGenericParameterTypes()[i], known);
        if (chance(0.6)
            && Generics.raw(wanted).isInstance(given[i])
            && (wanted instanceof Class<?> || Generics.isSubtype(parameter, wanted))) {
          return given[i];
        }
      }
      return argument(wanted, DEEPEST);
    } catch (Unavailable e) {
      throw new OfHook();
    }
  }

  /** Returns the text of an argument in the log. */
  static String text(Object value) {
    return switch (value) {
      case null -> "null";
      case Tensor tensor -> {
        if (tensor.isClosed()) {
          yield "closed";
        }
        try {
          yield tensor.dtype() + tensor.shape().toString() + (tensor.isContiguous() ? "" : "view");
        } catch (TorchException e) { // of a type that DType does not have
          yield "other" + Arrays.toString(tensor.stride());
        }
      }
      case long[] numbers -> Arrays.toString(numbers);
      case int[] numbers -> Arrays.toString(numbers);
      case double[] numbers -> Arrays.toString(numbers);
      case boolean[] truths -> Arrays.toString(truths);
      case Object[] values -> Arrays.stream(values).map(Arguments::text).toList().toString();
      case Collection<?> values -> values.stream().map(Arguments::text).toList().toString();
      case String string -> "\"" + (string.length() > 40 ? string.substring(0, 40) : string) + "\"";
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      case Enum<?> constant -> constant.name();
      default -> value.getClass().getSimpleName();
    };
  }
}
