package panama.torch.hostile;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Generic types as the compiler sees them. Without them, a sampler of batches would be passed where
 * one of indices is expected, which no program does that compiles without warnings.
 */
final class Generics {
  /** A class with its type arguments. */
  record Parameterized(Class<?> raw, List<Type> arguments) implements ParameterizedType {
    Parameterized(Class<?> raw, Type... arguments) {
      this(raw, List.of(arguments));
    }

    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(Type[]::new);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return raw.getDeclaringClass();
    }
  }

  /** {@code ? extends upper} or {@code ? super lower}. */
  private record Wildcard(Type upper, @Nullable Type lower) implements WildcardType {
    @Override
    public Type[] getUpperBounds() {
      return new Type[] {upper};
    }

    @Override
    public Type[] getLowerBounds() {
      return lower == null ? new Type[0] : new Type[] {lower};
    }
  }

  private record ArrayOf(Type element) implements GenericArrayType {
    @Override
    public Type getGenericComponentType() {
      return element;
    }
  }

  private Generics() {}

  static Class<?> raw(Type type) {
    return switch (type) {
      case Class<?> c -> c;
      case ParameterizedType generic -> (Class<?>) generic.getRawType();
      case WildcardType wildcard -> raw(bound(wildcard));
      case TypeVariable<?> variable -> raw(variable.getBounds()[0]);
      case GenericArrayType array -> raw(array.getGenericComponentType()).arrayType();
      default -> throw new IllegalStateException(type.getTypeName());
    };
  }

  /** Returns the type that a wildcard stands for, other types as they are. */
  static Type bound(Type type) {
    return type instanceof WildcardType wildcard
        ? wildcard.getLowerBounds().length > 0
            ? wildcard.getLowerBounds()[0]
            : wildcard.getUpperBounds()[0]
        : type;
  }

  /** Returns a type argument, such as the type of the elements of a list. */
  static Type argument(Type type, int index) {
    return switch (type) {
      case ParameterizedType generic -> generic.getActualTypeArguments()[index];
      case WildcardType wildcard -> argument(bound(wildcard), index);
      case TypeVariable<?> variable -> argument(variable.getBounds()[0], index);
      default -> Object.class;
    };
  }

  /** Returns a type in which variables are replaced. */
  static Type substitute(Type type, Map<TypeVariable<?>, Type> known) {
    return switch (type) {
      case TypeVariable<?> variable -> known.getOrDefault(variable, variable);
      case ParameterizedType generic ->
          new Parameterized(
              raw(generic),
              Arrays.stream(generic.getActualTypeArguments())
                  .map(argument -> substitute(argument, known))
                  .toList());
      case WildcardType wildcard ->
          new Wildcard(
              substitute(wildcard.getUpperBounds()[0], known),
              wildcard.getLowerBounds().length == 0
                  ? null
                  : substitute(wildcard.getLowerBounds()[0], known));
      case GenericArrayType array -> {
        Type element = substitute(array.getGenericComponentType(), known);
        yield element instanceof Class<?> c ? c.arrayType() : new ArrayOf(element);
      }
      default -> type;
    };
  }

  /** Returns the type arguments of a type by the variables of its class. */
  static Map<TypeVariable<?>, Type> known(Type type) {
    Map<TypeVariable<?>, Type> known = new HashMap<>();
    if (type instanceof ParameterizedType generic) {
      TypeVariable<?>[] variables = raw(type).getTypeParameters();
      for (int i = 0; i < variables.length; i++) {
        known.put(variables[i], generic.getActualTypeArguments()[i]);
      }
    }
    return known;
  }

  /** Returns a supertype with the type arguments that follow from those of the type. */
  static Type asSuper(Type type, Class<?> wanted) {
    Class<?> raw = raw(type);
    if (raw == wanted) {
      return type;
    }
    List<Type> above = new ArrayList<>(Arrays.asList(raw.getGenericInterfaces()));
    if (raw.getGenericSuperclass() != null) {
      above.add(raw.getGenericSuperclass());
    }
    for (Type one : above) {
      if (wanted.isAssignableFrom(raw(one))) {
        return asSuper(substitute(one, known(type)), wanted);
      }
    }
    return wanted;
  }

  /** Returns whether a variable of one type may have a value of another, as far as is known. */
  static boolean isSubtype(Type type, Type wanted) {
    if (!raw(wanted).isAssignableFrom(raw(type))) {
      return false;
    }
    if (!(wanted instanceof ParameterizedType generic)
        || !(asSuper(type, raw(wanted)) instanceof ParameterizedType actual)) {
      return true;
    }
    for (int i = 0; i < generic.getActualTypeArguments().length; i++) {
      if (!contains(generic.getActualTypeArguments()[i], actual.getActualTypeArguments()[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(Type wanted, Type actual) {
    if (wanted instanceof WildcardType wildcard) {
      return wildcard.getLowerBounds().length > 0
          ? isSubtype(wildcard.getLowerBounds()[0], actual)
          : isSubtype(actual, wildcard.getUpperBounds()[0]);
    }
    return actual instanceof TypeVariable<?>
        || (isSubtype(actual, wanted)
            && (actual instanceof WildcardType || isSubtype(wanted, actual)));
  }

  /** Returns the type of what a constructor or method creates. */
  static Type result(Executable member) {
    return switch (member) {
      case Method method -> method.getGenericReturnType();
      case Constructor<?> constructor -> {
        Class<?> made = constructor.getDeclaringClass();
        yield made.getTypeParameters().length == 0
            ? made
            : new Parameterized(made, made.getTypeParameters());
      }
    };
  }

  /**
   * Finds what variables must stand for, so that a type becomes the wanted one. Returns false if
   * there is nothing.
   */
  static boolean unify(Type type, Type wanted, Map<TypeVariable<?>, Type> known) {
    Type goal = bound(wanted);
    if (type instanceof TypeVariable<?> variable) {
      if (goal == Object.class && wanted instanceof WildcardType) {
        return true; // anything
      }
      Type former = known.putIfAbsent(variable, goal);
      return former == null || former.equals(goal);
    }
    if (!(type instanceof ParameterizedType generic)
        || !(goal instanceof ParameterizedType other)
        || raw(type) != raw(goal)) {
      return contains(wanted, type);
    }
    for (int i = 0; i < generic.getActualTypeArguments().length; i++) {
      if (!unify(generic.getActualTypeArguments()[i], other.getActualTypeArguments()[i], known)) {
        return false;
      }
    }
    return true;
  }
}
