package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Device;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.utils.parametrizations.Parametrizations;

/** Methods that return a module return it as its own class. */
class FluentModuleTest {
  private static final class Classifier extends FluentModule<Classifier> {
    final Linear fc = register("fc", new Linear(2, 3));
  }

  private static final class Plain extends Module {
    final Linear fc = register("fc", new Linear(2, 3));
  }

  @Test
  void layersLossesAndNetworksReturnThemselves() {
    Linear linear = new Linear(2, 3);
    Linear same = linear.to(DType.FLOAT64).to(Device.CPU).train().eval().train(true);
    assertThat(same.requiresGrad_(false).apply(module -> {})).isSameAs(linear);

    GRU gru = GRU.builder(2, 3).build().eval();
    LSTM lstm = LSTM.builder(2, 3).build().eval();
    RNN rnn = RNN.builder(2, 3).build().eval();
    LSTMCell cell = new LSTMCell(2, 3).eval();
    Embedding embedding = new Embedding(2, 3).to(DType.FLOAT64);
    CrossEntropyLoss loss = new CrossEntropyLoss(Torch.ones(3)).to(DType.FLOAT64);
    ModuleList<Linear> list = new ModuleList<>(List.of(linear)).eval();
    Classifier classifier = new Classifier().to(DType.FLOAT64).eval();
    assertThat(List.of(gru, lstm, rnn, cell, embedding, loss, list, classifier))
        .filteredOn(Module::isTraining)
        .containsExactly(embedding, loss);
    assertThat(classifier.fc.weight().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(Parametrizations.weightNorm(new Linear(2, 3)).eval().isTraining()).isFalse();
  }

  @Test
  void sealedSuperclassesReturnThemselves() {
    RecurrentLayer<?> layer = GRU.builder(2, 3).build();
    RecurrentLayer<?> same = layer.eval();
    assertThat(same).isSameAs(layer);
  }

  @Test
  void aNetworkThatExtendsModuleGetsAModule() {
    Plain plain = new Plain();
    Module same = plain.eval().to(DType.FLOAT64);
    assertThat(same).isSameAs(plain);
    assertThat(plain.fc.isTraining()).isFalse();
  }

  @Test
  void everyPublicLayerNamesItselfAsItsType() {
    List<Class<?>> layers =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("panama.torch.nn")
                .stream()
                .map(JavaClass::reflect)
                .filter(Module.class::isAssignableFrom)
                .filter(type -> Modifier.isPublic(type.getModifiers()))
                .filter(type -> !Modifier.isAbstract(type.getModifiers()))
                .<Class<?>>map(type -> type)
                .toList();
    assertThat(layers).contains(Linear.class, GRU.class, MSELoss.class).hasSizeGreaterThan(40);
    assertThat(layers).allSatisfy(type -> assertThat(selfType(type)).isEqualTo(type));
  }

  private static Type selfType(Class<?> type) {
    assertThat(FluentModule.class).isAssignableFrom(type);
    Type self = ((ParameterizedType) type.getGenericSuperclass()).getActualTypeArguments()[0];
    return self instanceof ParameterizedType generic ? generic.getRawType() : self;
  }

  /** Keeps its encoder in evaluation mode, as is common in fine-tuning. */
  private static final class FineTuned extends Module {
    final BatchNorm1d encoder = register("encoder", new BatchNorm1d(3));
    final Dropout dropout = register("dropout", new Dropout());

    @Override
    public FineTuned train(boolean mode) {
      super.train(mode);
      encoder.eval();
      return this;
    }
  }

  @Test
  void anOverriddenTrainIsCalledInALargerNetwork() {
    FineTuned inner = new FineTuned();
    assertThat(inner.train().isTraining()).isTrue();
    class Outer extends Module {
      final FineTuned part = register("part", inner);
    }
    Outer outer = new Outer();
    for (Runnable change : List.<Runnable>of(outer::eval, outer::train)) {
      change.run();
      assertThat(outer.part.dropout.isTraining()).isEqualTo(outer.isTraining());
      assertThat(outer.part.encoder.isTraining()).isFalse();
    }
    Tensor mean = inner.encoder.getBuffer("running_mean").clone();
    inner.encoder.forward(Torch.randn(4, 3));
    assertThat(inner.encoder.getBuffer("running_mean").toFloatArray())
        .isEqualTo(mean.toFloatArray());
  }
}
