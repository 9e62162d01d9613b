/** To do. */
@NullMarked
package panama.torch.train.charts;

import org.jspecify.annotations.NullMarked;
