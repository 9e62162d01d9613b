package panama.torch.examples;

import static panama.torch.Torch.*;

import java.nio.file.Path;
import java.util.*;
import panama.torch.Tensor;
import panama.torch.data.*;
import panama.torch.data.preprocessing.Vocabulary;
import panama.torch.data.table.*;
import panama.torch.nn.*;
import panama.torch.nn.utils.rnn.PackedSequence;
import panama.torch.optim.AdamW;
import panama.torch.train.*;
import panama.torch.train.metrics.*;

/** Names the language of a surname: packed batches through a bidirectional GRU. */
public final class Surnames extends panama.torch.nn.Module {
  private final Embedding embedding;
  private final GRU gru = register("gru", GRU.builder(32, 64).bidirectional(true).build());
  private final Linear fc;

  private Surnames(int characters, int languages) {
    embedding = register("embedding", new Embedding(characters, 32));
    fc = register("fc", new Linear(2 * 64, languages));
  }

  private Tensor forward(PackedSequence names) {
    PackedSequence embedded = names.withData(embedding.forward(names.data()));
    return fc.forward(cat(gru.forward(embedded).hN().unbind(0), 1));
  }

  public static void main(String[] args) throws Exception {
    manualSeed(0);
    Table table = Csv.builder(Path.of("examples/data/surnames.tsv")).separator('\t').read();
    List<String> languages = table.strings("language").stream().distinct().toList();
    List<Table> parts = table.randomSplit(0.8, 0.1, 0.1);
    List<String> known = parts.get(0).strings("name");
    Vocabulary vocabulary = Vocabulary.builder(Vocabulary.Unit.CHARACTERS).addAll(known).build();
    List<DataLoader<PackedBatch>> loaders = new ArrayList<>();
    for (Table part : parts) {
      List<String> names = part.strings("name");
      List<String> labels = part.strings("language");
      var x = part.toDataset(row -> tensor(vocabulary.encode(names.get(row))));
      var y = part.toDataset(row -> tensor(languages.indexOf(labels.get(row))));
      var pairs = new StackDataset<Tensor>(List.of(x, y));
      loaders.add(
          DataLoader.builder(pairs).batchSize(64).shuffle(true).collate(new PackCollate()).build());
    }
    var model = new Surnames(vocabulary.size(), languages.size());
    var step = Step.packed(model::forward, new CrossEntropyLoss()::forward);
    var trainer =
        Trainer.builder(model, new AdamW(model.parameters(), 3e-3), step)
            .epochs(args.length > 0 ? Integer.parseInt(args[0]) : 20)
            .earlyStopping(3)
            .metrics(new Accuracy())
            .callbacks(new ConsoleProgress())
            .build();
    trainer.fit(loaders.get(0), loaders.get(1));
    var matrix = new ConfusionMatrix(languages);
    trainer.evaluate(loaders.get(2), matrix);
    System.out.println("Test accuracy " + matrix.compute() + "\n" + matrix);
  }
}
