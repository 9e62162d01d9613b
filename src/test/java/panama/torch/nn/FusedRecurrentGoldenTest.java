package panama.torch.nn;

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The fused kernels have the results and gradients of PyTorch, within the bounds of {@link
 * RecurrentGoldenTest}.
 */
@ExtendWith(AutoBackend.class)
class FusedRecurrentGoldenTest extends RecurrentGoldenTest {}
