package panama.torch.nn;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a field of a {@link Module} whose modules or trainable tensors are not registered on
 * purpose: they belong to another module, or are not to be trained and saved with this one. Without
 * it such a field is an error; see {@link Module}.
 *
 * <pre>{@code
 * @Unregistered private final Embedding teacher; // trained elsewhere
 * }</pre>
 */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Unregistered {}
