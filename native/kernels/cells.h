// The equations of the cells, forward and backward, on vectors of hidden units.
#pragma once

#include "vector.h"

namespace {

/// h = f(W_ih x + b_ih + W_hh h' + b_hh), with f = tanh
struct TanhCell {
  /// The gates of a cell, and which of them W_ih x and W_hh h' are added to. GRU has its n twice.
  static constexpr int gates = 1, x_first = 0, x_gates = 1, h_first = 0, h_gates = 1;
  static constexpr bool has_c = false;
  /// The block of rows of weight_ih and weight_hh that computes a gate.
  static constexpr int x_block(int gate) { return gate; }
  static constexpr int h_block(int gate) { return gate; }

  /// Replaces the sums of the gates by the values that the backward pass needs: here the derivative of tanh.
  /// @param before h' or, if the cell has one, c'
  template <typename T>
  INLINE static void forward(Vector<T> *gate, Vector<T> /* before */, Vector<T> & /* c */, Vector<T> &h) {
    const Tanh<T> f = tanh<T>(gate[0]);
    gate[0] = f.derivative;
    h = f.value;
  }

  /// Replaces the gates by their gradients, and dh by its part that reaches h' directly.
  template <typename T>
  INLINE static void backward(Vector<T> *gate, Vector<T>, Vector<T>, Vector<T> &dh, Vector<T> &) {
    gate[0] = dh * gate[0];
    dh = Vector<T>{};
  }
};

/// TanhCell with f = relu
struct ReluCell : TanhCell {
  template <typename T>
  INLINE static void forward(Vector<T> *gate, Vector<T>, Vector<T> &, Vector<T> &h) {
    gate[0] = gate[0] <= 0 ? Vector<T>{} : gate[0];  // NaN stays NaN
    h = gate[0];
  }

  template <typename T>
  INLINE static void backward(Vector<T> *gate, Vector<T>, Vector<T>, Vector<T> &dh, Vector<T> &) {
    gate[0] = gate[0] <= 0 ? Vector<T>{} : dh;
    dh = Vector<T>{};
  }
};

/// r = sigmoid(W_ir x + b_ir + W_hr h' + b_hr)
/// z = sigmoid(W_iz x + b_iz + W_hz h' + b_hz)
/// n = tanh(W_in x + b_in + r (W_hn h' + b_hn))
/// h = (1 - z) n + z h'
struct GruCell {
  enum { N, R, Z, HN };  // HN is W_hn h' + b_hn
  static constexpr int gates = 4, x_first = N, x_gates = 3, h_first = R, h_gates = 3;
  static constexpr bool has_c = false;
  static constexpr int x_block(int gate) { return gate == N ? 2 : gate - R; }
  static constexpr int h_block(int gate) { return gate - R; }

  template <typename T>
  INLINE static void forward(Vector<T> *gate, Vector<T> before, Vector<T> &, Vector<T> &h) {
    gate[R] = sigmoid<T>(gate[R]);
    gate[Z] = sigmoid<T>(gate[Z]);
    gate[N] = tanh<T>(gate[N] + gate[R] * gate[HN]).value;
    h = gate[N] + gate[Z] * (before - gate[N]);
  }

  template <typename T>
  INLINE static void backward(Vector<T> *gate, Vector<T> before, Vector<T>, Vector<T> &dh, Vector<T> &) {
    const Vector<T> n = gate[N], r = gate[R], z = gate[Z], hn = gate[HN];
    gate[N] = dh * (1 - z) * (1 - n * n);
    gate[HN] = gate[N] * r;
    gate[R] = gate[N] * hn * r * (1 - r);
    gate[Z] = dh * (before - n) * z * (1 - z);
    dh = dh * z;
  }
};

/// i = sigmoid(W_ii x + b_ii + W_hi h' + b_hi), and f and o likewise
/// g = tanh(W_ig x + b_ig + W_hg h' + b_hg)
/// c = f c' + i g
/// h = o tanh(c)
struct LstmCell {
  enum { I, F, G, O };
  static constexpr int gates = 4, x_first = I, x_gates = 4, h_first = I, h_gates = 4;
  static constexpr bool has_c = true;
  static constexpr int x_block(int gate) { return gate; }
  static constexpr int h_block(int gate) { return gate; }

  template <typename T>
  INLINE static void forward(Vector<T> *gate, Vector<T> before, Vector<T> &c, Vector<T> &h) {
    gate[I] = sigmoid<T>(gate[I]);
    gate[F] = sigmoid<T>(gate[F]);
    gate[G] = tanh<T>(gate[G]).value;
    gate[O] = sigmoid<T>(gate[O]);
    c = gate[F] * before + gate[I] * gate[G];
    h = gate[O] * tanh<T>(c).value;
  }

  /// @param dc [in, out] the gradient of c, then of c'
  template <typename T>
  INLINE static void backward(Vector<T> *gate, Vector<T> before, Vector<T> c, Vector<T> &dh, Vector<T> &dc) {
    const Vector<T> i = gate[I], f = gate[F], g = gate[G], o = gate[O];
    const Tanh<T> tanh_c = tanh<T>(c);
    dc += dh * o * tanh_c.derivative;
    gate[I] = dc * g * i * (1 - i);
    gate[F] = dc * before * f * (1 - f);
    gate[G] = dc * i * (1 - g * g);
    gate[O] = dh * tanh_c.value * o * (1 - o);
    dc = dc * f;
    dh = Vector<T>{};
  }
};

}  // namespace
