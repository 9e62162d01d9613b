package panama.torch.artifacts;

import panama.torch.Torch;

/**
 * Creates a tensor twice and prints its element or the error; with an argument, prints the build
 * information.
 */
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
