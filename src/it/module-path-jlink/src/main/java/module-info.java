module org.example.simplernn {
  requires panama.torch;

  // For the check that every field with a module is registered.
  opens panama.torch.examples to
      panama.torch;
}
