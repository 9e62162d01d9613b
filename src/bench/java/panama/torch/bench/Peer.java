package panama.torch.bench;

/** What is compared, in the order of the columns of the report. */
enum Peer {
  FUSED("panama-torch FUSED"),
  ATEN("panama-torch ATEN"),
  CPP("libtorch in C++"),
  PYTHON("Python"),
  EQUAL("Python, equal malloc"),
  COMPILE("torch.compile"),
  ONNX("ONNX Runtime"),
  DJL("DJL"),
  JAVACPP("JavaCPP presets");

  /** The name in the report. */
  final String title;

  Peer(String title) {
    this.title = title;
  }
}
