/**
 * Hyperparameter search: over a grid, at random, or by successive halving.
 *
 * <pre>{@code
 * SearchSpace space =
 *     SearchSpace.builder()
 *         .choice("cell", "lstm", "gru")
 *         .integer("hidden", 16, 128)
 *         .logUniform("lr", 1e-4, 1e-1)
 *         .build();
 * SearchResult result =
 *     RandomSearch.builder(space, 20)
 *         .seed(1)
 *         .table(Path.of("search.csv"))
 *         .build()
 *         .run(
 *             trial -> {
 *               Configuration c = trial.configuration();
 *               Net net = trial.seeded(() -> new Net(c.getString("cell"), c.getInt("hidden")));
 *               return train(net, c.getDouble("lr")); // the loss on the validation data
 *             });
 * System.out.println(result.toTable());
 * }</pre>
 *
 * <p><b>Parallel trials.</b> Each trial runs on a thread of its own, so that the objective must
 * create its own model, optimizer and loader, and open its own {@link panama.torch.TensorScope}.
 * Operators use several threads already: parallel trials are faster if models are small, and then
 * mostly with {@code Torch.setNumThreads(1)}.
 *
 * <p><b>Random numbers.</b> {@code Torch.manualSeed} seeds generators that all threads of the
 * process share. These draw from the default generator: initial weights, dropout, and functions
 * such as {@code Torch.randn} without a generator. For results that do not depend on {@code
 * parallelism}:
 *
 * <ul>
 *   <li>create the model in {@link panama.torch.train.search.Trial#seeded}, and pass {@code new
 *       Generator().manualSeed(trial.seed())} to functions and loaders that draw numbers; this is
 *       enough if nothing in the training draws from the default generator;
 *   <li>with dropout, use parallelism 1, the default, and call {@code
 *       Torch.manualSeed(trial.seed())} first in the objective.
 * </ul>
 */
@NullMarked
package panama.torch.train.search;

import org.jspecify.annotations.NullMarked;
