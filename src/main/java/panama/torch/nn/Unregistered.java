package panama.torch.nn;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a field of a {@link Module} that holds modules or trainable tensors which are not
 * registered on purpose: they belong to somebody else, or are not to be trained and saved with this
 * module.
 *
 * <pre>{@code
 * @Unregistered private final Embedding teacher; // trained elsewhere
 * }</pre>
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Unregistered {}
