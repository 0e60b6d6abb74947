package io.holdfast.chaos.planted;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Loads the project's classes a second time, those of a planted bug in place of the real ones, so
 * that a whole faulty cluster runs inside this program beside the sound code. Classes of libraries
 * and of the platform are shared.
 */
public final class PlantedLoader extends ClassLoader {
  private static final String OWN = "io.holdfast.";

  private final Path classes;
  private final ClassLoader real;

  /**
   * @param classes what {@link Planter#plant} made
   * @param real loads everything else
   */
  public PlantedLoader(Path classes, ClassLoader real) {
    super("planted", real);
    this.classes = classes;
    this.real = real;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OWN)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        loaded = findClass(name);
      }
      if (resolve) {
        resolveClass(loaded);
      }
      return loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    try {
      byte[] bytes = read(file);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private byte @Nullable [] read(String file) throws IOException {
    Path planted = classes.resolve(file);
    if (Files.isRegularFile(planted)) {
      return Files.readAllBytes(planted);
    }
    try (InputStream in = real.getResourceAsStream(file)) {
      return in == null ? null : in.readAllBytes();
    }
  }
}
