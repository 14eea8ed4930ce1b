using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Server.Tests.Differential;

/// <summary>The monitoring pages next to those of the real server, after the same conversation with both.</summary>
public sealed class MonitoringTests(MonitoringTests.Pair servers) : IClassFixture<MonitoringTests.Pair>
{
    // What these say must be the same, not only of the same type.
    private static readonly string[] s_compared =
    [
        "kind", "type", "ip", "reason", "in_msgs", "in_bytes", "out_msgs", "out_bytes", "subscriptions", "name", "lang", "version",
        "authorized_user", "num_connections", "total", "offset", "limit",
    ];

    [Theory]
    [InlineData("varz")]
    [InlineData("connz")]
    [InlineData("connz?state=open&subs=1&auth=1")]
    [InlineData("connz?state=open&subs=detail&auth=true")]
    [InlineData("connz?state=closed&auth=1&subs=1")]
    [InlineData("connz?state=CLOSED&subs=detail")]
    [InlineData("connz?state=any")]
    [InlineData("connz?state=all&limit=2&offset=1")]
    [InlineData("connz?state=all&limit=0&offset=-1")]
    [InlineData("connz?state=all&cid=6")]
    [InlineData("connz?cid=6")]
    [InlineData("connz?cid=5&subs=T")]
    [InlineData("connz?subs=&auth=&limit=&state=")]
    [InlineData("connz?sort=subs")]
    [InlineData("connz?state=all&sort=msgs_from")]
    [InlineData("connz?state=all&sort=start")]
    [InlineData("connz?state=all&sort=bytes_from&limit=1")]
    [InlineData("connz?state=closed&sort=stop")]
    [InlineData("connz?state=closed&sort=reason")]
    [InlineData("connz?state=all&sort=last")]
    [InlineData("connz?sort=stop")]
    [InlineData("connz?sort=nonsense")]
    [InlineData("connz?state=nonsense")]
    [InlineData("connz?limit=nonsense")]
    [InlineData("connz?subs=nonsense")]
    [InlineData("connz?auth=nonsense")]
    [InlineData("connz?cid=nonsense")]
    [InlineData("subsz")]
    [InlineData("subsz?subs=1&test=mon.a")]
    [InlineData("subsz?subs=1&test=mon.a&limit=1")]
    [InlineData("subsz?subs=nonsense")]
    [InlineData("subscriptionsz")]
    [InlineData("healthz")]
    [InlineData("nothing")]
    public async Task Both_servers_show_the_same_page(string page)
    {
        (HttpStatusCode wanted, string? real) = await servers.GetAsync(servers.RealUrl, page);
        (HttpStatusCode given, string? ours) = await servers.GetAsync(servers.OursUrl, page);

        Assert.Equal(wanted, given);
        if (wanted == HttpStatusCode.OK)
        {
            AssertPartOf(JsonNode.Parse(real)!, JsonNode.Parse(ours)!, page);
        }
        else if (wanted == HttpStatusCode.BadRequest)
        {
            // The real server ends some of them with the words of a function of Go.
            Assert.Equal(real.Split(": strconv.")[0], ours.Split(": \"")[0]);
        }
    }

    [Theory]
    [InlineData("connz?user=a")]
    [InlineData("connz?acc=A")]
    [InlineData("subsz?acc=A")]
    public async Task A_filter_that_is_not_there_is_refused_and_not_ignored(string page) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await servers.GetAsync(servers.OursUrl, page)).Status);

    private static void AssertPartOf(JsonNode real, JsonNode ours, string path)
    {
        Assert.True(real.GetValueKind() == ours.GetValueKind(), $"{path} is {ours.GetValueKind()} here and {real.GetValueKind()} there");
        if (ours is JsonValue && path.EndsWith(']'))
        {
            Assert.Equal((string?)real, (string?)ours);
        }

        if (ours is JsonArray list)
        {
            Assert.Equal(real.AsArray().Count, list.Count);
            foreach ((int index, (JsonNode? there, JsonNode? here)) in Ordered(real.AsArray()).Zip(Ordered(list)).Index())
            {
                AssertPartOf(there, here, $"{path}[{index}]");
            }
        }

        if (ours is JsonObject fields)
        {
            foreach ((string? name, JsonNode? value) in fields)
            {
                Assert.True(real.AsObject().ContainsKey(name), $"{path} has a field {name} here only");
                AssertPartOf(real[name]!, value!, $"{path}/{name}");
                if (s_compared.Contains(name) && value is JsonValue && !(path.StartsWith("varz", StringComparison.Ordinal) && name is "version" or "subscriptions"))
                {
                    Assert.True(real[name]!.ToJsonString() == value!.ToJsonString(), $"{path}/{name} is {value} here and {real[name]} there");
                }
            }
        }
    }

    // Subscriptions are unordered, connections are in the requested order.
    private static IEnumerable<JsonNode> Ordered(JsonArray list) =>
        list.OrderBy(static item => item is JsonObject ? (string?)item["sid"] : (string?)item, StringComparer.Ordinal)!;

    /// <summary>A real server and one in process, each with one connected client and two disconnected ones.</summary>
    public sealed class Pair : IAsyncLifetime
    {
        private readonly HttpClient _http = new();
        private readonly List<Socket> _clients = [];
        private NatsServerProcess? _real;
        private NatsTestServer? _ours;

        internal Uri RealUrl => _real!.MonitoringUrl;

        internal Uri OursUrl => _ours!.MonitoringUrl!;

        /// <summary>Starts both and connects to them.</summary>
        public async ValueTask InitializeAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            _real = await NatsServerProcess.StartAsync(
                new NatsServerSetup { Config = "authorization { users: [ { user: a, password: a } ] }" }, limit.Token);
            _ours = await NatsTestServer.StartAsync(
                new NatsTestServerOptions { MonitoringPort = 0, Users = [new NatsTestServerUser("a", "a")] }, limit.Token);
            await TalkAsync(_real.Port, RealUrl, limit.Token);
            await TalkAsync(_ours.Port, OursUrl, limit.Token);
        }

        /// <summary>Stops both.</summary>
        public async ValueTask DisposeAsync()
        {
            _clients.ForEach(static client => client.Dispose());
            _http.Dispose();
            await (_real?.DisposeAsync() ?? default);
            await (_ours?.DisposeAsync() ?? default);
        }

        internal async Task<(HttpStatusCode Status, string Body)> GetAsync(Uri server, string page)
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri(server, page), TestContext.Current.CancellationToken);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        private async Task TalkAsync(int port, Uri monitoring, CancellationToken cancellationToken)
        {
            await SayAsync(port, "a", "stays", "SUB mon.a 1\r\nSUB mon.b q 2\r\nUNSUB 2 10\r\nPUB mon.a 5\r\nhello\r\n", "PONG", cancellationToken);
            await SayAsync(port, "a", "leaves", "SUB mon.c 7\r\n", "PONG", cancellationToken);
            _clients[^1].Dispose();
            await WaitForClosedAsync(monitoring, 1, cancellationToken);
            await SayAsync(port, "wrong", "refused", "", "Authorization Violation", cancellationToken);
            await WaitForClosedAsync(monitoring, 2, cancellationToken);
        }

        private async Task SayAsync(int port, string password, string name, string text, string until, CancellationToken cancellationToken)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _clients.Add(socket);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            string connect = $$"""CONNECT {"verbose":false,"pedantic":false,"user":"a","pass":"{{password}}","name":"{{name}}","lang":"t","version":"1"}""";
            await socket.SendAsync(Encoding.ASCII.GetBytes($"{connect}\r\n{text}PING\r\n"), cancellationToken);
            var received = new StringBuilder();
            byte[] buffer = new byte[8192];
            while (!received.ToString().Contains(until, StringComparison.Ordinal))
            {
                int count = await socket.ReceiveAsync(buffer, cancellationToken);
                Assert.True(count > 0, $"The server ended the connection of '{name}': {received}");
                received.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
        }

        // A server does not report that it has detected the end of a connection; only its monitoring page shows it.
        private async Task WaitForClosedAsync(Uri monitoring, int count, CancellationToken cancellationToken)
        {
            var page = new Uri(monitoring, "connz?state=closed");
            while ((int)JsonNode.Parse(await _http.GetStringAsync(page, cancellationToken))!["total"]! < count)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }
}
