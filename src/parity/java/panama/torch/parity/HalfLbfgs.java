package panama.torch.parity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.optim.LBFGS;

/** L-BFGS in half precision, where its Python floats and its tensors round differently. */
final class HalfLbfgs implements Program {
  private static final int LBFGS_STEPS = 9;

  @Override
  public String name() {
    return "half_lbfgs";
  }

  @Override
  public Map<String, Tensor> run() {
    Map<String, Tensor> results = new LinkedHashMap<>();
    for (DType dtype : List.of(DType.BFLOAT16, DType.FLOAT16)) {
      for (boolean wolfe : new boolean[] {false, true}) {
        Torch.manualSeed(6);
        Tensor p = Torch.randn(4, 9).to(dtype).requiresGrad_();
        Tensor place = Torch.arange(1, 37).to(dtype).reshape(4, 9);
        LBFGS optimizer =
            LBFGS.builder(List.of(p)).lr(0.3).maxIter(4).historySize(3).strongWolfe(wolfe).build();
        List<Tensor> losses = new ArrayList<>();
        for (int step = 0; step < LBFGS_STEPS; step++) {
          losses.add(TensorScope.exempt(optimizer.step(() -> loss(optimizer, p, place)).detach()));
        }
        String name = dtype.name().toLowerCase(Locale.ROOT) + (wolfe ? " True" : " False");
        results.put(name + " losses", Torch.stack(losses, 0));
        results.put(name + " p", p);
      }
    }
    return results;
  }

  private static Tensor loss(LBFGS optimizer, Tensor p, Tensor place) {
    optimizer.zeroGrad();
    Tensor flat = p.mul(p).mul(place.mul(0.01));
    Tensor steep = p.sub(0.5).mul(p.sub(0.5)).mul(p.mul(p));
    Tensor loss = flat.add(steep).sum();
    loss.backward();
    return loss;
  }
}
