package panama.torch.optim.swa_utils;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.Module;

/**
 * A copy of a model whose parameters are averages over those that the model had at each {@link
 * #updateParameters}: all with the same weight (stochastic weight averaging), PyTorch's default, or
 * exponentially with {@link Builder#ema}. The first update copies.
 *
 * <p>State dict: {@code n_averaged}, INT64, and the model's entries after {@code module.}, as in
 * PyTorch.
 *
 * @param <M> the model's class
 */
public final class AveragedModel<M extends Module> extends Module {
  private final M module;
  private final Tensor averaged;
  private final @Nullable Double decay;
  private final boolean useBuffers;

  private AveragedModel(Builder<M> builder) {
    module = register("module", builder.model.copy(builder.factory));
    averaged = registerBuffer("n_averaged", Torch.tensor(0L));
    decay = builder.decay;
    useBuffers = builder.useBuffers;
  }

  /**
   * Starts from PyTorch's defaults.
   *
   * @param model to be averaged
   * @param factory makes a model of the same class and structure, as for {@link Module#copy}
   */
  public static <M extends Module> Builder<M> builder(M model, Supplier<M> factory) {
    return new Builder<>(model, factory);
  }

  /**
   * The options.
   *
   * @param <M> the model's class
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
     * Averages exponentially: decay times the average, plus 1 - decay times the model. PyTorch's
     * {@code get_ema_multi_avg_fn}, with a decay of 0.999 by default. Default: every update has the
     * same weight.
     *
     * @throws IllegalArgumentException unless the decay is from 0 to 1
     */
    public Builder<M> ema(double decay) {
      if (!(decay >= 0 && decay <= 1)) {
        throw new IllegalArgumentException("decay: expected a number from 0 to 1, got " + decay);
      }
      this.decay = decay;
      return this;
    }

    /** Whether buffers are averaged, too, rather than copied. Default: false. */
    public Builder<M> useBuffers(boolean useBuffers) {
      this.useBuffers = useBuffers;
      return this;
    }

    /**
     * The averages, which start as a copy of the model.
     *
     * @throws IllegalArgumentException when the factory makes another kind of model
     */
    public AveragedModel<M> build() {
      return new AveragedModel<>(this);
    }
  }

  /** The model with the averages: what is evaluated and saved. */
  public M module() {
    return module;
  }

  /** How many updates there were. */
  public long nAveraged() {
    return averaged.itemLong();
  }

  /**
   * Takes the model's parameters into the averages; call it after the optimizer's step.
   *
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
          "model: expected one with as many parameters and buffers as the averages have, %s, got %s"
              .formatted(own.size(), others.size()));
    }
  }
}
