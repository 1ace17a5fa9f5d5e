import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/**
 * Runs a Neo4j server inside this process. The only argument is the server's home folder, which holds conf/neo4j.conf. The first line
 * of standard input is the password that the user neo4j shall have; it does not travel as an argument, where everybody could read it.
 * When standard input ends, the server stops and its home folder is deleted: so it ends with the process that started it, however
 * that one ends.
 */
public final class Launcher {
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(home)));
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String password = input.readLine();
        DatabaseManagementService server = new DatabaseManagementServiceBuilder(home)
                .loadPropertiesFromFile(home.resolve("conf").resolve("neo4j.conf"))
                .build();
        // A new server only lets its user change the initial password; this also takes that demand away.
        server.database("system").executeTransactionally(
                "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED", Map.of("password", password));
        System.out.println("READY");
        while (input.readLine() != null) {
            // Only the end matters.
        }
        server.shutdown();
        System.exit(0);
    }

    private static void delete(Path home) {
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException | RuntimeException e) {
            // The folder is a temporary one: what could not be deleted is left to the system.
            System.err.println("launcher: delete " + home + ": " + e);
        }
    }
}
