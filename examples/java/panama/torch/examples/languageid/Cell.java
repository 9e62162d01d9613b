package panama.torch.examples.languageid;

/** The kinds of recurrent layer to choose from. */
enum Cell {
  RNN,
  LSTM,
  GRU
}
