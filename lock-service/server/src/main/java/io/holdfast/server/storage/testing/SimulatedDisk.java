package io.holdfast.server.storage.testing;

import io.holdfast.server.storage.DiskFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A directory in memory that knows what a power cut may leave of it. Sectors of 512 bytes are
 * written wholly or not at all; of the versions a sector got since the last force any may survive.
 * A directory change survives for certain only once the directory was forced; of those after that,
 * a prefix survives (as with a journaling file system), or any subset of names. Used by one thread.
 */
public final class SimulatedDisk implements DiskFiles {
  /** Bytes that are written wholly or not at all. */
  public static final int SECTOR_BYTES = 512;

  private static final byte[] ZERO = new byte[SECTOR_BYTES];

  /** What the program sees. */
  private final TreeMap<String, Node> visible = new TreeMap<>();

  /** What the directory on the disk names. */
  private final TreeMap<String, Node> durable = new TreeMap<>();

  /** Changes of names since the directory was forced. */
  private final List<NameChange> nameChanges = new ArrayList<>();

  private Observer observer = operation -> {};
  private final Map<Operation, Integer> counts = new HashMap<>();
  private boolean failedForcesForget;

  /** What the storage asks of the disk. */
  public enum Operation {
    CREATE,
    WRITE,
    FORCE,
    RENAME,
    DELETE,
    FORCE_DIRECTORY
  }

  /** Sees each operation before it takes place, and may fail it. */
  public interface Observer {
    void before(Operation operation) throws IOException;
  }

  private record NameChange(Map<String, @Nullable Node> names) {}

  private static final class Node {
    /** The sectors as the program sees them. */
    private byte[][] sectors = new byte[0][];

    private long size;

    /** Sectors and size as last forced. */
    private byte[][] forcedSectors = new byte[0][];

    private long forcedSize;

    /** Versions of sectors written since the last force, oldest first. */
    private final Map<Integer, List<byte[]>> unforced = new HashMap<>();

    private byte[] sector(byte[][] of, int number) {
      return number < of.length ? of[number] : ZERO;
    }
  }

  /** Sets who sees each operation; the one before sees no more. */
  public void observe(Observer newObserver) {
    observer = newObserver;
  }

  /** A failed force leaves what was written visible, and forgets that the disk lacks it. */
  public void failedForcesForget() {
    failedForcesForget = true;
  }

  /** How often an operation took place. */
  public int count(Operation operation) {
    return counts.getOrDefault(operation, 0);
  }

  private void perform(Operation operation) throws IOException {
    observer.before(operation);
    counts.merge(operation, 1, Integer::sum);
  }

  @Override
  public SortedSet<String> list() {
    return new TreeSet<>(visible.keySet());
  }

  @Override
  public DiskFile create(String name) throws IOException {
    perform(Operation.CREATE);
    Node node = new Node();
    visible.put(name, node);
    nameChanges.add(new NameChange(Map.of(name, node)));
    return new OpenFile(node);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    Node node = visible.get(name);
    if (node == null) {
      throw new NoSuchFileException(name);
    }
    return new OpenFile(node);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    perform(Operation.RENAME);
    Node node = visible.remove(from);
    if (node == null) {
      throw new FileNotFoundException(from);
    }
    visible.put(to, node);
    Map<String, @Nullable Node> names = new HashMap<>();
    names.put(from, null);
    names.put(to, node);
    nameChanges.add(new NameChange(names));
  }

  @Override
  public void delete(String name) throws IOException {
    perform(Operation.DELETE);
    visible.remove(name);
    Map<String, @Nullable Node> names = new HashMap<>();
    names.put(name, null);
    nameChanges.add(new NameChange(names));
  }

  @Override
  public void forceDirectory() throws IOException {
    perform(Operation.FORCE_DIRECTORY);
    nameChanges.forEach(change -> apply(durable, change));
    nameChanges.clear();
  }

  @Override
  public String describe(String name) {
    return "disk/" + name;
  }

  private static void apply(Map<String, Node> names, NameChange change) {
    change
        .names()
        .forEach(
            (name, node) -> {
              if (node == null) {
                names.remove(name);
              } else {
                names.put(name, node);
              }
            });
  }

  /** Size of all files together. */
  public long totalBytes() {
    return visible.values().stream().mapToLong(node -> node.size).sum();
  }

  /** What the program would see after its process was killed: everything it wrote. */
  public SimulatedDisk afterKill() {
    SimulatedDisk image = new SimulatedDisk();
    visible.forEach(
        (name, node) -> {
          Node copy = copyOf(node.forcedSectors, node.forcedSize);
          copy.sectors = node.sectors.clone();
          copy.size = node.size;
          node.unforced.forEach(
              (sector, versions) -> copy.unforced.put(sector, new ArrayList<>(versions)));
          image.visible.put(name, copy);
          image.nameChanges.add(new NameChange(Map.of(name, copy)));
        });
    durable.forEach(
        (name, node) -> {
          if (visible.get(name) == node) {
            image.durable.put(name, Objects.requireNonNull(image.visible.get(name)));
          }
        });
    return image;
  }

  /** What a power cut at this moment may leave. */
  public SimulatedDisk afterPowerCut(Random random) {
    TreeMap<String, Node> names = new TreeMap<>(durable);
    boolean prefix = random.nextBoolean();
    int kept = random.nextInt(nameChanges.size() + 1);
    for (int i = 0; i < nameChanges.size(); i++) {
      if (prefix ? i < kept : random.nextBoolean()) {
        apply(names, nameChanges.get(i));
      }
    }
    SimulatedDisk image = new SimulatedDisk();
    Survival survival = Survival.values()[random.nextInt(Survival.values().length)];
    names.forEach(
        (name, node) -> {
          Node copy = cut(node, survival, random);
          image.visible.put(name, copy);
          image.durable.put(name, copy);
        });
    return image;
  }

  /** Which of the sectors not forced survive. */
  private enum Survival {
    NONE,
    ALL,
    EACH_BY_CHANCE,
    MOST,
    FEW,
    FIRST_ONES,
    LAST_ONES
  }

  private static Node cut(Node node, Survival survival, Random random) {
    long size =
        survival == Survival.NONE || (survival != Survival.ALL && random.nextInt(4) == 0)
            ? node.forcedSize
            : node.size;
    Node copy = copyOf(node.forcedSectors, size);
    List<Integer> touched = new ArrayList<>(new TreeSet<>(node.unforced.keySet()));
    int border = touched.isEmpty() ? 0 : random.nextInt(touched.size() + 1);
    for (int i = 0; i < touched.size(); i++) {
      boolean survives =
          switch (survival) {
            case NONE -> false;
            case ALL -> true;
            case EACH_BY_CHANCE -> random.nextBoolean();
            case MOST -> random.nextInt(10) != 0;
            case FEW -> random.nextInt(10) == 0;
            case FIRST_ONES -> i < border;
            case LAST_ONES -> i >= border;
          };
      int sector = touched.get(i);
      if (survives && (long) sector * SECTOR_BYTES < size) {
        List<byte[]> versions = Objects.requireNonNull(node.unforced.get(sector));
        int version =
            survival == Survival.ALL ? versions.size() - 1 : random.nextInt(versions.size());
        copy.sectors = grow(copy.sectors, sector + 1);
        copy.sectors[sector] = versions.get(version);
      }
    }
    copy.forcedSectors = copy.sectors.clone();
    return copy;
  }

  private static Node copyOf(byte[][] sectors, long size) {
    Node copy = new Node();
    copy.size = size;
    copy.forcedSize = size;
    int count = (int) ((size + SECTOR_BYTES - 1) / SECTOR_BYTES);
    copy.sectors =
        count < sectors.length ? Arrays.copyOf(sectors, count) : grow(sectors.clone(), count);
    copy.forcedSectors = copy.sectors.clone();
    return copy;
  }

  private static byte[][] grow(byte[][] sectors, int count) {
    if (sectors.length >= count) {
      return sectors;
    }
    byte[][] grown = Arrays.copyOf(sectors, count);
    Arrays.fill(grown, sectors.length, count, ZERO);
    return grown;
  }

  /** The durable bytes of a file, for tests that damage them. */
  public byte[] bytes(String name) {
    Node node = Objects.requireNonNull(visible.get(name));
    byte[] bytes = new byte[(int) node.size];
    for (int at = 0; at < bytes.length; at += SECTOR_BYTES) {
      byte[] sector = node.sector(node.sectors, at / SECTOR_BYTES);
      System.arraycopy(sector, 0, bytes, at, Math.min(SECTOR_BYTES, bytes.length - at));
    }
    return bytes;
  }

  /** Changes one bit of a file, as a fault of the medium does. */
  public void flipBit(String name, long bit) {
    Node node = Objects.requireNonNull(visible.get(name));
    int sector = (int) (bit / 8 / SECTOR_BYTES);
    byte[] flipped = node.sector(node.sectors, sector).clone();
    flipped[(int) (bit / 8 % SECTOR_BYTES)] ^= (byte) (1 << (bit % 8));
    node.sectors = grow(node.sectors, sector + 1);
    node.sectors[sector] = flipped;
    node.forcedSectors = node.sectors.clone();
  }

  private final class OpenFile implements DiskFile {
    private final Node node;

    OpenFile(Node node) {
      this.node = node;
    }

    @Override
    public void write(long offset, byte[] bytes, int from, int length) throws IOException {
      perform(Operation.WRITE);
      long end = offset + length;
      node.sectors = grow(node.sectors, (int) ((end + SECTOR_BYTES - 1) / SECTOR_BYTES));
      for (long at = offset; at < end; ) {
        int sector = (int) (at / SECTOR_BYTES);
        int within = (int) (at % SECTOR_BYTES);
        int part = (int) Math.min(SECTOR_BYTES - within, end - at);
        int source = from + (int) (at - offset);
        boolean stillZero =
            node.sectors[sector] == ZERO
                && bytes[source] == 0
                && Arrays.equals(bytes, source, source + part, ZERO, 0, part);
        if (!stillZero) {
          byte[] version = node.sectors[sector].clone();
          System.arraycopy(bytes, source, version, within, part);
          node.sectors[sector] = version;
          node.unforced.computeIfAbsent(sector, none -> new ArrayList<>()).add(version);
        }
        at += part;
      }
      node.size = Math.max(node.size, end);
    }

    @Override
    public int read(long offset, byte[] into, int from, int length) {
      int available = (int) Math.max(0, Math.min(length, node.size - offset));
      for (int done = 0; done < available; ) {
        long at = offset + done;
        int within = (int) (at % SECTOR_BYTES);
        int part = Math.min(SECTOR_BYTES - within, available - done);
        byte[] sector = node.sector(node.sectors, (int) (at / SECTOR_BYTES));
        System.arraycopy(sector, within, into, from + done, part);
        done += part;
      }
      return available;
    }

    @Override
    public long size() {
      return node.size;
    }

    @Override
    public void force() throws IOException {
      try {
        perform(Operation.FORCE);
      } catch (IOException e) {
        if (failedForcesForget) {
          node.unforced.clear();
        }
        throw e;
      }
      if (node.unforced.isEmpty() && node.forcedSize == node.size) {
        return;
      }
      node.forcedSectors = grow(node.forcedSectors, node.sectors.length);
      for (int sector : node.unforced.keySet()) {
        node.forcedSectors[sector] = node.sectors[sector];
      }
      node.forcedSize = node.size;
      node.unforced.clear();
    }

    @Override
    public void close() {}
  }
}
