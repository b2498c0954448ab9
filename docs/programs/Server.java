import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;

public class Server {
    public static void main(String[] args) throws Exception {
        boolean leak = args.length > 1 && args[1].equals("leak");
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 0);
        server.createContext("/", exchange -> {
            CountDownLatch done = new CountDownLatch(1);
            new Thread(() -> { try { done.await(); } catch (InterruptedException e) { } }, "session").start();
            if (!leak) done.countDown();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }
}
