package panama.torch.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import panama.torch.Tensor;

/** Every public method and constructor of the library, in a fixed order. */
final class Api {
  /**
   * Methods that are not called: those that change the whole process, which would affect the rest
   * of the run and have separate tests, and those that Java defines. So is valueOf of enums.
   */
  private static final Set<String> LEFT_OUT =
      Set.of("setNumThreads", "setNumInteropThreads", "wait", "notify", "notifyAll", "getClass");

  private static final Set<Class<?>> SCENARIOS =
      Set.of(Scenarios.class, DataScenarios.class, TrainScenarios.class);

  private final List<Executable> all = new ArrayList<>();
  private final List<Executable> scenarios;
  private final Map<Class<?>, List<Executable>> ofReceiver = new ConcurrentHashMap<>();
  private final Map<Class<?>, List<Executable>> makers = new ConcurrentHashMap<>();

  Api() {
    Map<String, Executable> sorted = new TreeMap<>();
    for (Class<?> type : classes()) {
      for (Executable member : members(type)) {
        sorted.put(type.getName() + " " + member.toGenericString(), member);
      }
    }
    all.addAll(sorted.values());
    scenarios =
        all.stream().filter(member -> SCENARIOS.contains(member.getDeclaringClass())).toList();
  }

  List<Executable> all() {
    return all;
  }

  /** Returns the calls whose arguments are valid except for one. */
  List<Executable> scenarios() {
    return scenarios;
  }

  /** Returns the methods that can be called on an object of a class. */
  List<Executable> of(Class<?> receiver) {
    return ofReceiver.computeIfAbsent(
        receiver,
        r ->
            all.stream()
                .filter(
                    member ->
                        member instanceof Method
                            && !Modifier.isStatic(member.getModifiers())
                            && member.getDeclaringClass().isAssignableFrom(r))
                .toList());
  }

  /** Returns the constructors and static methods that create an object of a class. */
  List<Executable> makersOf(Class<?> type) {
    return makers.computeIfAbsent(
        type, t -> all.stream().filter(member -> makes(member, t)).toList());
  }

  private static boolean makes(Executable member, Class<?> type) {
    return member instanceof Constructor<?> made
        ? type.isAssignableFrom(made.getDeclaringClass())
        : Modifier.isStatic(member.getModifiers())
            && type.isAssignableFrom(((Method) member).getReturnType());
  }

  private static List<Executable> members(Class<?> type) {
    List<Executable> members = new ArrayList<>();
    // Includes methods inherited from package-private classes, such as the operators of Tensor.
    for (Class<?> c = type;
        c != null && (c == type || !Modifier.isPublic(c.getModifiers()));
        c = c.getSuperclass()) {
      for (Method method : c.getDeclaredMethods()) {
        if (Modifier.isPublic(method.getModifiers())
            && !method.isSynthetic()
            && !(type.isEnum() && method.getName().equals("valueOf"))
            && !LEFT_OUT.contains(method.getName())) {
          members.add(method);
        }
      }
    }
    if (!Modifier.isAbstract(type.getModifiers())) {
      members.addAll(Arrays.asList(type.getConstructors()));
    }
    members.forEach(member -> member.setAccessible(true));
    return members;
  }

  private static List<Class<?>> classes() {
    try {
      Path root = Path.of(Tensor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (Stream<Path> files = Files.walk(root)) {
        List<Class<?>> found = new ArrayList<>();
        for (Path file : files.sorted(Comparator.comparing(Path::toString)).toList()) {
          String name = root.relativize(file).toString().replace('/', '.');
          if (name.startsWith("panama.torch.")
              && name.endsWith(".class")
              && !name.contains(".internal.")
              && !name.endsWith("package-info.class")) {
            Class<?> type =
                Class.forName(
                    name.substring(0, name.length() - ".class".length()),
                    false,
                    Api.class.getClassLoader());
            if (isOpen(type)) {
              found.add(type);
            }
          }
        }
        found.addAll(SCENARIOS);
        return found;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isOpen(Class<?> type) {
    for (Class<?> c = type; c != null; c = c.getEnclosingClass()) {
      if (!Modifier.isPublic(c.getModifiers())) {
        return false;
      }
    }
    return true;
  }
}
