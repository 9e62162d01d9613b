package panama.torch.nn;

import org.junit.jupiter.api.extension.ExtendWith;

/** The gradients of the fused kernels, and their gradients, are those of finite differences. */
@ExtendWith(AutoBackend.class)
class FusedRecurrentGradCheckTest extends RecurrentGradCheckTest {}
