package org.example

import java.util.Locale
import panama.torch.Tensor
import panama.torch.TensorScope
import panama.torch.Torch.manualSeed
import panama.torch.Torch.randint
import panama.torch.Torch.randn
import panama.torch.Torch.zeros
import panama.torch.nn.CrossEntropyLoss
import panama.torch.nn.Linear
import panama.torch.nn.Module
import panama.torch.nn.RNN
import panama.torch.nn.Unregistered
import panama.torch.optim.Adam

class SimpleRnn(inputSize: Long, hiddenSize: Long, numLayers: Int, numClasses: Long) : Module() {
    private val rnn = register(
        "rnn",
        RNN.builder(inputSize, hiddenSize).numLayers(numLayers).batchFirst(true).build(),
    )
    private val fc = register("fc", Linear(hiddenSize, numClasses))

    fun forward(x: Tensor): Tensor {
        val h0 = zeros(rnn.numLayers().toLong(), x.size(0), rnn.hiddenSize()).to(x.device())
        return fc.forward(rnn.forward(x, h0).output().select(1, -1))
    }
}

/** Has two fields that are not registered: one by mistake, and one marked as `Unregistered`. */
class Forgetful(@Unregistered private val teacher: Linear) : Module() {
    private val layers = listOf(Linear(1, 1))
}

fun main() {
    val refusal = runCatching { Forgetful(Linear(1, 1)).parameters() }.exceptionOrNull()
    check(refusal!!.message!!.startsWith("Forgetful.layers[0]: this Linear")) { refusal }
    manualSeed(0)
    val model = SimpleRnn(inputSize = 10, hiddenSize = 20, numLayers = 1, numClasses = 2)
    val criterion = CrossEntropyLoss()
    val optimizer = Adam.builder(model.parameters()).lr(0.001).build()
    val x = randn(32, 5, 10)
    println(model.forward(x).shape())
    for (epoch in 1..10) {
        TensorScope().use {
            optimizer.zeroGrad()
            val loss = criterion.forward(model.forward(x), randint(0, 2, 32))
            loss.backward()
            optimizer.step()
            println("Epoch [%d/10], Loss: %.4f".format(Locale.ROOT, epoch, loss.item()))
        }
    }
}
