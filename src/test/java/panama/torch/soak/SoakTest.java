package panama.torch.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The soaks in brief, about a minute; in full they run by {@code mvn -Psoak verify}. */
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
          "this system does not tell of resident memory: the soaks compare handles and bytes"
              + " alone");
    }
    assertThat(Resident.bytes()).isPositive();
  }
}
