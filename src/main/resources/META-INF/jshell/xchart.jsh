import org.knowm.xchart.*;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
