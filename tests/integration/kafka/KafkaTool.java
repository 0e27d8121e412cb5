import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka's own Java client behind a line protocol, for kafka.py: one process for a whole test instead of a Java start for
 * each look. It is on purpose another client than the daemon's, so that what it reads is what any consumer would see.
 *
 * <p>A request is one line of fields with a tab between them; keys, values and headers are base64, "-" for none. The
 * reply is zero or more lines, then "ok", or "error" and a message.
 */
public final class KafkaTool {
    private static final int LIMIT_S = 30;

    private final Map<String, Object> common = new HashMap<>();
    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    private Admin admin;
    private KafkaProducer<byte[], byte[]> producer;

    private KafkaTool(String bootstrap) {
        common.put("bootstrap.servers", bootstrap);
        common.put("request.timeout.ms", 10_000);
        common.put("reconnect.backoff.ms", 20);
        common.put("reconnect.backoff.max.ms", 200);
    }

    public static void main(String[] args) throws IOException {
        new KafkaTool(args[0]).run();
    }

    private void run() throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String ending = "ok";
            try {
                serve(line.split("\t", -1));
            } catch (Exception e) {
                ending = "error\t" + e.toString().replaceAll("\\s+", " ");
            }
            out.println(ending);
            out.flush();
        }
    }

    private void serve(String[] request) throws Exception {
        switch (request[0]) {
            case "ready" -> admin().describeCluster().nodes().get(LIMIT_S, TimeUnit.SECONDS);
            case "brokers" -> out.println(admin().describeCluster().nodes().get(LIMIT_S, TimeUnit.SECONDS).size());
            case "create" -> create(request[1], Integer.parseInt(request[2]), request[3]);
            case "send" -> send(request[1], Integer.parseInt(request[2]));
            case "read" -> read(request[1], request[2]);
            case "ends" -> ends(request[1], request[2]);
            case "cut" -> cut(request[1]);
            case "committed" -> committed(request[1]);
            default -> throw new IllegalArgumentException("unknown request " + request[0]);
        }
    }

    private Admin admin() {
        if (admin == null) {
            admin = Admin.create(common);
        }
        return admin;
    }

    private void create(String topic, int partitions, String settings) throws Exception {
        Map<String, String> config = new HashMap<>();
        for (String setting : settings.isEmpty() ? new String[0] : settings.split(",")) {
            config.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
        }
        NewTopic wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(config);
        admin().createTopics(List.of(wanted)).all().get(LIMIT_S, TimeUnit.SECONDS);
        // The controller has it; a client that asks the broker in the next milliseconds might still not be told.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        while (!isKnown(topic) && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private boolean isKnown(String topic) throws Exception {
        try {
            admin().describeTopics(List.of(topic)).allTopicNames().get(LIMIT_S, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    /** The records follow, one a line: partition, key, value, then name and value of each header. */
    private void send(String topic, int count) throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String[] fields = in.readLine().split("\t", -1);
            Integer partition = fields[0].equals("-") ? null : Integer.valueOf(fields[0]);
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(topic, partition, decode(fields[1]), decode(fields[2]));
            for (int h = 3; h + 1 < fields.length; h += 2) {
                record.headers().add(new String(decode(fields[h]), StandardCharsets.UTF_8), decode(fields[h + 1]));
            }
            records.add(record);
        }
        List<Future<?>> sent = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : records) {
            sent.add(producer().send(record));
        }
        for (Future<?> one : sent) {
            one.get(LIMIT_S, TimeUnit.SECONDS);
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        if (producer == null) {
            Map<String, Object> settings = new HashMap<>(common);
            settings.put("max.block.ms", LIMIT_S * 1000);
            settings.put("delivery.timeout.ms", LIMIT_S * 1000);
            settings.put("max.request.size", 8 << 20);
            producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    private void read(String topic, String isolation) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(isolation)) {
            List<TopicPartition> partitions = partitions(consumer, topic);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    print(record);
                }
            }
        }
    }

    private void ends(String topic, String isolation) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(isolation)) {
            consumer.endOffsets(partitions(consumer, topic)).forEach((p, end) -> out.println(p.partition() + "\t" + end));
        }
    }

    private void cut(String topic) throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_uncommitted")) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            consumer.endOffsets(partitions(consumer, topic))
                    .forEach((p, end) -> all.put(p, RecordsToDelete.beforeOffset(end)));
            admin().deleteRecords(all).all().get(LIMIT_S, TimeUnit.SECONDS);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        Map<String, Object> settings = new HashMap<>(common);
        settings.put("isolation.level", isolation);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("fetch.max.wait.ms", 20);
        settings.put("default.api.timeout.ms", LIMIT_S * 1000);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo info : consumer.partitionsFor(topic)) {
            partitions.add(new TopicPartition(topic, info.partition()));
        }
        return partitions;
    }

    private void committed(String group) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> offsets = admin().listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata().get(LIMIT_S, TimeUnit.SECONDS);
        offsets.forEach((p, o) -> {
            if (o != null) {
                byte[] metadata = o.metadata().getBytes(StandardCharsets.UTF_8);
                out.println(p.topic() + "\t" + p.partition() + "\t" + o.offset() + "\t" + encode(metadata));
            }
        });
    }

    private void print(ConsumerRecord<byte[], byte[]> record) {
        StringBuilder line = new StringBuilder();
        line.append(record.partition()).append('\t').append(record.offset()).append('\t').append(record.timestamp());
        line.append('\t').append(encode(record.key())).append('\t').append(encode(record.value()));
        for (Header header : record.headers()) {
            line.append('\t').append(encode(header.key().getBytes(StandardCharsets.UTF_8)));
            line.append('\t').append(encode(header.value()));
        }
        out.println(line);
    }

    private static byte[] decode(String field) {
        return field.equals("-") ? null : Base64.getDecoder().decode(field);
    }

    private static String encode(byte[] bytes) {
        return bytes == null ? "-" : Base64.getEncoder().encodeToString(bytes);
    }
}
