module org.example.simplernn {
  requires panama.torch;

  // Allows the library to check that every field with a module is registered.
  opens panama.torch.examples to
      panama.torch;
}
