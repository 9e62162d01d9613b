package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import panama.torch.nn.MultiheadAttention;

/** Every public record of the library that has tensors passes all of them to forEachTensor. */
class TensorHolderTest {
  /** Records of arguments, whose tensors belong to the caller. */
  private static final Set<Class<?>> ARGUMENTS = Set.of(MultiheadAttention.Options.class);

  private static Stream<Class<?>> records() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("panama.torch")
            .stream()
            .filter(JavaClass::isRecord)
            .<Class<?>>map(JavaClass::reflect)
            .filter(type -> Modifier.isPublic(type.getModifiers()))
            .filter(type -> !type.getPackageName().contains(".internal"))
            .filter(type -> !ARGUMENTS.contains(type))
            .filter(
                type ->
                    Arrays.stream(type.getRecordComponents())
                        .anyMatch(component -> holds(component.getGenericType())));
  }

  private static boolean holds(Type type) {
    return switch (type) {
      case Class<?> known -> known == Tensor.class || TensorHolder.class.isAssignableFrom(known);
      case ParameterizedType generic ->
          Arrays.stream(generic.getActualTypeArguments()).anyMatch(TensorHolderTest::holds);
      default -> false;
    };
  }

  @TestFactory
  Stream<DynamicTest> handsOutEveryTensor() {
    List<Class<?>> records = records().toList();
    assertThat(records).hasSizeGreaterThanOrEqualTo(15);
    return records.stream().map(type -> DynamicTest.dynamicTest(type.getName(), () -> check(type)));
  }

  private static void check(Class<?> type) throws ReflectiveOperationException {
    assertThat(type).isAssignableTo(TensorHolder.class);
    List<Tensor> made = new ArrayList<>();
    TensorHolder holder = (TensorHolder) make(type, made);
    List<Tensor> found = new ArrayList<>();
    holder.forEachTensor(found::add);
    assertThat(found).containsExactlyInAnyOrderElementsOf(made);
  }

  private static Object make(Class<?> type, List<Tensor> made) throws ReflectiveOperationException {
    // A record has its canonical constructor; PackedSequence, which is a class, has one public one.
    Constructor<?> constructor = type.getConstructors()[0];
    Object[] arguments = new Object[constructor.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      Class<?> component = constructor.getParameterTypes()[i];
      if (component == Tensor.class) {
        Tensor tensor = Torch.tensor(new long[] {i});
        made.add(tensor);
        arguments[i] = tensor;
      } else if (component == Map.class && holds(constructor.getGenericParameterTypes()[i])) {
        Tensor tensor = Torch.tensor(new long[] {i});
        made.add(tensor);
        arguments[i] = Map.of("key", tensor);
      } else if (component == Map.class) {
        arguments[i] = Map.of();
      } else {
        arguments[i] = make(component, made);
      }
    }
    return constructor.newInstance(arguments);
  }
}
