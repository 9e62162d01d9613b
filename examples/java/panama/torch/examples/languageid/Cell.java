package panama.torch.examples.languageid;

/** The kind of recurrent layer. */
enum Cell {
  RNN,
  LSTM,
  GRU
}
