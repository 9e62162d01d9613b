package panama.torch.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import panama.torch.IndexException;

/**
 * A list of submodules, registered as {@code 0}, {@code 1}, ... It has no forward; {@link
 * Sequential} has one.
 *
 * @param <M> the class of the modules
 */
public final class ModuleList<M extends Module> extends FluentModule<ModuleList<M>>
    implements Iterable<M> {
  private final List<M> modules = new ArrayList<>();

  /** Creates an empty list. */
  public ModuleList() {}

  /**
   * Creates a list of these modules, in this order.
   *
   * @param modules the modules, in order
   */
  public ModuleList(Iterable<? extends M> modules) {
    modules.forEach(this::add);
  }

  /**
   * Adds a module at the end.
   *
   * @param module the module to add
   * @return this
   */
  public ModuleList<M> append(M module) {
    add(module);
    return this;
  }

  /**
   * Adds modules at the end.
   *
   * @param modules the modules, in order
   * @return this
   */
  public ModuleList<M> extend(Iterable<? extends M> modules) {
    modules.forEach(this::add);
    return this;
  }

  private void add(M module) {
    modules.add(register(Integer.toString(modules.size()), module));
  }

  /**
   * Returns a module.
   *
   * @param index from 0, or from -1 backwards
   * @throws IndexException if there is none
   */
  public M get(int index) {
    return modules.get(position(index, size()));
  }

  /**
   * Replaces a module, as Python's {@code modules[index] = module}. Replace modules before the
   * optimizer is created.
   *
   * @param index from 0, or from -1 backwards
   * @param module the new module
   * @return this
   * @throws IndexException if there is none
   */
  public ModuleList<M> set(int index, M module) {
    int position = position(index, size());
    modules.set(position, replace(Integer.toString(position), module));
    return this;
  }

  /** Returns an index counted from 0, or throws if it is out of range. */
  static int position(int index, int size) {
    if (index < -size || index >= size) {
      throw new IndexException(
          size == 0
              ? "index: expected none, since there are no modules, got " + index
              : String.format(
                  Locale.ROOT, "index: expected %d to %d, got %d", -size, size - 1, index));
    }
    return index < 0 ? index + size : index;
  }

  /** Returns the number of modules. */
  public int size() {
    return modules.size();
  }

  @Override
  public Iterator<M> iterator() {
    return Collections.unmodifiableList(modules).iterator();
  }

  /**
   * Returns the text that PyTorch prints: modules that print alike are listed once, with a count.
   */
  @Override
  public String toString() {
    if (modules.isEmpty()) {
      return "ModuleList()";
    }
    StringBuilder text = new StringBuilder("ModuleList(");
    for (int start = 0; start < size(); ) {
      String one = modules.get(start).toString();
      int end = start + 1;
      while (end < size() && modules.get(end).toString().equals(one)) {
        end++;
      }
      String head =
          end - start == 1
              ? String.format(Locale.ROOT, "(%d): ", start)
              : String.format(Locale.ROOT, "(%d-%d): %d x ", start, end - 1, end - start);
      text.append("\n  ").append(head).append(one.replace("\n", "\n  "));
      start = end;
    }
    return text.append("\n)").toString();
  }
}
