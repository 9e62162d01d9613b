package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.randn;
import static panama.torch.Torch.zeros;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.nn.utils.parametrizations.Parametrizations;

/** Fields with unregistered modules or trainable tensors are errors; other fields are not. */
@SuppressWarnings("UnusedVariable") // fields that only reflection reads
class FieldCheckTest {
  private static class Forgetful extends Module {
    final Linear fc = register("fc", new Linear(2, 2));
    @Nullable Object held;

    Forgetful holding(Object value) {
      held = value;
      return this;
    }
  }

  private static final class Typed extends Module {
    final GRU gru = GRU.builder(2, 3).build();
  }

  /** Returns all calls that would omit the parameters of an unregistered field. */
  private static List<Runnable> callsThatReadParameters(Module module) {
    return List.of(
        module::parameters,
        module::namedParameters,
        module::buffers,
        module::namedBuffers,
        module::stateDict,
        () -> module.loadStateDict(Map.of(), false),
        () -> module.to(DType.FLOAT64),
        module::train,
        module::eval,
        module::zeroGrad,
        () -> module.requiresGrad_(false),
        () -> module.apply(part -> {}));
  }

  private static void refuses(Module module, String... message) {
    callsThatReadParameters(module)
        .forEach(
            question ->
                assertThatThrownBy(question::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll(message));
  }

  private static void accepts(Module module) {
    callsThatReadParameters(module)
        .forEach(question -> assertThatCode(question::run).doesNotThrowAnyException());
  }

  @Test
  void anUnregisteredModuleIsRefusedWithTheFix() {
    refuses(
        new Typed(),
        "Typed.gru: this GRU is not registered in Typed",
        "`private final GRU gru = register(\"gru\", ...);`",
        "@Unregistered",
        "-Dpanama.torch.checkFields=false");
  }

  @Test
  void anUnregisteredModuleInASubmoduleIsRefused() {
    class Outer extends Module {
      Outer() {
        register("inner", new Sequential(new Sequential(), new Linear(1, 1)));
        register("typed", new Typed());
      }
    }
    refuses(new Outer(), "Typed.gru");
  }

  @Test
  void containersAreSearched() {
    Linear stranger = new Linear(1, 1);
    record Pair(String name, Linear layer) {}
    for (Object holder :
        List.of(
            stranger,
            List.of(new ReLU(), stranger),
            Set.of(stranger),
            new Module[] {null, stranger},
            new Object[] {new Linear[][] {{stranger}}},
            Map.of("a", stranger),
            Optional.of(stranger),
            Arrays.asList(null, List.of(Map.of("deep", stranger))),
            new Pair("name", stranger),
            ones(2).requiresGrad_(),
            List.of(ones(2).requiresGrad_()))) {
      assertThatThrownBy(() -> new Forgetful().holding(holder).parameters())
          .as("%s", holder.getClass())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Forgetful.held");
    }
  }

  @Test
  void theFixFitsTheTypeOfTheField() {
    class Lists extends Module {
      final List<Linear> layers = new ArrayList<>(List.of(new Linear(1, 1)));
    }
    class Rows extends Module {
      final Layer[] layers = {x -> x, new Linear(1, 1)};
    }
    class Maps extends Module {
      final Map<String, Linear> heads = Map.of("first", new Linear(1, 1));
    }
    class Interfaces extends Module {
      final Layer layer = new Tanh();
    }
    class Tensors extends Module {
      final Tensor scale = ones(1).requiresGrad_();
    }
    refuses(
        new Lists(),
        "Lists.layers[0]: this Linear",
        "ModuleList<Linear> layers = register(\"layers\", new ModuleList<>(...));");
    refuses(new Rows(), "Rows.layers[1]", "ModuleList<Linear> layers = register");
    refuses(new Maps(), "Maps.heads[first]", "ModuleDict<Linear> heads = register(\"heads\"");
    refuses(new Interfaces(), "private final Tanh layer = register(\"layer\", ...);");
    refuses(new Tensors(), "private final Tensor scale = register(\"scale\", ...);");
  }

  @Test
  void fieldsOfSuperclassesAndAnonymousClassesAreChecked() {
    Module anonymous =
        new Forgetful() {
          final Linear mine = register("mine", new Linear(1, 1));
        }.holding(new Dropout(0.5));
    refuses(
        anonymous, "Forgetful.held: this Dropout is not registered in FieldCheckTest$1", "eval()");
  }

  @Test
  void fieldsSetLaterAreChecked() {
    Forgetful module = new Forgetful();
    accepts(module);
    module.held = new Linear(1, 1);
    refuses(module, "held");
    module.held = module.fc;
    accepts(module);
  }

  @Test
  void otherFieldsAreAccepted() {
    List<Object> cyclic = new ArrayList<>();
    cyclic.add(cyclic);
    Map<String, Object> cyclicMap = new HashMap<>(Map.of("list", cyclic));
    cyclicMap.put("self", cyclicMap);
    Tensor closed = ones(1).requiresGrad_();
    closed.close();
    for (Object held :
        new Object[] {
          null,
          "text",
          new long[] {1},
          List.of("words"),
          cyclic,
          cyclicMap,
          zeros(2),
          ones(2).requiresGrad_().mul(2),
          closed,
          (Layer) x -> x.mul(2),
          Optional.empty(),
          Thread.State.NEW
        }) {
      accepts(held == null ? new Forgetful() : new Forgetful().holding(held));
    }
  }

  @Test
  void fieldsRegisteredUnderAnotherNameAreAccepted() {
    class Aliased extends Module {
      final ModuleList<Linear> layers = register("layers", new ModuleList<>());
      final Linear last;
      final Map<String, Linear> byName = new HashMap<>();
      final Tensor weight;
      final Tensor buffer = registerBuffer("buffer", ones(1).requiresGrad_());

      Aliased() {
        layers.append(new Linear(1, 2)).append(new Linear(2, 2));
        last = layers.get(-1);
        byName.put("first", layers.get(0));
        weight = last.weight();
      }
    }
    accepts(new Aliased());
  }

  @Test
  void tiedAndParametrizedWeightsAreAccepted() {
    class Tied extends Module {
      final Embedding encoder = register("encoder", new Embedding(5, 3));
      final Linear decoder = register("decoder", new Linear(3, 5));
      final Tensor shared = encoder.weight();

      Tied() {
        decoder.tie("weight", shared);
      }
    }
    accepts(new Tied());
    accepts(Parametrizations.weightNorm(new Linear(2, 3)));
    accepts(Parametrizations.spectralNorm(new Linear(2, 3)));
  }

  private static final class Part extends Module {
    final Module owner;
    final Linear shared;

    Part(Module owner, Linear shared) {
      this.owner = owner;
      this.shared = shared;
    }
  }

  @Test
  void submodulesCanReferToTheirParentAndSiblings() {
    class Whole extends Module {
      final Linear sibling = register("sibling", new Linear(1, 1));
      final Part part = register("part", new Part(this, sibling));
    }
    Whole whole = new Whole();
    accepts(whole);
    accepts(whole.part);
    refuses(new Part(whole, whole.sibling), "Part.owner: this Whole");
  }

  @Test
  void unregisteredFieldsAreIgnored() {
    class Student extends Module {
      final Linear fc = register("fc", new Linear(1, 1));
      @Unregistered final Linear teacher = new Linear(1, 1);
      @Unregistered final List<Linear> more = List.of(new Linear(1, 1));
    }
    accepts(new Student());
    assertThat(new Student().parameters()).hasSize(2);
  }

  @Test
  void staticFieldsAndCapturedVariablesAreIgnored() {
    Linear captured = new Linear(1, 1);
    class Local extends Module {
      static final Linear STATIC = new Linear(1, 1);

      Tensor forward(Tensor x) {
        return STATIC.forward(captured.forward(x));
      }
    }
    accepts(new Local());
    assertThat(new Local().forward(randn(1)).numel()).isEqualTo(1);
  }

  /** Returns an instance of a class in a named module, which opens its package or does not. */
  private static Module inModule(Path folder, String opens) throws Exception {
    Path sources = Files.createDirectories(folder.resolve("src/user"));
    Files.writeString(folder.resolve("src/module-info.java"), "module user { " + opens + " }");
    Files.writeString(
        sources.resolve("Net.java"),
        """
        package user;
        public final class Net extends panama.torch.nn.Module {
          private final panama.torch.nn.Linear fc = new panama.torch.nn.Linear(1, 1);
        }
        """);
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-nowarn",
                "-d",
                folder.resolve("classes").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "--add-reads",
                "user=ALL-UNNAMED",
                folder.resolve("src/module-info.java").toString(),
                sources.resolve("Net.java").toString());
    assertThat(status).isZero();
    ClassLoader loader = FieldCheckTest.class.getClassLoader();
    Configuration configuration =
        ModuleLayer.boot()
            .configuration()
            .resolve(ModuleFinder.of(folder.resolve("classes")), ModuleFinder.of(), Set.of("user"));
    ModuleLayer.Controller controller =
        ModuleLayer.defineModulesWithOneLoader(configuration, List.of(ModuleLayer.boot()), loader);
    java.lang.Module user = controller.layer().findModule("user").orElseThrow();
    controller.addReads(user, loader.getUnnamedModule());
    controller.addExports(user, "user", loader.getUnnamedModule());
    if (!opens.isEmpty()) {
      controller.addOpens(user, "user", loader.getUnnamedModule());
    }
    return (Module) user.getClassLoader().loadClass("user.Net").getConstructor().newInstance();
  }

  @Test
  void aNamedModuleThatDoesNotOpenItsPackageIsReportedOnce(@TempDir Path closed, @TempDir Path open)
      throws Exception {
    List<String> log = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            log.add(entry.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("panama.torch");
    logger.addHandler(handler);
    try {
      Module silent = inModule(closed, "");
      silent.parameters();
      silent.eval();
      assertThat(log)
          .singleElement()
          .asString()
          .contains("module user does not open user", "`opens user to panama.torch;`");
      refuses(inModule(open, "opens user;"), "Net.fc: this Linear");
      assertThat(log).hasSize(1);
    } finally {
      logger.removeHandler(handler);
    }
  }
}
