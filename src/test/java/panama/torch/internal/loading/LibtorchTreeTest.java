package panama.torch.internal.loading;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders with the libtorch of a user. */
class LibtorchTreeTest {
  @TempDir Path root;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "build-version | 2.13.0+cu130 | 2.13.0",
        "version.py | __version__ = '2.12.1+cpu' | 2.12.1",
        "include/torch/headeronly/version.h | \"2.13.0\" | 2.13.0"
      })
  void readsTheVersion(String name, String line, String version) throws Exception {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.createDirectories(root.resolve("lib"));
    Files.writeString(file, "/// Version\nfrom typing import Optional\n#pragma once\n" + line);
    assertThat(new LibtorchTree(root).version()).isEqualTo(new LibtorchTree.Version(version, file));
    assertThat(new LibtorchTree(root.resolve("lib")).version())
        .isEqualTo(new LibtorchTree.Version(version, file));
  }

  @Test
  void loadsCudaLibrariesAfterTheOthers() throws Exception {
    Properties entries = new Properties();
    entries.setProperty("libtorch.load", "libgomp.so.1,libc10.so,libtorch_cpu.so");
    entries.setProperty("libtorch.load.cuda", "libc10_cuda.so,libtorch_cuda.so");
    NativeManifest shim = new NativeManifest("test", entries);
    // Required libraries are listed even if they are missing; OpenMP may have another name.
    assertThat(new LibtorchTree(root).files(shim))
        .isEqualTo(List.of(root.resolve("libc10.so"), root.resolve("libtorch_cpu.so")));
    for (String name : List.of("libgomp.so.1", "libc10_cuda.so", "libtorch_cuda.so")) {
      Files.createFile(root.resolve(name));
    }
    assertThat(new LibtorchTree(root).files(shim))
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "libgomp.so.1", "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so");
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86_64",
    "Linux, aarch64, linux-aarch64",
    "Mac OS X, aarch64, macos-aarch64",
    "Windows 11, amd64, windows-x86_64"
  })
  void namesThePlatform(String os, String architecture, String name) {
    assertThat(Platform.name(os, architecture)).isEqualTo(name);
  }
}
