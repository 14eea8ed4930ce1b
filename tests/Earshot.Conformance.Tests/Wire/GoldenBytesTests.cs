using System.Text;
using System.Text.Json;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Wire;

/// <summary>The exact bytes that our client sends to a real server, and which of them the server answered.</summary>
public sealed class GoldenBytesTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_handshake_is_connect_and_ping_and_nothing_else()
    {
        await using var recording = new Recording(servers.Port);
        await using (var nats = new NatsConnection(new NatsOpts { Url = recording.Url, Name = "a \"name\"\r\nPUB x 0" }))
        {
            await nats.ConnectAsync(Token).InTimeAsync();
        }

        string[] lines = recording.Sent.Split("\r\n");
        Assert.StartsWith("CONNECT {", lines[0], StringComparison.Ordinal);
        Assert.Equal("PING", lines[1]);
        Assert.All(lines[2..], line => Assert.Contains(line, new[] { "PING", "" }));
        using var connect = JsonDocument.Parse(lines[0]["CONNECT ".Length..]);
        JsonElement fields = connect.RootElement;
        Assert.Equal("a \"name\"\r\nPUB x 0", fields.GetProperty("name").GetString());
        Assert.False(fields.GetProperty("verbose").GetBoolean());
        Assert.False(fields.GetProperty("pedantic").GetBoolean());
        Assert.False(fields.GetProperty("tls_required").GetBoolean());
        Assert.True(fields.GetProperty("echo").GetBoolean());
        Assert.True(fields.GetProperty("headers").GetBoolean());
        Assert.True(fields.GetProperty("no_responders").GetBoolean());
        Assert.Equal(1, fields.GetProperty("protocol").GetInt32());
        Assert.NotEmpty(fields.GetProperty("lang").GetString()!);
        Assert.NotEmpty(fields.GetProperty("version").GetString()!);
        Assert.All(new[] { "user", "pass", "auth_token", "jwt", "nkey", "sig" }, secret => Assert.False(fields.TryGetProperty(secret, out _)));
    }

    [Theory]
    [InlineData("user: ann, password: pässword", "ann:p%C3%A4ssword@", "user=ann pass=pässword")]
    [InlineData("token: t0ken", "t0ken@", "auth_token=t0ken")]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task Credentials_are_in_CONNECT_and_nowhere_else(string config, string userInfo, string expected)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Config = $"authorization {{ {config} }}" }, Token);
        await using var recording = new Recording(server.Port);
        await using var nats = new NatsConnection(new NatsOpts { Url = $"nats://{userInfo}{recording.Address}" });
        await nats.PublishAsync("s", "data", cancellationToken: Token);
        await nats.FlushAsync(Token).InTimeAsync();

        string connect = recording.Sent.Split("\r\n")[0];
        using var fields = JsonDocument.Parse(connect["CONNECT ".Length..]);
        foreach (string[] pair in expected.Split(' ').Select(pair => pair.Split('=')))
        {
            Assert.Equal(pair[1], fields.RootElement.GetProperty(pair[0]).GetString());
            Assert.DoesNotContain(pair[1], recording.Sent[connect.Length..], StringComparison.Ordinal);
        }

        Assert.DoesNotContain("ssword", nats.Events.ToTimeline() + nats.Opts, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", nats.Events.ToTimeline() + nats.Opts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_are_these_bytes_in_the_order_of_the_calls()
    {
        await using var recording = new Recording(servers.Port);
        await using var nats = new NatsConnection(new NatsOpts { Url = recording.Url });
        await nats.ConnectAsync(Token).InTimeAsync();
        await using INatsSub<string> plain = await nats.SubscribeCoreAsync<string>("golden.a", cancellationToken: Token);
        await using INatsSub<string> group = await nats.SubscribeCoreAsync<string>("golden.*.>", "workers", opts: new NatsSubOpts { MaxMsgs = 7 }, cancellationToken: Token);
        await nats.PublishAsync("golden.x", cancellationToken: Token);
        await nats.PublishAsync("golden.x", "hällo", replyTo: "golden.reply", cancellationToken: Token);
        await nats.PublishAsync("golden.x", "data", new NatsHeaders { { "A", new[] { "1", "ä" } }, { "b", "2" } }, cancellationToken: Token);
        await nats.PublishAsync("golden.x", new NatsHeaders { { "A", "1" } }, "golden.reply", cancellationToken: Token);
        await plain.UnsubscribeAsync();
        await nats.FlushAsync(Token).InTimeAsync();

        Assert.Equal(
            $"SUB golden.a {plain.Sid}\r\n"
            + $"SUB golden.*.> workers {group.Sid}\r\nUNSUB {group.Sid} 7\r\n"
            + "PUB golden.x 0\r\n\r\n"
            + "PUB golden.x golden.reply 6\r\nhällo\r\n"
            + "HPUB golden.x 31 35\r\nNATS/1.0\r\nA: 1\r\nA: ä\r\nb: 2\r\n\r\ndata\r\n"
            + "HPUB golden.x golden.reply 18 18\r\nNATS/1.0\r\nA: 1\r\n\r\n\r\n"
            + $"UNSUB {plain.Sid}\r\n",
            recording.SentAfterHandshake);
        Assert.EndsWith("PING\r\n", recording.Sent, StringComparison.Ordinal);
        Assert.Equal(0, nats.Stats.Reconnects);
    }

    [Fact]
    public async Task A_request_is_one_inbox_subscription_and_one_publish_each()
    {
        await using var recording = new Recording(servers.Port);
        await using var nats = new NatsConnection(new NatsOpts { Url = recording.Url });
        await nats.ConnectAsync(Token).InTimeAsync();
        for (int i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<NatsNoRespondersException>(() => nats.RequestAsync<string, string>("golden.unanswered", "?", cancellationToken: Token).InTimeAsync());
        }

        string[] lines = recording.SentAfterHandshake.Split("\r\n");
        string inbox = lines[0].Split(' ')[1];
        Assert.StartsWith("SUB _INBOX.", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(".*", inbox, StringComparison.Ordinal);
        Assert.Equal(6, lines.Length);
        Assert.StartsWith($"PUB golden.unanswered {inbox[..^1]}", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"PUB golden.unanswered {inbox[..^1]}", lines[3], StringComparison.Ordinal);
        Assert.NotEqual(lines[1], lines[3]);
        Assert.Equal(("?", "?"), (lines[2], lines[4]));
    }

    /// <summary>
    /// Verifies the vectors in tests/Earshot.Protocol.Tests/Golden: the bytes of a current real server have the same operations
    /// in the same order. Set EARSHOT_GOLDEN to a folder to have the bytes written there as new vectors.
    /// </summary>
    [Fact]
    [OnlyReal(Because.ItLooksAtTheRealBytes)]
    public async Task The_server_sends_what_the_golden_vectors_contain()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(
            new NatsServerSetup
            {
                Name = "golden",
                Config = "authorization { users = [ { user: u, password: p, permissions: { publish: { deny: [\"no.pub\"] }, subscribe: { deny: [\"no.sub\"] } } } ] }",
            },
            Token);
        await using var recording = new Recording(server.Port);
        await using (var nats = new NatsConnection(new NatsOpts { Url = $"nats://u:p@{recording.Address}" }))
        {
            await using INatsSub<string> sub = await nats.SubscribeCoreAsync<string>("golden.>", cancellationToken: Token);
            await nats.PublishAsync("golden.empty", cancellationToken: Token);
            await nats.PublishAsync("golden.text", "hällo", replyTo: "golden.reply", cancellationToken: Token);
            await nats.PublishAsync("golden.headers", "data", new NatsHeaders { { "A", new[] { "1", "ä" } }, { "b", "2" } }, cancellationToken: Token);
            await nats.PublishAsync("golden.binary", new byte[] { 0, 13, 10, 255 }, cancellationToken: Token);
            await Assert.ThrowsAsync<NatsNoRespondersException>(() => nats.RequestAsync<string>("absent", cancellationToken: Token).InTimeAsync());
            await nats.PublishAsync("no.pub", "data", cancellationToken: Token);
            await using INatsSub<string> refused = await nats.SubscribeCoreAsync<string>("no.sub", cancellationToken: Token);
            await nats.FlushAsync(Token).InTimeAsync();
            await sub.NextAsync(4);
        }

        byte[] bytes = recording.Received;
        if (Environment.GetEnvironmentVariable("EARSHOT_GOLDEN") is { Length: > 0 } folder)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "server-says.bin"), bytes, Token);
        }

        string text = Encoding.UTF8.GetString(bytes);
        string[] expected =
        [
            "INFO {", "PONG\r\n", "INFO {", "MSG golden.empty 1 0\r\n\r\n", "MSG golden.text 1 golden.reply 6\r\nhällo\r\n",
            "HMSG golden.headers 1 31 35\r\nNATS/1.0\r\nA: 1\r\nA: ä\r\nb: 2\r\n\r\ndata\r\n", "MSG golden.binary 1 4\r\n",
            "HMSG _INBOX.", "NATS/1.0 503\r\n", "-ERR 'Permissions Violation for Publish to \"no.pub\"'\r\n",
            "-ERR 'Permissions Violation for Subscription to \"no.sub\"'\r\n", "PONG\r\n",
        ];
        int position = 0;
        foreach (string part in expected)
        {
            int found = text.IndexOf(part, position, StringComparison.Ordinal);
            Assert.True(found >= 0, $"'{part}' does not come behind position {position} of:\n{text}");
            position = found + part.Length;
        }
    }
}
