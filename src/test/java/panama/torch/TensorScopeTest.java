package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.nn.BatchNorm1d;
import panama.torch.nn.Embedding;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.utils.parametrizations.Parametrizations;
import panama.torch.optim.Adagrad;
import panama.torch.optim.Adam;
import panama.torch.optim.LBFGS;
import panama.torch.optim.Optimizer;
import panama.torch.optim.RMSprop;
import panama.torch.optim.SGD;

@Tag("locale")
class TensorScopeTest {
  @Test
  void freesTensorsCreatedInIt() {
    MemoryUse before = Torch.memory();
    Tensor x;
    try (var scope = new TensorScope()) {
      x = ones(100, 100);
      x.add(1).mul(2);
    }
    assertThat(x.isClosed()).isTrue();
    assertThat(x).hasToString("tensor(closed)");
    assertNothingIsLeft(before);
  }

  /**
   * Asserts at most, since the garbage collector may free tensors of other tests at the same time.
   */
  private static void assertNothingIsLeft(MemoryUse before) {
    assertThat(Torch.memory().liveTensors()).isLessThanOrEqualTo(before.liveTensors());
    assertThat(Torch.memory().liveBytes()).isLessThanOrEqualTo(before.liveBytes());
  }

  @Test
  void doesNotFreeTensorsMovedOut() {
    Tensor outer;
    Tensor inner;
    try (var first = new TensorScope()) {
      try (var second = new TensorScope()) {
        inner = second.keep(ones(1));
        outer = TensorScope.exempt(ones(1));
        assertThat(second.keep(inner)).as("already out").isSameAs(inner);
      }
      assertThat(inner.isClosed()).isFalse();
    }
    assertThat(inner.isClosed()).isTrue();
    assertThat(outer.isClosed()).isFalse();
    outer.close();
    outer.close();
  }

  @Test
  void neverFreesParameters() {
    Linear layer;
    try (var scope = new TensorScope()) {
      layer = new Linear(2, 3);
    }
    assertThat(layer.forward(ones(1, 2)).shape()).isEqualTo(Shape.of(1, 3));
  }

  @Test
  void freesOnAnException() {
    MemoryUse before = Torch.memory();
    assertThatThrownBy(
            () -> {
              try (var scope = new TensorScope()) {
                ones(3).add(ones(4));
              }
            })
        .isInstanceOf(ShapeException.class);
    assertNothingIsLeft(before);
  }

  @Test
  void useAfterCloseNamesTheOperation() {
    Tensor x = ones(2);
    x.close();
    assertThatThrownBy(() -> x.add(x))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("add: the tensor has been closed");
    assertThatThrownBy(x::shape)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("shape");
    assertThatThrownBy(() -> ones(2).add(x)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Torch.op("aten::relu").arg(x).call())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @SuppressWarnings("MustBeClosed")
  void mustBeClosedInOrderAndOnItsThread() throws InterruptedException {
    TensorScope outer = new TensorScope();
    TensorScope inner = new TensorScope();
    assertThatThrownBy(outer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("opened later");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread other =
        Thread.ofPlatform()
            .name("other")
            .start(
                () -> {
                  try {
                    inner.close();
                  } catch (IllegalStateException e) {
                    thrown.set(e);
                  }
                });
    other.join();
    assertThat(thrown.get()).hasMessageContaining("thread other");
    inner.close();
    outer.close();
    outer.close();
    assertThatThrownBy(() -> inner.keep(ones(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void movesTensorsOutOfOneOrAllScopes() {
    Tensor oneLevel;
    Tensor all;
    List<Tensor> several;
    try (var outer = new TensorScope()) {
      try (var middle = new TensorScope()) {
        try (var inner = new TensorScope()) {
          oneLevel = inner.keep(ones(1));
          all = TensorScope.exempt(ones(1));
          several = inner.keep(List.of(ones(1), ones(1)));
        }
        assertThat(oneLevel.isClosed()).isFalse();
        middle.keep(several.getFirst());
      }
      assertThat(oneLevel.isClosed()).isTrue();
      assertThat(several.get(0).isClosed()).isFalse();
      assertThat(several.get(1).isClosed()).isTrue();
    }
    assertThat(several.getFirst().isClosed()).isTrue();
    assertThat(all.isClosed()).isFalse();
    all.close();
  }

  @Test
  void statisticsCountTensorsByOutcome() {
    TensorScope outer = new TensorScope();
    TensorScope inner = new TensorScope();
    Tensor kept = inner.keep(ones(1));
    TensorScope.exempt(ones(1));
    ones(1).close();
    ones(1).add(1);
    assertThat(inner.statistics()).isEqualTo(new ScopeStatistics(5, 1, 2, 2));
    inner.close();
    assertThat(inner.statistics()).isEqualTo(new ScopeStatistics(5, 3, 2, 0));
    assertThat(outer.statistics()).isEqualTo(new ScopeStatistics(1, 0, 0, 1));
    kept.close();
    outer.close();
    assertThat(outer.statistics()).isEqualTo(new ScopeStatistics(1, 1, 0, 0));
  }

  /** More tensors than a scope records individually. */
  @Test
  void statisticsCountThousandsOfTensors() {
    try (var scope = new TensorScope()) {
      for (int i = 0; i < 3000; i++) {
        ones(1).close();
      }
      for (int i = 0; i < 3000; i++) {
        scope.keep(ones(1)).close();
      }
      ones(1);
      assertThat(scope.statistics()).isEqualTo(new ScopeStatistics(6001, 3000, 3000, 1));
    }
  }

  @Test
  void anExceptionFreesEveryScopeThatItLeaves() {
    List<Tensor> made = new ArrayList<>();
    assertThatThrownBy(
            () -> {
              try (var outer = new TensorScope()) {
                made.add(ones(1));
                try (var inner = new TensorScope()) {
                  made.add(ones(2));
                  made.add(inner.keep(ones(3)));
                  throw new ArithmeticException("of the program");
                }
              }
            })
        .isInstanceOf(ArithmeticException.class)
        .hasNoSuppressedExceptions();
    assertThat(made).hasSize(3).allMatch(Tensor::isClosed);
    assertThat(TensorScope.current()).isNull();
  }

  @Test
  void statisticsCanBeReadOnlyOnTheScopesThread() throws InterruptedException {
    try (var scope = new TensorScope()) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread other =
          Thread.ofVirtual()
              .unstarted(
                  () -> {
                    try {
                      scope.statistics();
                    } catch (IllegalStateException e) {
                      thrown.set(e);
                    }
                  });
      other.start();
      other.join();
      assertThat(thrown.get())
          .hasMessageContaining("TensorScope.statistics: this scope belongs to");
    }
  }

  private static final class Model extends Module {
    final Embedding embedding = register("embedding", new Embedding(5, 4));
    final LSTM lstm = register("lstm", LSTM.builder(4, 6).build());
    final BatchNorm1d norm = register("norm", new BatchNorm1d(6));
    final Linear linear = register("linear", Parametrizations.weightNorm(new Linear(6, 3)));
    final Linear spectral = register("spectral", Parametrizations.spectralNorm(new Linear(3, 2)));

    Tensor forward(Tensor x) {
      Tensor last = lstm.forward(embedding.forward(x)).output().select(0, -1);
      return spectral.forward(linear.forward(norm.forward(last)));
    }
  }

  /** Models and optimizers are created, trained, loaded and converted in scopes that are closed. */
  @Test
  void scopesDoNotFreeModelsAndOptimizerState() {
    Model model;
    List<Optimizer> optimizers;
    Tensor x = Torch.tensor(new long[][] {{0, 1, 2}, {3, 4, 0}});
    try (var scope = new TensorScope()) {
      model = new Model();
      List<Tensor> p = model.parameters();
      optimizers =
          List.of(
              SGD.builder(p).momentum(0.9).build(),
              Adam.builder(p).amsgrad(true).build(),
              RMSprop.builder(p).centered(true).momentum(0.9).build(),
              Adagrad.builder(p).initialAccumulatorValue(0.1).build(),
              LBFGS.builder(p).maxIter(2).build());
    }
    for (int step = 0; step < 2; step++) {
      for (Optimizer optimizer : optimizers) {
        try (var scope = new TensorScope()) {
          optimizer.step(
              () -> {
                optimizer.zeroGrad();
                Tensor loss = model.forward(x).square().mean();
                loss.backward();
                return loss;
              });
        }
      }
    }
    try (var scope = new TensorScope()) {
      Map<String, Tensor> state = new Model().stateDict();
      model.loadStateDict(state);
      model.to(DType.FLOAT64).to(DType.FLOAT32);
      optimizers.subList(0, 4).forEach(Optimizer::step); // L-BFGS computes losses itself
    }
    assertThat(model.parameters()).noneMatch(Tensor::isClosed);
    assertThat(model.buffers()).isNotEmpty().noneMatch(Tensor::isClosed);
    assertThat(model.parameters()).allMatch(p -> p.grad() != null && !p.grad().isClosed());
    assertThat(model.forward(x).shape()).isEqualTo(Shape.of(3, 2));
  }

  private record Step(Tensor loss, LSTM.Output states) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(loss);
      states.forEachTensor(action);
    }
  }

  @Test
  void keepsEveryKindOfTensorHolder() {
    LSTM lstm = LSTM.builder(2, 3).build();
    List<Tensor> kept = new ArrayList<>();
    Tensor dropped;
    Step step;
    Map<String, List<Tensor>> map;
    Tensor[] array;
    Optional<Unique> unique;
    try (var scope = new TensorScope()) {
      dropped = ones(1);
      step = scope.keep(new Step(ones(1), lstm.forward(ones(4, 1, 2))));
      map = scope.keep(Map.of("a", List.of(ones(1), ones(2))));
      array = scope.keep(new Tensor[] {ones(1), null});
      unique = scope.keep(Optional.of(ones(2).unique(true, true, false)));
      assertThat(scope.keep((Object) null)).isNull();
      kept.addAll(TensorScope.exempt(List.of(ones(1))));
    }
    step.forEachTensor(kept::add);
    map.get("a").forEach(kept::add);
    kept.add(array[0]);
    unique.orElseThrow().forEachTensor(kept::add);
    assertThat(kept).hasSize(10).noneMatch(Tensor::isClosed);
    assertThat(dropped.isClosed()).isTrue();
    kept.forEach(Tensor::close);
  }

  @Test
  void refusesToKeepUnknownTypes() {
    try (var scope = new TensorScope()) {
      assertThatThrownBy(() -> scope.keep(List.of(ones(1), "text")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("got a java.lang.String", "TensorHolder");
    }
  }

  @Test
  void handsOverTensorsToTheScopeOfAnotherThread() throws InterruptedException {
    Tensor outside = ones(1);
    AtomicReference<Supplier<List<Tensor>>> handed = new AtomicReference<>();
    AtomicReference<Tensor> onTheWay = new AtomicReference<>();
    Thread.ofPlatform()
        .start(
            () -> {
              try (var scope = new TensorScope()) {
                onTheWay.set(ones(1));
                handed.set(scope.handOver(List.of(onTheWay.get().add(1), outside)));
              }
            })
        .join();
    assertThat(onTheWay.get().isClosed()).isTrue();
    List<Tensor> result;
    try (var scope = new TensorScope()) {
      result = handed.get().get();
      assertThat(result.getFirst().item()).isEqualTo(2);
      assertThat(scope.statistics().alive()).isEqualTo(1);
    }
    assertThat(result.getFirst().isClosed()).isTrue();
    assertThat(outside.isClosed()).as("not of the scope").isFalse();
  }

  @Test
  void handsOverAllTensorsWithAnObjectOfAnotherClass() {
    record Sum(Tensor value) {}
    Supplier<Sum> handed;
    try (var scope = new TensorScope()) {
      handed = scope.handOver(new Sum(ones(2).sum()));
    }
    try (var scope = new TensorScope()) {
      assertThat(handed.get().value().item()).isEqualTo(2);
      assertThat(scope.statistics().alive()).isEqualTo(2);
    }
    assertThat(handed.get().value().isClosed()).isTrue();
  }
}
