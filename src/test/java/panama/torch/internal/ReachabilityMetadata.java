package panama.torch.internal;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.ffi.pt_grad_hook;
import panama.torch.internal.ffi.pt_hook_release;
import panama.torch.internal.loading.NativeLibrary;

/**
 * Writes the metadata that GraalVM's native-image needs for the bindings, in its format
 * reachability-metadata.json: the signatures of downcalls and upcalls, the methods that jextract's
 * code looks up by name, and the files of the native jars. It has not been tested with a native
 * image.
 */
final class ReachabilityMetadata {
  static final Path FILE =
      Path.of(
          "src/main/resources/META-INF/native-image/io.github.panama-torch/panama-torch/reachability-metadata.json");

  private ReachabilityMetadata() {}

  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    Files.writeString(Path.of(System.getProperty("project.basedir")).resolve(FILE), text());
  }

  static String text() throws ReflectiveOperationException {
    NativeLibrary.ensureLoaded();
    TreeSet<String> downcalls = new TreeSet<>();
    for (Method method : PanamaTorch.class.getMethods()) {
      if (method.getName().endsWith("$descriptor")) {
        downcalls.add(signature((FunctionDescriptor) method.invoke(null)));
      }
    }
    TreeSet<String> upcalls = new TreeSet<>();
    upcalls.add(signature(pt_grad_hook.descriptor()));
    upcalls.add(signature(pt_hook_release.descriptor()));
    List<String> reflection = new ArrayList<>();
    for (Class<?> hook : List.of(pt_grad_hook.Function.class, pt_hook_release.Function.class)) {
      reflection.add(
          "{\"type\": \"%s\", \"methods\": [{\"name\": \"apply\", \"parameterTypes\": [%s]}]}"
              .formatted(hook.getName(), classes(hook.getMethods()[0].getParameterTypes())));
    }
    return """
    {
      "comment": "Made from the bindings by panama.torch.internal.ReachabilityMetadata",
      "reflection": [
        %s
      ],
      "resources": [
        {"glob": "panama/torch/natives/**"},
        {"glob": "panama/torch/libtorch/**"}
      ],
      "foreign": {
        "downcalls": [
          %s
        ],
        "upcalls": [
          %s
        ]
      }
    }
    """
        .formatted(
            String.join(",\n    ", reflection),
            String.join(",\n      ", downcalls),
            String.join(",\n      ", upcalls));
  }

  private static String signature(FunctionDescriptor descriptor) {
    List<String> parameters = new ArrayList<>();
    for (MemoryLayout argument : descriptor.argumentLayouts()) {
      parameters.add('"' + type(argument) + '"');
    }
    String result =
        descriptor.returnLayout().isPresent() ? type(descriptor.returnLayout().get()) : "void";
    return "{\"returnType\": \"%s\", \"parameterTypes\": [%s]}"
        .formatted(result, String.join(", ", parameters));
  }

  private static String type(MemoryLayout layout) {
    return switch (layout) {
      case AddressLayout address -> "void*";
      case ValueLayout value -> "j" + value.carrier();
      default -> throw new IllegalStateException("passed by value: " + layout);
    };
  }

  private static String classes(Class<?>[] types) {
    List<String> names = new ArrayList<>();
    for (Class<?> type : types) {
      names.add('"' + type.getName() + '"');
    }
    return String.join(", ", names);
  }
}
