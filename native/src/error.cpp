#include <cstring>

#include "guard.h"

namespace {
const char *text(const std::string &s, int64_t *length) {
  *length = static_cast<int64_t>(s.size());
  return s.data();
}
}  // namespace

pt_status pt_error_status(const pt_error *error) { return error->status; }

const char *pt_error_message(const pt_error *error, int64_t *length) { return text(error->message, length); }

const char *pt_error_backtrace(const pt_error *error, int64_t *length) {
  if (!error->origin) return text(error->message, length);
  const char *what = error->origin->what();
  *length = static_cast<int64_t>(std::strlen(what));
  return what;
}

const char *pt_error_call(const pt_error *error, int64_t *length) { return text(error->call, length); }

void pt_error_free(pt_error *error) {
  if (error != &panama_torch::out_of_memory_error) delete error;
}
