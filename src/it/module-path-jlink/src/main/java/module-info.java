module org.example.simplernn {
  requires panama.torch;
}
