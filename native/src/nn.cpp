#include "guard.h"
#include "handles.h"

using namespace panama_torch;

pt_tensor *pt_linear(const pt_tensor *x, const pt_tensor *weight, const pt_tensor *bias, pt_error **error) {
  return pointer(error, [&] { return own(at::linear(get(x), get(weight), optional(bias))); });
}

pt_tensor *pt_embedding(const pt_tensor *weight, const pt_tensor *indices, int64_t padding_idx,
                        bool scale_grad_by_freq, bool sparse, pt_error **error) {
  return pointer(error, [&] {
    return own(at::embedding(get(weight), get(indices), padding_idx, scale_grad_by_freq, sparse));
  });
}

pt_tensor *pt_dropout(const pt_tensor *x, double p, bool training, pt_error **error) {
  return pointer(error, [&] { return own(at::dropout(get(x), p, training)); });
}

pt_tensor *pt_relu(const pt_tensor *x, pt_error **error) {
  return pointer(error, [&] { return own(at::relu(get(x))); });
}

pt_tensor *pt_tanh(const pt_tensor *x, pt_error **error) {
  return pointer(error, [&] { return own(at::tanh(get(x))); });
}

pt_tensor *pt_sigmoid(const pt_tensor *x, pt_error **error) {
  return pointer(error, [&] { return own(at::sigmoid(get(x))); });
}

pt_tensor *pt_softmax(const pt_tensor *x, int64_t dim, pt_error **error) {
  return pointer(error, [&] { return own(at::softmax(get(x), dim)); });
}

pt_tensor *pt_log_softmax(const pt_tensor *x, int64_t dim, pt_error **error) {
  return pointer(error, [&] { return own(at::log_softmax(get(x), dim)); });
}

pt_tensor *pt_cross_entropy(const pt_tensor *x, const pt_tensor *target, const pt_tensor *weight,
                            int64_t reduction, int64_t ignore_index, double label_smoothing,
                            pt_error **error) {
  return pointer(error, [&] {
    return own(at::cross_entropy_loss(get(x), get(target), optional(weight), reduction, ignore_index,
                                      label_smoothing));
  });
}
