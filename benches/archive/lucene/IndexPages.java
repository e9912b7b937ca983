import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;

/**
 * Indexes headline, date, location and body of generated pages with Lucene: what `bare.rs` does with tantivy.
 *
 * Arguments: the archive, the index, threads, megabytes for the writer.
 */
public final class IndexPages {
    private static final Path END = Paths.get("");

    public static void main(String[] arguments) throws Exception {
        int threads = Integer.parseInt(arguments[2]);
        IndexWriterConfig config = new IndexWriterConfig(new StandardAnalyzer());
        config.setRAMBufferSizeMB(Double.parseDouble(arguments[3]));
        // As bare.rs leaves its files: many of a segment's kind, no compound file.
        config.setUseCompoundFile(false);
        try (FSDirectory directory = FSDirectory.open(Paths.get(arguments[1]));
                IndexWriter writer = new IndexWriter(directory, config)) {
            index(Paths.get(arguments[0]), writer, threads);
            writer.commit();
            System.out.println(writer.getDocStats().numDocs);
        }
    }

    private static void index(Path archive, IndexWriter writer, int threads)
            throws IOException, InterruptedException, ExecutionException {
        BlockingQueue<Path> pages = new ArrayBlockingQueue<>(1024);
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        List<Future<Void>> ended = new ArrayList<>();
        for (int worker = 0; worker < threads; worker++) {
            ended.add(workers.submit(() -> {
                for (Path page = pages.take(); page != END; page = pages.take()) {
                    writer.addDocument(document(page));
                }
                return null;
            }));
        }
        try (Stream<Path> entries = Files.walk(archive)) {
            for (Path page : (Iterable<Path>) entries.filter(Files::isRegularFile)::iterator) {
                pages.put(page);
            }
        }
        for (int worker = 0; worker < threads; worker++) {
            pages.put(END);
        }
        for (Future<Void> worker : ended) {
            worker.get();
        }
        workers.shutdown();
    }

    /** Makes a document of a page, whose blocks are headline, byline, date and body. */
    private static Document document(Path page) throws IOException {
        String[] blocks = Files.readString(page).split("\n\n", 4);
        String body = blocks.length > 3 ? blocks[3] : "";
        Document document = new Document();
        document.add(new TextField("headline", blocks[0], Field.Store.YES));
        Path month = page.getParent();
        long day = LocalDate.of(number(month.getParent()), number(month), 1).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
        document.add(new LongPoint("date", day));
        document.add(new NumericDocValuesField("date", day));
        document.add(new StoredField("date", day));
        int dash = body.indexOf(" — ");
        if (dash >= 0) {
            String city = body.substring(0, dash);
            document.add(new StringField("location", city, Field.Store.YES));
            document.add(new SortedSetDocValuesField("location", new BytesRef(city)));
        }
        document.add(new TextField("body", body, Field.Store.YES));
        return document;
    }

    private static int number(Path folder) {
        return Integer.parseInt(folder.getFileName().toString());
    }
}
