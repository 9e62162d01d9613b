package panama.torch.train.charts;

/** x */
public final class Zzcharts {
  private Zzcharts() {}
}
