package panama.torch.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Modules by name, in the order in which they came, registered under their names.
 *
 * @param <M> what they have in common
 */
public final class ModuleDict<M extends Module> extends Module {
  private final Map<String, M> modules = new LinkedHashMap<>();

  /** Empty. */
  public ModuleDict() {}

  /** With these, in this order. */
  public ModuleDict(Map<String, ? extends M> modules) {
    modules.forEach(this::add);
  }

  /**
   * Adds a module.
   *
   * @param name without dots, used once
   * @return this
   */
  public ModuleDict<M> put(String name, M module) {
    add(name, module);
    return this;
  }

  private void add(String name, M module) {
    modules.put(name, register(name, module));
  }

  /**
   * The module of this name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public M get(String name) {
    M module = modules.get(name);
    if (module == null) {
      throw new IllegalArgumentException(
          "name: expected one of %s, got '%s'".formatted(keys(), name));
    }
    return module;
  }

  /** Whether there is a module of this name. */
  public boolean containsKey(String name) {
    return modules.containsKey(name);
  }

  /** The names. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(modules.keySet());
  }

  /** The number of modules. */
  public int size() {
    return modules.size();
  }
}
