package panama.torch.nn;

import org.junit.jupiter.api.extension.ExtendWith;
import panama.torch.SelectedBackend;

/**
 * The fused kernels have the results and gradients of PyTorch, within the bounds of {@link
 * RecurrentGoldenTest}.
 */
@ExtendWith(SelectedBackend.Auto.class)
class FusedRecurrentGoldenTest extends RecurrentGoldenTest {}
