package panama.torch.nn.init;

import org.junit.jupiter.api.Test;
import panama.torch.Golden;
import panama.torch.Torch;

class InitGoldenTest {
  private static final Golden GOLDEN = Golden.of("modules");

  @Test
  void drawsWhatPyTorchDraws() {
    Torch.manualSeed(0);
    GOLDEN.check("init uniform", 1e-6, Init.uniform_(Torch.empty(3, 4), -2, 3));
    Torch.manualSeed(0);
    GOLDEN.check("init normal", 1e-6, Init.normal_(Torch.empty(3, 4), 1, 2));
    Torch.manualSeed(0);
    GOLDEN.check("init kaiming uniform", 1e-6, Init.kaimingUniform_(Torch.empty(3, 4), 0.5));
    Torch.manualSeed(0);
    GOLDEN.check("init xavier uniform", 1e-6, Init.xavierUniform_(Torch.empty(3, 4), 2));
  }

  @Test
  void drawsTheOrdersOfPyTorch() {
    Torch.manualSeed(0);
    GOLDEN.check("randperm", 0, Torch.randperm(10));
    Torch.manualSeed(0);
    GOLDEN.check("randint", 0, Torch.randint(0, 100, 10));
    Torch.manualSeed(-1);
    GOLDEN.check("negative seed", 1e-6, Torch.randn(3));
  }
}
