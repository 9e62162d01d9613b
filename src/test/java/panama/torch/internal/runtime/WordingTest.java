package panama.torch.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {
  /** Messages of libtorch 2.13, one for each rule. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Trying to backward through the graph a second time (or directly access saved tensors after"
            + " they have already been freed). Saved intermediate values of the graph are freed"
            + " when you call .backward() or autograd.grad(). Specify retain_graph=True if you need"
            + " to backward through the graph a second time or if you need to access saved tensors"
            + " after calling backward."
            + "| carry h.detach() over instead. To go through one graph twice, call backward(true)",
        "modified by an inplace operation: [CPUFloatType [3]], which is output 0 of Exp, is at"
            + " version 1; expected version 0 instead. Hint: enable anomaly detection to find the"
            + " operation that failed to compute its gradient, with"
            + " torch.autograd.set_detect_anomaly(True, check_nan=False)."
            + "| float32[3], which is output 0 of Exp, is at version 1; expected version 0 instead."
            + " A usual cause is optimizer.step() between the forward pass and backward()",
        "instead. Hint: the backtrace further above shows the operation that failed to compute its"
            + " gradient. The variable in question was changed in there or anywhere later. Good"
            + " luck! | instead. A usual cause is optimizer.step() between",
        "element 1of the differentiated Tensors appears to not have been used in the graph. Set"
            + " allow_unused=True if this is the desired behavior."
            + "| no output depends on input 1; pass allowUnused = true",
        "One of the differentiated Tensors appears to not have been used in the graph. Set"
            + " allow_unused=True if this is the desired behavior."
            + "| one of the inputs appears to not have been used in the graph; pass allowUnused ="
            + " true",
        "element 0 of tensors does not require grad and does not have a grad_fn"
            + "| tensor 0 requires no gradient and has no gradFn",
        "grad can be implicitly created only for scalar outputs | expected a tensor of one element",
        "a view of a leaf Variable that requires grad is being used in an in-place operation.| a"
            + " view of a leaf that requires gradients is changed in place; do it inside try (var"
            + " guard = Torch.noGrad())",
        "can't retain_grad on Tensor that has requires_grad=False"
            + "| expected a tensor that requires gradients",
        "cannot register a hook on a variable that doesn't require gradient"
            + "| expected a tensor that requires gradients",
        "tracked by autograd. To work around this, you can make a clone to get a normal tensor and"
            + " use it in autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`."
            + "| Use a copy() of it, or Torch.noGrad() instead of Torch.inferenceMode()",
        "is not allowed.You can make a clone to get a normal tensor before doing inplace update.See"
            + " https://github.com/pytorch/rfcs/pull/17 for more details."
            + "| is not allowed. Change a copy() of it.",
        "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad"
            + " attribute won't be populated during autograd.backward(). If you indeed want"
            + "| call retainGrad() on it before",
        "put_ does not have a deterministic implementation, but you set"
            + " 'torch.use_deterministic_algorithms(True)'. You can turn off determinism"
            + "| but Torch.useDeterministicAlgorithms(true) is in force",
        "in C++, add `c10::InferenceMode mode;` before | in C++, add Torch.inferenceMode() before",
        "INDICES element is out of DATA bounds, id=3 axis_dim=2"
            + "| index 3 is out of bounds for a dimension of size 2",
        "Index 1 of input takes value 7 which is not in the valid range [0, 4)"
            + "| index 7 at [1] is out of range: the weight has 4 rows, from 0",
        "Class values must be smaller than num_classes. | expected classes below numClasses.",
        "Expected a.size() >= 2 to be true, but got false.  (Could this error message be improved? "
            + " If so, please report an enhancement request to PyTorch.)"
            + "| Expected a.size() >= 2 to be true, but got false.",
        "memory location. Please clone() the tensor before performing the operation."
            + "| Use a copy() of the tensor before",
        "RNG state must be a torch.ByteTensor | RNG state must be a uint8 tensor",
        "expected scalar type Float but found Double"
            + "| expected scalar type float32 but found float64",
        "expected Float[3] on cpu | expected float32[3] on cpu",
        "NestedTensor always requires keepdim=True for now. | requires keepdim = true for now",
        "if `return_complex=None` | if returnComplex = null",
        "At least one of 'min' or 'max' must not be None"
            + "| At least one of 'min' or 'max' must not be null",
        "A view was created in no_grad mode | A view was created in noGrad mode",
        "has no grad_fn but requires_grad | has no gradFn but requiresGrad",
        "obtained using .clone() if you want | obtained using copy() if you want",
        "populated during autograd.backward() | populated during backward()",
        "torch.nn.functional.linear and torch.linalg.inv and torch.nn.BCELoss"
            + "| linear and inv and BCELoss",
      })
  void namesOfPythonBecomeThoseOfJava(String libtorch, String expected) {
    assertThat(Wording.inJava(libtorch))
        .contains(expected)
        .doesNotContain("torch.", "True", "None", "retain_", "requires_", "allow_");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
        "The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0",
        "Long sequences and Float numbers",
      })
  void otherMessagesAreNotChanged(String message) {
    assertThat(Wording.inJava(message)).isEqualTo(message);
  }
}
