import panama.torch.*;
import panama.torch.autograd.*;
import panama.torch.data.*;
import panama.torch.data.preprocessing.*;
import panama.torch.data.table.*;
import panama.torch.io.*;
import panama.torch.nn.*;
import panama.torch.nn.Module;
import panama.torch.nn.init.*;
import panama.torch.nn.utils.*;
import panama.torch.nn.utils.parametrizations.*;
import panama.torch.nn.utils.rnn.*;
import panama.torch.optim.*;
import panama.torch.optim.lr_scheduler.*;
import panama.torch.optim.swa_utils.*;
import panama.torch.train.*;
import panama.torch.train.charts.*;
import panama.torch.train.logs.*;
import panama.torch.train.metrics.*;
import panama.torch.train.search.*;
import static panama.torch.Index.*;
import static panama.torch.Torch.*;
import static panama.torch.autograd.GradCheck.*;
import static panama.torch.nn.init.Init.*;
import static panama.torch.nn.utils.GradientClipping.*;
import static panama.torch.nn.utils.ParameterVector.*;
import static panama.torch.nn.utils.parametrizations.Parametrizations.*;
import static panama.torch.nn.utils.rnn.Sequences.*;

void print(Object value) { System.out.println(value); }

// Loads the native libraries, too, so that the first answer does not wait for them.
System.out.println("panama-torch on libtorch " + version());
