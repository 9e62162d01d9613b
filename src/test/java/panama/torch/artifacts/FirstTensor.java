package panama.torch.artifacts;

import panama.torch.Torch;

/** Makes a tensor, twice, and tells how it went; and with an argument, of the build. */
public final class FirstTensor {
  private FirstTensor() {}

  public static void main(String[] args) {
    for (int i = 0; i < 2; i++) {
      try {
        System.out.println(Torch.ones(1).item());
      } catch (UnsatisfiedLinkError e) {
        System.out.println(e.getMessage().replace("\n", " | "));
      }
    }
    if (args.length > 0) {
      System.out.println(Torch.buildInfo());
    }
  }
}
