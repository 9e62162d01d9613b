package panama.torch.internal.runtime;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites libtorch's messages, which are written for Python and C++, for this library's API:
 * {@code backward(true)} for {@code retain_graph=True}. Adds the usual cause where libtorch names
 * none.
 */
public final class Wording {
  private record Rule(Pattern pattern, Function<MatchResult, String> replacement) {}

  private static final Map<String, String> DTYPES =
      Map.ofEntries(
          Map.entry("Byte", "uint8"),
          Map.entry("Char", "int8"),
          Map.entry("Short", "int16"),
          Map.entry("Int", "int32"),
          Map.entry("Long", "int64"),
          Map.entry("Half", "float16"),
          Map.entry("Float", "float32"),
          Map.entry("Double", "float64"),
          Map.entry("ComplexFloat", "complex64"),
          Map.entry("ComplexDouble", "complex128"),
          Map.entry("Bool", "bool"),
          Map.entry("BFloat16", "bfloat16"));

  private static final String DTYPE = "(" + String.join("|", DTYPES.keySet()) + ")";

  /** Applied in this order: whole sentences first, single names last. */
  private static final List<Rule> RULES =
      List.of(
          // Autograd
          to(
              "Saved intermediate values of the graph are freed when you call .*after calling"
                  + " backward\\.?",
              "The first pass has freed what the graph had saved. The usual cause is a tensor that"
                  + " was carried over from the step before, such as a recurrent network's hidden"
                  + " state: carry h.detach() over instead. To go through one graph twice, call"
                  + " backward(true) the first time"),
          to(
              "\\s*Hint: enable anomaly detection to find .*check_nan=False\\)\\.?",
              " A usual cause is optimizer.step() between the forward pass and backward(): compute"
                  + " the loss anew after every step. Torch.detectAnomaly() finds the line of the"
                  + " operation whose gradient failed"),
          to(
              "\\s*Hint: the backtrace further above shows the operation .*Good luck!",
              " A usual cause is optimizer.step() between the forward pass and backward(): compute"
                  + " the loss anew after every step"),
          to(
              "element (\\d+) ?of the differentiated Tensors appears to not have been used in the"
                  + " graph\\. Set allow_unused=True if this is the desired behavior\\.?",
              "no output depends on input $1; pass allowUnused = true to have null for its"
                  + " gradient"),
          to(
              "One of the differentiated Tensors (appears to not have been used in the graph)\\."
                  + " Set allow_unused=True if this is the desired behavior\\.?",
              "one of the inputs $1; pass allowUnused = true to have null for its gradient"),
          to(
              "element (\\d+) of tensors does not require grad and does not have a grad_fn",
              "tensor $1 requires no gradient and has no gradFn: it was not computed from"
                  + " parameters, or within Torch.noGrad(), or behind detach()"),
          to(
              "grad can be implicitly created only for scalar outputs",
              "expected a tensor of one element; reduce it by sum() or mean() first, or give the"
                  + " gradient"),
          to(
              "a (view of a )?leaf Variable that requires grad is being used in an in-place"
                  + " operation\\.?",
              match ->
                  "a "
                      + (match.group(1) == null ? "" : "view of a ")
                      + "leaf that requires gradients is changed in place; do it inside try (var"
                      + " guard = Torch.noGrad()) { ... }, or on a copy()"),
          to(
              "can't retain_grad on Tensor that has requires_grad=False",
              "expected a tensor that requires gradients"),
          to(
              "cannot register a hook on a variable that doesn't require gradient",
              "expected a tensor that requires gradients"),
          to(
              "To work around this, you can make a clone to get a normal tensor and use it in"
                  + " autograd, or use `torch\\.no_grad\\(\\)` instead of"
                  + " `torch\\.inference_mode\\(\\)`\\.?",
              "Use a copy() of it, or Torch.noGrad() instead of Torch.inferenceMode()"),
          to(
              "You can make a clone to get a normal tensor before doing inplace update\\.",
              " Change a copy() of it."),
          to("\\s*See https?://\\S+ for more details\\.?", ""),
          to(
              "The \\.grad attribute of a Tensor that is not a leaf Tensor is being accessed.*",
              "grad() of a tensor that is no leaf is null after backward(); call retainGrad() on it"
                  + " before, or ask the leaf that is meant"),
          // Modes
          to(
              ", but you set 'torch\\.use_deterministic_algorithms\\(True\\)'\\..*",
              ", but Torch.useDeterministicAlgorithms(true) is in force; turn it off for this"
                  + " call"),
          to("(?i)`?c10::InferenceMode mode;`?", "Torch.inferenceMode()"),
          // Operators
          to(
              "INDICES element is out of DATA bounds, id=(-?\\d+) axis_dim=(\\d+)",
              "index $1 is out of bounds for a dimension of size $2"),
          to(
              "Index (\\d+) of input takes value (-?\\d+) which is not in the valid range"
                  + " \\[0, (\\d+)\\)",
              "index $2 at [$1] is out of range: the weight has $3 rows, from 0"),
          to("Class values must be smaller than num_classes", "expected classes below numClasses"),
          to("\\s*\\(Could this error message be improved\\?.*?PyTorch\\.\\)", ""),
          to("Please clone\\(\\) the tensor", "Use a copy() of the tensor"),
          // Names
          to(
              "\\[(?:torch\\.|CPU)" + DTYPE + "(?:Tensor|Type) (\\[[\\d, ]*\\])\\]",
              match -> DTYPES.get(match.group(1)) + match.group(2)),
          to("\\btorch\\." + DTYPE + "Tensor\\b", match -> DTYPES.get(match.group(1)) + " tensor"),
          to(
              "(?<=\\b(?:type|dtype|found|got|Found|Got|from|to|input|weight) )" + DTYPE + "\\b",
              match -> DTYPES.get(match.group(1))),
          to("\\b" + DTYPE + "(?=\\[)", match -> DTYPES.get(match.group(1))),
          to(
              "`?\\b(\\w+)=(True|False|None)\\b`?",
              match -> camel(match.group(1)) + " = " + constant(match.group(2))),
          to("\\b(True|None)\\b", match -> constant(match.group(1))),
          to("\\b(no_grad|inference_mode)\\b", match -> camel(match.group(1))),
          to("\\b(requires_grad|retain_grad)\\b", match -> camel(match.group(1))),
          to("\\bgrad_fn\\b", "gradFn"),
          to("\\.?\\bclone\\(\\)", "copy()"),
          to("\\bautograd\\.(?:backward|grad)\\(\\)", "backward()"),
          to("(?<![\\w.])torch\\.(?:nn\\.functional\\.|nn\\.|linalg\\.)?(?=[A-Za-z])", ""));

  private Wording() {}

  private static Rule to(String pattern, String replacement) {
    Pattern group = Pattern.compile("\\$(\\d)");
    return to(
        pattern,
        match ->
            group
                .matcher(replacement)
                .replaceAll(
                    number ->
                        Matcher.quoteReplacement(match.group(Integer.parseInt(number.group(1))))));
  }

  private static Rule to(String pattern, Function<MatchResult, String> replacement) {
    return new Rule(Pattern.compile(pattern, Pattern.DOTALL), replacement);
  }

  /** Returns the message, rewritten for this library. */
  public static String inJava(String message) {
    String text = message;
    for (Rule rule : RULES) {
      text =
          rule.pattern
              .matcher(text)
              .replaceAll(match -> Matcher.quoteReplacement(rule.replacement.apply(match)));
    }
    return text;
  }

  private static String constant(String python) {
    return python.equals("None") ? "null" : python.toLowerCase(Locale.ROOT);
  }

  private static String camel(String snake) {
    return Pattern.compile("(?<=[a-z0-9])_([a-z0-9])")
        .matcher(snake)
        .replaceAll(letter -> letter.group(1).toUpperCase(Locale.ROOT));
  }
}
