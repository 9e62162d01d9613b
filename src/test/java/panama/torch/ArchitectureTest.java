package panama.torch;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Set;
import java.util.stream.Stream;
import panama.torch.internal.Arguments;
import panama.torch.internal.AtomicFile;
import panama.torch.internal.InputFile;
import panama.torch.internal.NearestName;
import panama.torch.internal.NestedStateDict;
import panama.torch.internal.PythonRepr;
import panama.torch.internal.StateDictErrors;

/** Checks that the packages keep to the layers of docs/architecture.md. */
@AnalyzeClasses(
    packages = "panama.torch",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class ArchitectureTest {
  /** Classes without native code, which all packages may use. */
  private static final DescribedPredicate<JavaClass> SHARED =
      belongToAnyOf(
          Arguments.class,
          AtomicFile.class,
          InputFile.class,
          NearestName.class,
          NestedStateDict.class,
          PythonRepr.class,
          StateDictErrors.class);

  @ArchTest
  static final ArchRule packagesDependOnlyOnLowerLayers =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("bindings")
          .definedBy("panama.torch.internal.ffi..")
          .layer("jars")
          .definedBy("panama.torch.spi")
          .layer("loading")
          .definedBy("panama.torch.internal.loading")
          .layer("runtime")
          .definedBy("panama.torch.internal.runtime")
          .layer("operators")
          .definedBy("panama.torch.internal.operators")
          .layer("pickle")
          .definedBy("panama.torch.internal.pickle")
          .layer("shared")
          .definedBy(SHARED)
          .layer("tensors")
          .definedBy("panama.torch")
          .layer("networks")
          .definedBy(
              "panama.torch.autograd",
              "panama.torch.nn..",
              "panama.torch.optim..",
              "panama.torch.io..",
              "panama.torch.data..")
          .layer("training")
          .definedBy("panama.torch.train..")
          .withOptionalLayers(true)
          .whereLayer("training")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("networks")
          .mayOnlyBeAccessedByLayers("training")
          .whereLayer("tensors")
          .mayOnlyBeAccessedByLayers("networks", "training")
          .whereLayer("operators")
          .mayOnlyBeAccessedByLayers("tensors")
          .whereLayer("runtime")
          .mayOnlyBeAccessedByLayers("tensors", "operators")
          .whereLayer("loading")
          .mayOnlyBeAccessedByLayers("runtime")
          .whereLayer("pickle")
          .mayOnlyBeAccessedByLayers("tensors")
          .whereLayer("shared")
          .mayOnlyBeAccessedByLayers(
              "training", "networks", "tensors", "operators", "runtime", "loading")
          .whereLayer("jars")
          .mayOnlyBeAccessedByLayers("loading")
          .whereLayer("bindings")
          .mayOnlyBeAccessedByLayers("operators", "runtime", "loading");

  @ArchTest
  static final ArchRule sharedClassesDependOnNoOtherClasses =
      noClasses()
          .that(SHARED)
          .should()
          .dependOnClassesThat(resideInAPackage("panama.torch..").and(not(SHARED)));

  /** The package itself is not a layer: its other classes belong into its subpackages. */
  @ArchTest
  static final ArchRule internalPackageHasOnlySharedClasses =
      classes()
          .that()
          .resideInAPackage("panama.torch.internal")
          .and()
          .doNotHaveSimpleName("package-info")
          .should(ArchCondition.from(SHARED));

  @ArchTest
  static final ArchRule everyPackageBelongsToALayer =
      classes()
          .should()
          .resideInAnyPackage(
              "panama.torch",
              "panama.torch.internal",
              "panama.torch.internal.ffi",
              "panama.torch.internal.loading",
              "panama.torch.internal.runtime",
              "panama.torch.internal.operators",
              "panama.torch.internal.pickle",
              "panama.torch.autograd",
              "panama.torch.nn..",
              "panama.torch.optim..",
              "panama.torch.io..",
              "panama.torch.data..",
              "panama.torch.train..",
              "panama.torch.spi");

  @ArchTest
  static final ArchRule packagesFormNoCycles =
      slices().matching("panama.torch.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyInternalPackagesCallNativeCode =
      noClasses()
          .that()
          .resideOutsideOfPackage("panama.torch.internal..")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(Linker.class, SymbolLookup.class, MethodHandle.class);

  /** Segments with the elements of a tensor are public API; native handles are not. */
  @ArchTest
  static final ArchRule publicMethodsExposeNoNativeHandles =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .resideOutsideOfPackage("panama.torch.internal..")
          .should(notUseMemorySegmentExceptIn("asSegment", "copyFrom_", "tensor"));

  private static ArchCondition<JavaMethod> notUseMemorySegmentExceptIn(String... names) {
    Set<String> allowed = Set.of(names);
    return new ArchCondition<>("use no MemorySegment") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean names =
            Stream.concat(
                    Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream())
                .anyMatch(type -> type.isEquivalentTo(MemorySegment.class));
        if (names && !allowed.contains(method.getName())) {
          events.add(SimpleConditionEvent.violated(method, method.getDescription()));
        }
      }
    };
  }
}
