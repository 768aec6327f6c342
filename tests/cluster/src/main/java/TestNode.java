import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.opensearch.Version;
import org.opensearch.analysis.common.CommonAnalysisModulePlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessModulePlugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/** One OpenSearch node in this JVM: its settings are the arguments, key=value; it ends with standard input. */
public final class TestNode extends Node {
    private static final List<Class<?>> MODULES = List.of(
        Netty4ModulePlugin.class, CommonAnalysisModulePlugin.class, PainlessModulePlugin.class
    );

    private TestNode(Environment environment) {
        // The one constructor that takes modules from the class path is a subclass's.
        super(environment, MODULES.stream().map(TestNode::module).toList(), true);
    }

    private static PluginInfo module(Class<?> plugin) {
        String name = plugin.getName();
        String java = Integer.toString(Runtime.version().feature());
        return new PluginInfo(name, name, "none", Version.CURRENT, java, name, name, List.of(), false);
    }

    public static void main(String[] arguments) throws Exception {
        Settings.Builder settings = Settings.builder();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            settings.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        Path configuration = Files.createDirectories(Path.of(settings.get("path.home"), "config"));
        String name = settings.get("node.name");
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings.build(), Map.of(), configuration, () -> name
        );
        Node node = new TestNode(environment);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        while (System.in.read() != -1) {
            // Nothing is written here: its end is that of the process that started this one.
        }
        System.exit(0);
    }

    private static void close(Node node) {
        try {
            node.close();
            node.awaitClose(10, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException error) {
            error.printStackTrace();
        }
    }
}
