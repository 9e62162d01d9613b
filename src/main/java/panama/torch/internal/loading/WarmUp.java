package panama.torch.internal.loading;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * Links downcall handles of the most frequent signatures on another thread, while libtorch is being
 * found and loaded. The JDK generates classes for each signature, and for the first one loads about
 * a hundred of its own. A signature that is not linked when it is needed is linked then. See
 * docs/decisions/0009-heap-grown-before-libtorch.md.
 */
final class WarmUp {
  private final CompletableFuture<Void> first = new CompletableFuture<>();

  private WarmUp() {}

  /** Starts the thread that links. */
  static WarmUp start() {
    WarmUp warmUp = new WarmUp();
    Thread.ofPlatform().daemon().name("panama-torch-warm-up").start(warmUp::run);
    return warmUp;
  }

  /**
   * Waits until the first signature is linked. The native methods that the JDK needs for it are
   * looked up by the dynamic linker, which would block while this thread loads libtorch.
   */
  void awaitFirst() {
    first.join();
  }

  private void run() {
    try {
      for (FunctionDescriptor signature : signatures()) {
        Linker.nativeLinker().downcallHandle(signature);
        first.complete(null);
      }
    } catch (IllegalCallerException | LinkageError e) {
      // Native access is denied, which the thread that loads the libraries reports. The exception
      // may be wrapped by the initialization of a class.
    } finally {
      first.complete(null);
    }
  }

  /** Returns the signatures that the first tensors of a program need, the first one first. */
  static List<FunctionDescriptor> signatures() {
    MemoryLayout pointer = PanamaTorch.C_POINTER;
    MemoryLayout status = PanamaTorch.C_INT;
    MemoryLayout number = PanamaTorch.C_LONG;
    return List.of(
        FunctionDescriptor.of(number), // pt_contract_version
        FunctionDescriptor.ofVoid(), // pt_keep_warnings
        FunctionDescriptor.of(status, pointer), // pt_error_status
        FunctionDescriptor.of(pointer, pointer, pointer), // pt_error_message
        FunctionDescriptor.of(pointer), // pt_warnings
        FunctionDescriptor.of(pointer, pointer, number, pointer), // pt_operator_find
        FunctionDescriptor.of(number, pointer), // pt_operator_arguments
        FunctionDescriptor.of(status, pointer, pointer, number, pointer, pointer), // .._call
        FunctionDescriptor.of(status, pointer, pointer, pointer), // pt_tensor_describe
        FunctionDescriptor.of(status, pointer, pointer, number, pointer), // pt_tensor_copy_out
        FunctionDescriptor.ofVoid(pointer), // pt_tensor_free
        FunctionDescriptor.of(pointer, pointer, pointer, pointer)); // pt_add
  }
}
