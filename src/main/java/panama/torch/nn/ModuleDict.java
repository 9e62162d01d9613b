package panama.torch.nn;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A dictionary of submodules, registered under their names, in the order of insertion.
 *
 * @param <M> the class of the modules
 */
public final class ModuleDict<M extends Module> extends FluentModule<ModuleDict<M>> {
  private final Map<String, M> modules = new LinkedHashMap<>();

  /** Creates an empty dictionary. */
  public ModuleDict() {}

  /**
   * Creates a dictionary of these modules, in the order of the map.
   *
   * @param modules the modules by name, without dots in the names
   */
  public ModuleDict(Map<String, ? extends M> modules) {
    modules.forEach(this::add);
  }

  /**
   * Adds a module.
   *
   * @param name without dots, not used yet
   * @param module the module to add
   * @return this
   * @throws IllegalArgumentException if the name is used already or has a dot; {@link #set}
   *     replaces a module
   */
  public ModuleDict<M> put(String name, M module) {
    add(name, module);
    return this;
  }

  private void add(String name, M module) {
    modules.put(name, register(name, module));
  }

  /**
   * Replaces a module, which keeps its place in the order. Replace modules before the optimizer is
   * created.
   *
   * @param name the name of the module
   * @param module the new module
   * @return this
   * @throws IllegalArgumentException if there is no module of this name
   */
  public ModuleDict<M> set(String name, M module) {
    modules.put(name, replace(name, module));
    return this;
  }

  /**
   * Returns the module of a name.
   *
   * @param name the name of the module
   * @throws IllegalArgumentException if there is none
   */
  public M get(String name) {
    M module = modules.get(name);
    if (module == null) {
      throw new IllegalArgumentException(
          "name: expected one of %s, got '%s'".formatted(keys(), name));
    }
    return module;
  }

  /**
   * Returns whether there is a module of a name.
   *
   * @param name a name
   */
  public boolean containsKey(String name) {
    return modules.containsKey(name);
  }

  /** Returns the names, as an unmodifiable view. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(modules.keySet());
  }

  /** Returns the modules, as an unmodifiable view. */
  public Collection<M> values() {
    return Collections.unmodifiableCollection(modules.values());
  }

  /** Returns names and modules, as an unmodifiable view: PyTorch's {@code items()}. */
  public Set<Map.Entry<String, M>> entrySet() {
    return Collections.unmodifiableMap(modules).entrySet();
  }

  /** Returns the number of modules. */
  public int size() {
    return modules.size();
  }
}
