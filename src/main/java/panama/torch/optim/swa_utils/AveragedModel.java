package panama.torch.optim.swa_utils;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.internal.Arguments;
import panama.torch.nn.Module;

/**
 * A copy of a model whose parameters are averages of the model's parameters at each call of {@link
 * #updateParameters}: by default with equal weights (stochastic weight averaging), with {@link
 * Builder#ema} an exponential moving average. The first call copies the parameters.
 *
 * <p>The state dict has {@code n_averaged}, INT64, and the entries of the model with the prefix
 * {@code module.}, as in PyTorch.
 *
 * @param <M> the class of the model
 */
public final class AveragedModel<M extends Module> extends Module {
  private final M module;
  private final Tensor averaged;
  private final @Nullable Double decay;
  private final boolean useBuffers;

  /**
   * Creates a copy of a model, for averages with equal weights.
   *
   * @param model the model to average
   * @param factory creates a model of the same class and structure, as for {@link Module#copy}
   * @throws IllegalArgumentException when the factory creates another kind of model
   */
  public AveragedModel(M model, Supplier<M> factory) {
    this(builder(model, factory));
  }

  private AveragedModel(Builder<M> builder) {
    module = register("module", builder.model.copy(builder.factory));
    averaged = registerBuffer("n_averaged", Torch.tensor(0L));
    decay = builder.decay;
    useBuffers = builder.useBuffers;
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param <M> the type of the model
   * @param model the model to average
   * @param factory creates a model of the same class and structure, as for {@link Module#copy}
   */
  public static <M extends Module> Builder<M> builder(M model, Supplier<M> factory) {
    return new Builder<>(model, factory);
  }

  /**
   * The options.
   *
   * @param <M> the class of the model
   */
  public static final class Builder<M extends Module> {
    private final M model;
    private final Supplier<M> factory;
    private @Nullable Double decay;
    private boolean useBuffers;

    private Builder(M model, Supplier<M> factory) {
      this.model = model;
      this.factory = factory;
    }

    /**
     * Sets an exponential moving average: decay times the average plus 1 - decay times the model,
     * as PyTorch's {@code get_ema_multi_avg_fn}, whose decay is 0.999 by default. Default: equal
     * weights.
     *
     * @param decay the decay, 0 to 1
     * @return this builder
     * @throws IllegalArgumentException unless the decay is from 0 to 1
     */
    public Builder<M> ema(double decay) {
      this.decay = Arguments.fraction("decay", decay);
      return this;
    }

    /**
     * Sets whether buffers are averaged, too, instead of copied. Default: false.
     *
     * @param useBuffers whether buffers are averaged
     * @return this builder
     */
    public Builder<M> useBuffers(boolean useBuffers) {
      this.useBuffers = useBuffers;
      return this;
    }

    /**
     * Returns the averaged model, a copy of the model until the first update.
     *
     * @throws IllegalArgumentException when the factory creates another kind of model
     */
    public AveragedModel<M> build() {
      return new AveragedModel<>(this);
    }
  }

  /** Returns the model with the averaged parameters, to be evaluated and saved. */
  public M module() {
    return module;
  }

  /** Returns the number of updates. */
  public long nAveraged() {
    return averaged.itemLong();
  }

  /**
   * Updates the averages with the parameters of a model; to be called after the optimizer's step.
   *
   * @param model the model after the step of the optimizer
   * @throws IllegalArgumentException when the model has another number of parameters or buffers
   */
  public void updateParameters(M model) {
    long updates = nAveraged();
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> own = new ArrayList<>(module.parameters());
      List<Tensor> others = new ArrayList<>(model.parameters());
      if (useBuffers) {
        own.addAll(module.buffers());
        others.addAll(model.buffers());
      } else {
        copy(module.buffers(), model.buffers());
      }
      if (updates == 0) {
        copy(own, others);
      } else {
        checkNumber(own, others);
        for (int i = 0; i < own.size(); i++) {
          Tensor mean = own.get(i).detach();
          average(mean, others.get(i).detach().to(mean.device()));
        }
      }
      averaged.add_(1);
    }
  }

  private void average(Tensor mean, Tensor current) {
    if (decay == null) {
      mean.copy_(mean.add(current.sub(mean).div(averaged.add(1))));
    } else if (mean.dtype().isFloatingPoint()) {
      Torch.op("aten::lerp_.Scalar").arg(mean).arg(current).arg(1 - decay).call();
    } else {
      mean.copy_(mean.mul(decay).add(current.mul(1 - decay)));
    }
  }

  private static void copy(List<Tensor> own, List<Tensor> others) {
    checkNumber(own, others);
    for (int i = 0; i < own.size(); i++) {
      own.get(i).detach().copy_(others.get(i).detach());
    }
  }

  private static void checkNumber(List<Tensor> own, List<Tensor> others) {
    if (own.size() != others.size()) {
      throw new IllegalArgumentException(
          "model: expected one with as many parameters and buffers as the averaged model, %s, got %s"
              .formatted(own.size(), others.size()));
    }
  }
}
