package panama.torch.internal.pickle;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a value from a pickle, Python's serialization format, of protocols 0 to 5. A pickle is a
 * program for a stack machine that may call any function of Python; this reader calls only {@link
 * Objects}.
 *
 * <p>None, bool, int, float, str and bytes become null, Boolean, Long or BigInteger, Double, String
 * and byte[]; lists and tuples become lists, those of tuples unmodifiable; dicts and sets become
 * {@link LinkedHashMap} and {@link LinkedHashSet}.
 */
public final class PickleReader {
  /** The objects that a pickle refers to by name. */
  public interface Objects {
    /**
     * Returns the object of a name, such as {@code collections.OrderedDict}.
     *
     * @throws IOException if it is not allowed
     */
    Object global(String name) throws IOException;

    /**
     * Returns the result of calling an object of {@link #global}.
     *
     * @throws IOException if it cannot be called with these arguments
     */
    @Nullable Object call(Object callee, List<@Nullable Object> arguments) throws IOException;

    /**
     * Returns the object with an id that the pickle's writer has chosen.
     *
     * @throws IOException if there is none
     */
    Object persistent(@Nullable Object id) throws IOException;
  }

  private static final int MOST_MARKS = 10_000;

  private final ByteBuffer bytes;
  private final Objects objects;
  private final Map<Long, @Nullable Object> memo = new HashMap<>();
  private final Deque<List<@Nullable Object>> outer = new ArrayDeque<>();
  private List<@Nullable Object> stack = new ArrayList<>();

  private PickleReader(byte[] pickle, Objects objects) {
    bytes = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    this.objects = objects;
  }

  /**
   * Reads the value of a pickle.
   *
   * @throws IOException if the pickle is damaged, refers to an object that is not allowed, or
   *     contains itself
   */
  public static @Nullable Object read(byte[] pickle, Objects objects) throws IOException {
    PickleReader reader = new PickleReader(pickle, objects);
    try {
      @Nullable Object value = reader.run();
      new Nesting().check(value);
      return value;
    } catch (BufferUnderflowException e) {
      throw new IOException("its pickle ends too early", e);
    } catch (ClassCastException | IndexOutOfBoundsException e) {
      throw new IOException(
          String.format(Locale.ROOT, "its pickle is damaged near byte %d", reader.bytes.position()),
          e);
    }
  }

  private @Nullable Object run() throws IOException {
    while (true) {
      int opcode = bytes.get() & 0xff;
      if (opcode == '.') { // STOP
        return pop();
      }
      step(opcode);
    }
  }

  /** Executes an opcode, named as in Python's module pickletools. */
  private void step(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> { // PROTO
        int protocol = unsigned();
        check(protocol <= 5, "its pickle is of the unknown protocol " + protocol);
      }
      case 0x95 -> bytes.getLong(); // FRAME: a length, which needs no attention
      case '(' -> mark();
      case '0' -> pop(); // POP
      case '1' -> popMark(); // POP_MARK
      case '2' -> push(top()); // DUP

      case 'N' -> push(null); // NONE
      case 0x88 -> push(true); // NEWTRUE
      case 0x89 -> push(false); // NEWFALSE
      case 'I' -> push(integerOrTruth(line())); // INT
      case 'J' -> push((long) bytes.getInt()); // BININT
      case 'K' -> push((long) unsigned()); // BININT1
      case 'M' -> push((long) (bytes.getShort() & 0xffff)); // BININT2
      case 'L' -> push(integer(line().replaceFirst("L$", ""))); // LONG
      case 0x8a -> push(littleEndian(take(unsigned()))); // LONG1
      case 0x8b -> push(littleEndian(take(bytes.getInt()))); // LONG4
      case 'F' -> push(real(line())); // FLOAT
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(bytes.getLong()))); // BINFLOAT

      case 0x8c -> push(utf8(unsigned())); // SHORT_BINUNICODE
      case 'X' -> push(utf8(Integer.toUnsignedLong(bytes.getInt()))); // BINUNICODE
      case 0x8d -> push(utf8(bytes.getLong())); // BINUNICODE8
      case 'U' ->
          push(new String(take(unsigned()), StandardCharsets.ISO_8859_1)); // SHORT_BINSTRING
      case 'T' -> push(new String(take(bytes.getInt()), StandardCharsets.ISO_8859_1)); // BINSTRING
      case 'C' -> push(take(unsigned())); // SHORT_BINBYTES
      case 'B' -> push(take(Integer.toUnsignedLong(bytes.getInt()))); // BINBYTES
      case 0x8e, 0x96 -> push(take(bytes.getLong())); // BINBYTES8, BYTEARRAY8

      case ')' -> push(List.of()); // EMPTY_TUPLE
      case 0x85 -> push(tuple(popLast(1))); // TUPLE1
      case 0x86 -> push(tuple(popLast(2))); // TUPLE2
      case 0x87 -> push(tuple(popLast(3))); // TUPLE3
      case 't' -> push(tuple(popMark())); // TUPLE
      case ']' -> push(new ArrayList<@Nullable Object>()); // EMPTY_LIST
      case 'l' -> push(popMark()); // LIST
      case 'a' -> append(); // APPEND
      case 'e' -> { // APPENDS
        List<@Nullable Object> elements = popMark();
        listOnTop().addAll(elements);
      }
      case '}' -> push(new LinkedHashMap<@Nullable Object, @Nullable Object>()); // EMPTY_DICT
      case 'd' -> { // DICT
        List<@Nullable Object> pairs = popMark();
        push(new LinkedHashMap<@Nullable Object, @Nullable Object>());
        put(pairs);
      }
      case 's' -> put(popLast(2)); // SETITEM
      case 'u' -> put(popMark()); // SETITEMS
      case 0x8f -> push(new LinkedHashSet<@Nullable Object>()); // EMPTY_SET
      case 0x90 -> addToSet(popMark()); // ADDITEMS
      case 0x91 -> { // FROZENSET
        List<@Nullable Object> elements = popMark();
        push(new LinkedHashSet<@Nullable Object>());
        addToSet(elements);
      }

      case 'c' -> push(objects.global(line() + "." + line())); // GLOBAL
      case 0x93 -> { // STACK_GLOBAL
        String name = (String) present(pop());
        push(objects.global((String) present(pop()) + "." + name));
      }
      case 'R' -> call(); // REDUCE
      case 0x81 -> call(); // NEWOBJ
      case 0x92 -> { // NEWOBJ_EX
        check(((Map<?, ?>) present(pop())).isEmpty(), "its pickle has keyword arguments");
        call();
      }
      case 'b' -> { // BUILD: attributes, which the values here do not have
        pop();
        top();
      }
      case 'P' -> push(objects.persistent(line())); // PERSID
      case 'Q' -> push(objects.persistent(pop())); // BINPERSID

      case 'p' -> memo.put(integer(line()).longValue(), top()); // PUT
      case 'q' -> memo.put((long) unsigned(), top()); // BINPUT
      case 'r' -> memo.put(Integer.toUnsignedLong(bytes.getInt()), top()); // LONG_BINPUT
      case 0x94 -> memo.put((long) memo.size(), top()); // MEMOIZE
      case 'g' -> push(remembered(integer(line()).longValue())); // GET
      case 'h' -> push(remembered(unsigned())); // BINGET
      case 'j' -> push(remembered(Integer.toUnsignedLong(bytes.getInt()))); // LONG_BINGET
      default ->
          throw new IOException(
              String.format(
                  Locale.ROOT,
                  "its pickle has the unsupported opcode 0x%02x at byte %d",
                  opcode,
                  bytes.position() - 1));
    }
  }

  private static void check(boolean condition, String otherwise) throws IOException {
    if (!condition) {
      throw new IOException(otherwise);
    }
  }

  // The stack

  private void push(@Nullable Object value) {
    stack.add(value);
  }

  private @Nullable Object pop() {
    return stack.removeLast();
  }

  private @Nullable Object top() {
    return stack.getLast();
  }

  private void mark() throws IOException {
    check(outer.size() < MOST_MARKS, "its pickle has too many marks inside each other");
    outer.push(stack);
    stack = new ArrayList<>();
  }

  private List<@Nullable Object> popMark() throws IOException {
    List<@Nullable Object> values = stack;
    check(!outer.isEmpty(), "its pickle is damaged: a mark is missing");
    stack = outer.pop();
    return values;
  }

  private List<@Nullable Object> popLast(int count) {
    List<@Nullable Object> last = stack.subList(stack.size() - count, stack.size());
    List<@Nullable Object> values = new ArrayList<>(last);
    last.clear();
    return values;
  }

  private @Nullable Object remembered(long index) throws IOException {
    check(memo.containsKey(index), "its pickle is damaged: nothing has the number " + index);
    return memo.get(index);
  }

  // Values

  private static <T> T present(@Nullable T value) throws IOException {
    if (value == null) {
      throw new IOException("its pickle is damaged: it has None where a value must be");
    }
    return value;
  }

  private static List<@Nullable Object> tuple(List<@Nullable Object> values) {
    return Collections.unmodifiableList(values);
  }

  @SuppressWarnings("unchecked") // all lists of this class have this type
  private List<@Nullable Object> listOnTop() throws IOException {
    return (List<@Nullable Object>) present(top());
  }

  private void append() throws IOException {
    Object last = pop();
    listOnTop().add(last);
  }

  @SuppressWarnings("unchecked") // all maps of this class have this type
  private void put(List<@Nullable Object> pairs) throws IOException {
    Map<@Nullable Object, @Nullable Object> map =
        (Map<@Nullable Object, @Nullable Object>) present(top());
    check(pairs.size() % 2 == 0, "its pickle is damaged: a key without a value");
    for (int i = 0; i < pairs.size(); i += 2) {
      map.put(key(pairs.get(i)), pairs.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked") // all sets of this class have this type
  private void addToSet(List<@Nullable Object> elements) throws IOException {
    Set<@Nullable Object> set = (Set<@Nullable Object>) present(top());
    for (Object element : elements) {
      set.add(key(element));
    }
  }

  /** Returns a key. Python's can be nested, and then take any time to compare. */
  private static @Nullable Object key(@Nullable Object key) throws IOException {
    boolean isFlat = true;
    if (key instanceof List<?> tuple) {
      for (Object element : tuple) {
        isFlat &= isPlain(element);
      }
    } else {
      isFlat = isPlain(key);
    }
    check(isFlat, "its pickle has a dict with a key that is neither a string nor a number");
    return key;
  }

  private static boolean isPlain(@Nullable Object value) {
    return value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean;
  }

  private void call() throws IOException {
    List<?> arguments = (List<?>) present(pop());
    Object callee = present(pop());
    push(objects.call(callee, new ArrayList<@Nullable Object>(arguments)));
  }

  // Bytes

  private int unsigned() {
    return bytes.get() & 0xff;
  }

  private byte[] take(long length) throws IOException {
    check(length >= 0 && length <= bytes.remaining(), "its pickle ends too early");
    byte[] taken = new byte[(int) length];
    bytes.get(taken);
    return taken;
  }

  private String utf8(long length) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(take(length))).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("its pickle has a string that is not UTF-8", e);
    }
  }

  /** Returns the characters up to the end of the line. */
  private String line() {
    StringBuilder line = new StringBuilder();
    for (char next = (char) unsigned(); next != '\n'; next = (char) unsigned()) {
      line.append(next);
    }
    return line.toString();
  }

  private static Number littleEndian(byte[] bytes) {
    for (int i = 0; i < bytes.length / 2; i++) {
      byte other = bytes[bytes.length - 1 - i];
      bytes[bytes.length - 1 - i] = bytes[i];
      bytes[i] = other;
    }
    return small(bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes));
  }

  private static Number small(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
  }

  private static Number integer(String text) throws IOException {
    check(text.length() <= 1000, "its pickle has a number that is too long");
    try {
      return small(new BigInteger(text));
    } catch (NumberFormatException e) {
      throw new IOException("its pickle has a number that is none", e);
    }
  }

  private static Object integerOrTruth(String text) throws IOException {
    return switch (text) {
      case "00" -> false;
      case "01" -> true;
      default -> integer(text);
    };
  }

  private static double real(String text) throws IOException {
    try {
      return Double.parseDouble(text.replace("inf", "Infinity").replace("nan", "NaN"));
    } catch (NumberFormatException e) {
      throw new IOException("its pickle has a number that is none", e);
    }
  }
}
