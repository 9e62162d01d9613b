package panama.torch.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The metadata for GraalVM in the main jar. */
class ReachabilityMetadataTest {
  private static InputStream shipped() {
    String name = ReachabilityMetadata.FILE.toString().replace('\\', '/');
    return ReachabilityMetadataTest.class.getResourceAsStream(
        name.substring("src/main/resources".length()));
  }

  @Test
  void describesTheBindings() throws Exception {
    try (InputStream stream = shipped()) {
      assertThat(new String(stream.readAllBytes(), UTF_8))
          .as("run panama.torch.internal.ReachabilityMetadata, which writes it anew")
          .isEqualTo(ReachabilityMetadata.text());
    }
  }

  @Test
  void isValidJson() throws Exception {
    List<String> names = new ArrayList<>();
    try (InputStream stream = shipped();
        JsonParser parser = new JsonFactory().createParser(stream)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          names.add(parser.currentName());
        }
      }
    }
    assertThat(names).contains("reflection", "resources", "foreign", "downcalls", "upcalls");
  }
}
