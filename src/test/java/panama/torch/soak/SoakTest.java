package panama.torch.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Short soak tests, about a minute; {@code mvn -Psoak verify} runs them in full. */
class SoakTest {
  @ParameterizedTest
  @EnumSource
  void memoryStaysFlat(Soak soak) throws Exception {
    Soak.Outcome outcome = soak.run(soak.brief());
    System.out.println(soak + ": " + outcome.text());
    assertThat(outcome.held()).as(outcome.text()).isTrue();
  }

  @Test
  void residentMemoryIsKnownHere() {
    if (!Resident.isKnown()) {
      abort(
          "this system does not report resident memory: the soak tests compare handles and bytes"
              + " alone");
    }
    assertThat(Resident.bytes()).isPositive();
  }
}
