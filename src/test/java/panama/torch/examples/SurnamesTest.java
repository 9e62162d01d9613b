package panama.torch.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SurnamesTest {
  @Test
  void oneEpochIsBetterThanTheMostFrequentLanguage() throws Exception {
    String printed = Printed.by(() -> Surnames.main(new String[] {"1"}));
    assertThat(printed).contains("epoch 1, loss ").containsPattern("Italian( +[0-9]+){15}");
    String accuracy = printed.replaceAll("(?s).*Test accuracy ([0-9.]+).*", "$1");
    assertThat(Double.parseDouble(accuracy)).isGreaterThan(0.3); // 20 % are Italian
  }
}
