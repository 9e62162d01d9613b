package panama.torch.nn;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import panama.torch.Tensor;

/**
 * Finds unregistered modules and trainable tensors in the fields of a module. PyTorch registers
 * fields when they are assigned; here a forgotten registration would go unnoticed, and the module
 * would be neither trained nor saved.
 *
 * <p>The check covers the fields of a class and its superclasses below {@link Module}, and the
 * elements of collections, maps, arrays, optionals and records in them. It leaves out static fields
 * and synthetic ones, which hold enclosing instances and captured variables.
 */
final class FieldCheck {
  private static final String PROPERTY = "panama.torch.checkFields";
  private static final boolean OFF = "false".equalsIgnoreCase(System.getProperty(PROPERTY));
  private static final Set<String> CLOSED_PACKAGES = ConcurrentHashMap.newKeySet();

  /** The fields that are checked, of a class without its superclasses. */
  private static final ClassValue<List<Field>> FIELDS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          return fieldsOf(type);
        }
      };

  private final Module module;
  private final Predicate<Object> isRegistered;
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private FieldCheck(Module module, Predicate<Object> isRegistered) {
    this.module = module;
    this.isRegistered = isRegistered;
  }

  /**
   * Throws if a field of a module holds something unregistered.
   *
   * @param isRegistered tells whether a module or tensor is registered in the same network
   * @throws IllegalStateException that names the class, the field and the fix
   */
  static void check(Module module, Predicate<Object> isRegistered) {
    if (OFF) {
      return;
    }
    FieldCheck check = null;
    for (Class<?> type = module.getClass(); type != Module.class; type = type.getSuperclass()) {
      List<Field> fields = FIELDS.get(type);
      if (!fields.isEmpty()) {
        check = check == null ? new FieldCheck(module, isRegistered) : check;
        check.lookAt(module, fields, Repr.name(type));
      }
    }
  }

  private void lookAt(Object owner, List<Field> fields, String path) {
    for (Field field : fields) {
      try {
        look(field.get(owner), field, path + "." + field.getName());
      } catch (IllegalAccessException e) {
        throw new AssertionError(field.toString(), e); // made accessible before
      }
    }
  }

  private void look(@Nullable Object value, Field field, String path) {
    switch (value) {
      case null -> {}
      case Module found -> {
        if (!isRegistered.test(found)) {
          throw refusal(found, field, path);
        }
      }
      case Tensor found -> {
        if (!isRegistered.test(found)
            && !found.isClosed()
            && found.requiresGrad()
            && found.isLeaf()) {
          throw refusal(found, field, path);
        }
      }
      case Optional<?> optional -> look(optional.orElse(null), field, path);
      case Collection<?> values -> lookAtAll(values, values, field, path);
      case Object[] values -> lookAtAll(values, Arrays.asList(values), field, path);
      case Map<?, ?> map -> {
        if (seen.add(map)) {
          map.forEach((key, inside) -> look(inside, field, path + "[" + key + "]"));
        }
      }
      case Record holder -> {
        if (seen.add(holder)) {
          lookAt(holder, FIELDS.get(holder.getClass()), path);
        }
      }
      default -> {}
    }
  }

  private void lookAtAll(Object holder, Collection<?> values, Field field, String path) {
    if (seen.add(holder)) {
      int index = 0;
      for (Object value : values) {
        look(value, field, path + "[" + index++ + "]");
      }
    }
  }

  private IllegalStateException refusal(Object found, Field field, String path) {
    String kind = found instanceof Module ? Repr.name(found.getClass()) : "Tensor";
    return new IllegalStateException(
        ("%s: this %s is not registered in %s, so that it would be neither trained nor saved nor"
                + " reached by train() and eval(); write `%s`, or mark the field with @Unregistered"
                + " to leave it out on purpose; -D%s=false turns this check off")
            .formatted(
                path, kind, Repr.name(module.getClass()), fix(found, kind, field), PROPERTY));
  }

  private String fix(Object found, String kind, Field field) {
    String name = field.getName();
    Class<?> type = field.getType();
    if (found instanceof Module && module.children().containsKey(name)) {
      return "%s = replace(\"%s\", ...);` where the module under this name is replaced, or `%s"
          .formatted(name, name, registration(kind, name + "2"));
    }
    boolean row = type.isArray() || Iterable.class.isAssignableFrom(type);
    if (found instanceof Module && Map.class.isAssignableFrom(type)) {
      return "private final ModuleDict<%s> %s = register(\"%s\", new ModuleDict<>(...));"
          .formatted(kind, name, name);
    }
    if (found instanceof Module && row && !Module.class.isAssignableFrom(type)) {
      return "private final ModuleList<%s> %s = register(\"%s\", new ModuleList<>(...));"
          .formatted(kind, name, name);
    }
    return registration(kind, name);
  }

  private static String registration(String kind, String name) {
    return "private final %s %s = register(\"%s\", ...);".formatted(kind, name, name);
  }

  // Classes

  private static List<Field> fieldsOf(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    try {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())
            && !field.isSynthetic()
            && !field.isAnnotationPresent(Unregistered.class)
            && mayHold(field.getType())
            && mayHoldArguments(field.getGenericType())) {
          if (field.trySetAccessible()) {
            fields.add(field);
          } else if (Module.class.isAssignableFrom(type)) {
            sayThatItIsClosed(type);
          }
        }
      }
    } catch (LinkageError | TypeNotPresentException e) {
      // The class of a field is missing at run time, or from a native image's reflection metadata.
      return List.of();
    }
    return List.copyOf(fields);
  }

  /** Returns whether a variable of this type may hold modules or tensors. */
  private static boolean mayHold(Class<?> type) {
    return type.isArray()
        ? mayHold(type.getComponentType())
        : type.isInterface()
            || type == Object.class
            || type == Tensor.class
            || type == Optional.class
            || Module.class.isAssignableFrom(type)
            || Record.class.isAssignableFrom(type)
            || Collection.class.isAssignableFrom(type)
            || Map.class.isAssignableFrom(type);
  }

  /** Returns whether the type arguments allow modules or tensors; {@code List<String>} does not. */
  private static boolean mayHoldArguments(Type type) {
    return !(type instanceof ParameterizedType generic)
        || Arrays.stream(generic.getActualTypeArguments())
            .anyMatch(argument -> !(argument instanceof Class<?> known) || mayHold(known));
  }

  private static void sayThatItIsClosed(Class<?> type) {
    if (CLOSED_PACKAGES.add(type.getModule().getName() + "/" + type.getPackageName())) {
      System.getLogger("panama.torch")
          .log(
              System.Logger.Level.INFO,
              "module %s does not open %s, so that unregistered fields are not found in it; add `opens %s to panama.torch;` to its module-info.java, or start with -D%s=false"
                  .formatted(
                      type.getModule().getName(),
                      type.getPackageName(),
                      type.getPackageName(),
                      PROPERTY));
    }
  }
}
