package panama.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** Formats a tensor as PyTorch does with its default print options. */
final class TensorPrinter {
  private static final String PREFIX = "tensor(";
  private static final int LINE_WIDTH = 80;

  /** The number of elements above which only the edges of each dimension are shown. */
  private static final long THRESHOLD = 1000;

  private static final int EDGE = 3;

  /**
   * The formatted elements in row-major order.
   *
   * @param width the width of each; single elements may be wider
   * @param text returns the text of the element at an index
   */
  private record Cells(int width, IntFunction<String> text) {}

  /** The sizes of the shown part. */
  private final long[] shown;

  /** The sizes of the whole tensor. */
  private final long[] sizes;

  private final Cells cells;

  private TensorPrinter(long[] shown, long[] sizes, Cells cells) {
    this.shown = shown;
    this.sizes = sizes;
    this.cells = cells;
  }

  static String print(Tensor tensor) {
    try {
      return withSuffixes(PREFIX + contents(tensor), suffixes(tensor));
    } catch (ArgumentException | TorchException e) {
      // For example a sparse tensor, created by an operator called by name: printing must not fail.
      return PREFIX + "..., " + size(tensor) + ")";
    }
  }

  private static String contents(Tensor tensor) {
    if (tensor.numel() == 0) {
      return "[]";
    }
    try (TensorScope scope = new TensorScope()) {
      long[] sizes = tensor.shape().toArray();
      Tensor part = tensor.detach();
      if (tensor.numel() > THRESHOLD) {
        for (int dim = 0; dim < sizes.length; dim++) {
          if (sizes[dim] > 2 * EDGE) {
            part = edges(part, dim);
          }
        }
      }
      return new TensorPrinter(part.shape().toArray(), sizes, cells(part.to(Device.CPU)))
          .block(0, 0, PREFIX.length());
    }
  }

  /** Returns the edges of a dimension. Unlike indexSelect, cat supports every type. */
  private static Tensor edges(Tensor part, int dim) {
    long size = part.size(dim);
    return Torch.cat(List.of(part.narrow(dim, 0, EDGE), part.narrow(dim, size - EDGE, EDGE)), dim);
  }

  private static Cells cells(Tensor tensor) {
    return switch (tensor.dtype()) {
      case BOOL -> texts(tensor.toBooleanArray());
      case COMPLEX64, COMPLEX128 -> complex(tensor);
      case FLOAT16,
          BFLOAT16,
          FLOAT32,
          FLOAT64,
          FLOAT8_E5M2,
          FLOAT8_E4M3FN,
          FLOAT8_E5M2FNUZ,
          FLOAT8_E4M3FNUZ,
          FLOAT8_E8M0FNU -> {
        double[] values = tensor.to(DType.FLOAT64).toDoubleArray();
        FloatFormat format = new FloatFormat(values);
        yield new Cells(format.width(), i -> format.format(values[i]));
      }
      case UINT8, INT8, INT16, INT32, INT64, UINT16, UINT32 -> integers(tensor, Long::toString);
      case UINT64 -> integers(tensor, Long::toUnsignedString);
    };
  }

  private static Cells integers(Tensor tensor, LongFunction<String> text) {
    return aligned(Arrays.stream(tensor.to(DType.INT64).toLongArray()).mapToObj(text).toList());
  }

  private static Cells texts(boolean[] booleans) {
    List<String> texts = new ArrayList<>();
    for (boolean value : booleans) {
      texts.add(value ? "True" : "False");
    }
    return aligned(texts);
  }

  private static Cells aligned(List<String> texts) {
    int width = texts.stream().mapToInt(String::length).max().orElse(1);
    return new Cells(width, i -> " ".repeat(width - texts.get(i).length()) + texts.get(i));
  }

  private static Cells complex(Tensor tensor) {
    double[] real = part("aten::real", tensor);
    double[] imaginary = part("aten::imag", tensor);
    FloatFormat first = new FloatFormat(real);
    FloatFormat second = new FloatFormat(imaginary);
    return new Cells(
        first.width() + second.width() + 1,
        i -> {
          String end = second.format(imaginary[i]).strip() + "j";
          return first.format(real[i]) + (end.startsWith("-") ? "" : "+") + end;
        });
  }

  private static double[] part(String operator, Tensor tensor) {
    return Torch.op(operator).arg(tensor).tensor().to(DType.FLOAT64).toDoubleArray();
  }

  /**
   * Returns the text of a block of elements.
   *
   * @param dim the outermost dimension of the block
   * @param first the index of its first element
   * @param indent the indentation of the opening bracket
   */
  private String block(int dim, int first, int indent) {
    if (shown.length == 0) {
      return cells.text.apply(0);
    }
    if (dim == shown.length - 1) {
      return row(first, indent);
    }
    int stride = 1;
    for (int inner = dim + 1; inner < shown.length; inner++) {
      stride *= (int) shown[inner];
    }
    String gap = "," + "\n".repeat(shown.length - dim - 1) + " ".repeat(indent + 1);
    StringJoiner blocks = new StringJoiner(gap, "[", "]");
    for (int i = 0; i < shown[dim]; i++) {
      if (isGap(dim, i)) {
        blocks.add("...");
      }
      blocks.add(block(dim + 1, first + i * stride, indent + 1));
    }
    return blocks.toString();
  }

  private String row(int first, int indent) {
    int last = shown.length - 1;
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < shown[last]; i++) {
      if (isGap(last, i)) {
        texts.add(" ...");
      }
      texts.add(cells.text.apply(first + i));
    }
    int perLine = Math.max(1, (LINE_WIDTH - indent) / (cells.width + 2));
    StringJoiner lines = new StringJoiner(",\n" + " ".repeat(indent + 1), "[", "]");
    for (int from = 0; from < texts.size(); from += perLine) {
      lines.add(
          texts.subList(from, Math.min(from + perLine, texts.size())).stream()
              .collect(Collectors.joining(", ")));
    }
    return lines.toString();
  }

  /** Returns whether elements were omitted before this index. */
  private boolean isGap(int dim, int index) {
    return shown[dim] < sizes[dim] && index == EDGE;
  }

  private static List<String> suffixes(Tensor tensor) {
    List<String> suffixes = new ArrayList<>();
    if (!tensor.device().equals(Device.CPU)) {
      suffixes.add("device='" + tensor.device() + "'");
    }
    DType dtype = tensor.dtype();
    boolean implied;
    if (tensor.numel() == 0) {
      if (tensor.dim() != 1) {
        suffixes.add(size(tensor));
      }
      implied = dtype == DType.FLOAT32;
    } else {
      implied =
          switch (dtype) {
            case FLOAT32, COMPLEX64, INT64, BOOL -> true;
            default -> false;
          };
    }
    if (!implied) {
      suffixes.add("dtype=torch." + dtype);
    }
    String function = tensor.gradFn();
    if (function != null) {
      suffixes.add("grad_fn=<" + function + ">");
    } else if (tensor.requiresGrad()) {
      suffixes.add("requires_grad=True");
    }
    return suffixes;
  }

  private static String size(Tensor tensor) {
    return "size=" + tensor.shape().toString().replace('[', '(').replace(']', ')');
  }

  private static String withSuffixes(String start, List<String> suffixes) {
    StringBuilder text = new StringBuilder(start);
    // PyTorch's count: one more than the length of the line, two more if there is a single line.
    int length = start.length() - start.lastIndexOf('\n') + 1;
    for (String suffix : suffixes) {
      if (length + suffix.length() + 2 > LINE_WIDTH) {
        text.append(",\n").append(" ".repeat(PREFIX.length()));
        length = PREFIX.length() + suffix.length();
      } else {
        text.append(", ");
        length += suffix.length() + 2;
      }
      text.append(suffix);
    }
    return text.append(')').toString();
  }
}
