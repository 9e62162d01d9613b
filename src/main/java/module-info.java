/** PyTorch's recurrent networks on the JVM. */
@SuppressWarnings("requires-automatic") // XChart and the tokenizers are automatic modules
module panama.torch {
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;

  // Optional: needed by some classes of data.table, data.preprocessing, train and train.charts.
  requires static ai.djl.tokenizers;
  requires static de.siegmar.fastcsv;
  requires static java.desktop;
  requires static transitive java.sql;
  requires static me.tongfei.progressbar;
  requires static org.knowm.xchart;

  exports panama.torch;
  exports panama.torch.autograd;
  exports panama.torch.data;
  exports panama.torch.data.preprocessing;
  exports panama.torch.data.table;
  exports panama.torch.io;
  exports panama.torch.nn;
  exports panama.torch.nn.init;
  exports panama.torch.nn.utils;
  exports panama.torch.nn.utils.parametrizations;
  exports panama.torch.nn.utils.rnn;
  exports panama.torch.optim;
  exports panama.torch.optim.lr_scheduler;
  exports panama.torch.optim.swa_utils;
  exports panama.torch.spi;
  exports panama.torch.train;
  exports panama.torch.train.charts;
  exports panama.torch.train.logs;
  exports panama.torch.train.metrics;
  exports panama.torch.train.search;

  uses panama.torch.spi.NativeFiles;
}
