package panama.torch.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import panama.torch.IndexException;

/**
 * Modules in a row, registered as {@code 0}, {@code 1}, ... It has no forward: {@link Sequential}
 * has.
 *
 * @param <M> what they have in common
 */
public final class ModuleList<M extends Module> extends Module implements Iterable<M> {
  private final List<M> modules = new ArrayList<>();

  /** Empty. */
  public ModuleList() {}

  /** With these, in this order. */
  public ModuleList(Iterable<? extends M> modules) {
    modules.forEach(this::add);
  }

  /**
   * Adds a module at the end.
   *
   * @return this
   */
  public ModuleList<M> append(M module) {
    add(module);
    return this;
  }

  /**
   * Adds modules at the end.
   *
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
   * A module.
   *
   * @param index from 0, or from -1 backwards
   * @throws IndexException when there is none
   */
  public M get(int index) {
    if (index < -size() || index >= size()) {
      throw new IndexException(
          String.format(
              Locale.ROOT, "index: expected %d to %d, got %d", -size(), size() - 1, index));
    }
    return modules.get(index < 0 ? index + size() : index);
  }

  /** The number of modules. */
  public int size() {
    return modules.size();
  }

  @Override
  public Iterator<M> iterator() {
    return Collections.unmodifiableList(modules).iterator();
  }

  /** As PyTorch prints it: equal modules in a row stand once, with their number. */
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
