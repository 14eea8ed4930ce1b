using System.Text.Json;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security;

/// <summary>
/// How another implementation decodes our headers. The server decodes them itself where a message asks for a trace (ADR-41), and
/// its trace has the map that it read: no entry more, none less, none changed.
/// </summary>
[OnlyReal(Because.ItNeedsWhatOnlyTheRealOneHas)]
public sealed class HeaderSmugglingTests(Servers servers)
{
    private const int Messages = 20_000;
    private const int AtOnce = 500;

    // Everything that ends a line, a name or a value in some implementation, as far as our rules accept it.
    private const string Letters = "abcXYZ019 \t\v\f:;,=\"\\{}\u0001\u007f\u0085\u00a0\u2028\u00e9\u20ac\U0001f600";

    [Fact]
    public async Task The_server_decodes_exactly_the_headers_that_were_sent()
    {
        await using NatsConnection connection = await servers.ConnectAsync();
        string subject = Servers.NewSubject("smuggle"), traces = Servers.NewSubject("traces");
        await using INatsSub<byte[]> reported = await connection.SubscribeCoreAsync<byte[]>(traces, cancellationToken: Connections.Cancelled);
        await using INatsSub<byte[]> receiver = await connection.SubscribeCoreAsync<byte[]>(subject, cancellationToken: Connections.Cancelled);
        var random = new Random(5);
        for (int done = 0; done < Messages; done += AtOnce)
        {
            NatsHeaders[] sent = [.. Enumerable.Range(0, AtOnce).Select(i => Next(random, done + i, traces))];
            foreach (NatsHeaders headers in sent)
            {
                await connection.PublishAsync(subject, headers: headers, cancellationToken: Connections.Cancelled);
            }

            var decoded = new Dictionary<string, JsonElement>();
            for (int i = 0; i < AtOnce; i++)
            {
                NatsMsg<byte[]> trace = await reported.NextAsync();
                JsonElement header = JsonDocument.Parse(trace.Data!).RootElement.GetProperty("request").GetProperty("header");
                decoded.Add(header.GetProperty("Number")[0].GetString()!, header);
                Same(sent, await receiver.NextAsync());
            }

            Assert.All(sent, headers => Same(headers, decoded[headers["Number"].ToString()]));
        }
    }

    [Fact]
    public async Task A_forged_status_is_a_message_to_a_subscriber_and_with_a_payload_a_reply_to_a_request()
    {
        await using NatsConnection connection = await servers.ConnectAsync();
        string subject = Servers.NewSubject("forged"), asked = Servers.NewSubject("asked");
        await using INatsSub<string> sub = await connection.SubscribeCoreAsync<string>(subject, cancellationToken: Connections.Cancelled);
        await using INatsSub<string> questions = await connection.SubscribeCoreAsync<string>(asked, cancellationToken: Connections.Cancelled);
        await connection.PingAsync(Connections.Cancelled);
        ValueTask<NatsMsg<string>> reply = connection.RequestAsync<string, string>(asked, "?", cancellationToken: Connections.Cancelled);
        string inbox = (await questions.NextAsync()).ReplyTo!;

        // No library of ours would send these, so they are written by hand.
        using var forger = new System.Net.Sockets.TcpClient();
        await forger.ConnectAsync("127.0.0.1", servers.Port, Connections.Cancelled);
        string[] statuses = ["503", "404 No Messages", "409 Consumer Deleted", "100 FlowControl Request"];
        string frames = "CONNECT {\"headers\":true,\"verbose\":false}\r\n";
        foreach (string status in statuses)
        {
            frames += Frame(subject, $"NATS/1.0 {status}\r\nNats-Last-Consumer: 7\r\nNats-Request-Info: {{}}\r\n\r\n", "");
        }

        frames += Frame(inbox, "NATS/1.0 503\r\n\r\n", "answer") + "PING\r\n";
        await forger.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(frames), Connections.Cancelled);

        foreach (NatsMsg<string> forged in await sub.NextAsync(statuses.Length))
        {
            Assert.Null(forged.Error);
            Assert.Equal("7", forged.Headers!["Nats-Last-Consumer"]);
        }

        Assert.Equal("answer", (await reply.InTimeAsync()).Data);
        Assert.Equal(NatsConnectionState.Open, connection.ConnectionState);
    }

    private static string Frame(string subject, string headers, string payload) =>
        $"HPUB {subject} {headers.Length} {headers.Length + payload.Length}\r\n{headers}{payload}\r\n";

    private static NatsHeaders Next(Random random, int number, string traces)
    {
        var headers = new NatsHeaders { ["Nats-Trace-Dest"] = traces, ["Number"] = $"{number}" };
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            headers[$"K{random.Next(5)}"] = random.Next(4) == 0 ? new[] { Value(random), Value(random) } : Value(random);
        }

        return headers;
    }

    private static string Value(Random random)
    {
        string text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ =>
        {
            int at = random.Next(Letters.Length - 1);
            return char.IsLowSurrogate(Letters[at]) ? "" : char.IsHighSurrogate(Letters[at]) ? Letters.Substring(at, 2) : Letters.Substring(at, 1);
        }));
        return text.Insert(random.Next(2) * text.Length, "v"); // the trace leaves out an entry that is nothing but blanks
    }

    private static void Same(NatsHeaders sent, JsonElement decoded)
    {
        Assert.Equal(sent.Keys.Order(), decoded.EnumerateObject().Select(entry => entry.Name).Order());
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in sent)
        {
            Assert.Equal(values.Select(Trimmed), decoded.GetProperty(name).EnumerateArray().Select(value => Trimmed(value.GetString())));
        }
    }

    private static void Same(NatsHeaders[] sent, NatsMsg<byte[]> received)
    {
        NatsHeaders expected = sent[int.Parse(received.Headers!["Number"].ToString(), System.Globalization.CultureInfo.InvariantCulture) % AtOnce];
        Assert.Equal(expected.Keys.Order(), received.Headers.Keys.Order());
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in expected)
        {
            Assert.Equal(values.Select(Trimmed), received.Headers[name].Select(Trimmed));
        }
    }

    // Blanks around a value belong to no implementation's value.
    private static string? Trimmed(string? value) => value?.Trim();
}
