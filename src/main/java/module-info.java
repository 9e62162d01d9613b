/** PyTorch's recurrent networks on the JVM. */
@SuppressWarnings("requires-automatic") // optional dependencies that are no modules yet
module panama.torch {
  requires static transitive org.jspecify;
  requires com.fasterxml.jackson.core;
  requires static ai.djl.tokenizers;
  requires static de.siegmar.fastcsv;
  requires static transitive java.sql;

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

  uses panama.torch.spi.NativeFiles;
}
