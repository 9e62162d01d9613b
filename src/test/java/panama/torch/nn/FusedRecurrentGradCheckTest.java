package panama.torch.nn;

import org.junit.jupiter.api.extension.ExtendWith;
import panama.torch.SelectedBackend;

/** The gradients of the fused kernels, and their gradients, are those of finite differences. */
@ExtendWith(SelectedBackend.Auto.class)
class FusedRecurrentGradCheckTest extends RecurrentGradCheckTest {}
