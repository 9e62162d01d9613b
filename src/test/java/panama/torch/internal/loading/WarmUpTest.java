package panama.torch.internal.loading;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import panama.torch.internal.ffi.PanamaTorch;

class WarmUpTest {
  /** A signature that no function has would be linked in vain. */
  @Test
  void signaturesMatchThoseOfTheFirstCalls() {
    assertThat(WarmUp.signatures())
        .containsExactly(
            PanamaTorch.pt_contract_version$descriptor(),
            PanamaTorch.pt_keep_warnings$descriptor(),
            PanamaTorch.pt_error_status$descriptor(),
            PanamaTorch.pt_error_message$descriptor(),
            PanamaTorch.pt_warnings$descriptor(),
            PanamaTorch.pt_operator_find$descriptor(),
            PanamaTorch.pt_operator_arguments$descriptor(),
            PanamaTorch.pt_operator_call$descriptor(),
            PanamaTorch.pt_tensor_describe$descriptor(),
            PanamaTorch.pt_tensor_copy_out$descriptor(),
            PanamaTorch.pt_tensor_free$descriptor(),
            PanamaTorch.pt_add$descriptor());
  }
}
