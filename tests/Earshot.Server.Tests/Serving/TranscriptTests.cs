using Earshot.Server.Tests.Guide;
using Earshot.Testing;
using Xunit;

namespace Earshot.Server.Tests.Serving;

/// <summary>What went over the wire, for people who look at a failed test; never what must not be seen.</summary>
public sealed class TranscriptTests
{
    private const string Password = "d0-n0t-sh0w";

    [Theory]
    [InlineData("CONNECT {\"pass\":\"d0-n0t-sh0w\"}\r\nSUB foo 1\r\n")]
    [InlineData("connect\t{\"pass\":\"d0-n0t-sh0w\"}\nSUB foo 1\r\n")]
    [InlineData(" Connect {\"pass\":\"d0-n0t-sh0w\"}\nSUB foo 1\r\n")]
    [InlineData("PING\r\nCONNECT {\"x\":1}\r\nCONNECT {\"pass\":\"d0-n0t-sh0w\"}\r\nSUB foo 1\r\n")]
    public void Credentials_are_removed_wherever_the_bytes_are_split(string said)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(said);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var redaction = new Earshot.Server.Views.ConnectRedaction();
            var shown = new System.Buffers.ArrayBufferWriter<byte>();
            redaction.Redact(bytes.AsSpan(0, cut), shown);
            redaction.Redact(bytes.AsSpan(cut), shown);
            string text = System.Text.Encoding.UTF8.GetString(shown.WrittenSpan);

            Assert.DoesNotContain("pass", text, StringComparison.Ordinal);
            Assert.DoesNotContain("n0t", text, StringComparison.Ordinal);
            Assert.EndsWith("\nSUB foo 1\r\n", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Transcript_keeps_the_last_chunks_and_the_length_of_a_truncated_one()
    {
        await using NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { TranscriptCapacity = 2 });
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        await client.AskAsync($"PUB foo 5000\r\n{new string('x', 5000)}\r\n");
        string[] lines = server.Transcript.Split('\n');

        Assert.Equal(2, lines.Length);
        Assert.EndsWith("xxx ... 5022 bytes", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("S 5: PONG\\r\\n", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_test_prints_what_went_over_the_wire_and_no_credentials()
    {
        (int exitCode, string output) = await ChildRun.RunAsync(
            typeof(TranscriptTests).GetMethod(nameof(Child_fails))!, TestContext.Current.CancellationToken);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("watched heard from clients (C) and sent (S):", output, StringComparison.Ordinal);
        Assert.Contains("C 5: CONNECT {...}", output, StringComparison.Ordinal);
        Assert.Contains("SUB orders.*", output, StringComparison.Ordinal);
        Assert.Contains("S 5: INFO {", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_that_passes_prints_nothing()
    {
        (int exitCode, string output) = await ChildRun.RunAsync(
            typeof(TranscriptTests).GetMethod(nameof(Child_passes))!, TestContext.Current.CancellationToken);

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("CONNECT", output, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    public Task Child_fails() => SubscribeAsync(expected: 2);

    [Fact(Explicit = true)]
    public Task Child_passes() => SubscribeAsync(expected: 1);

    private static async Task SubscribeAsync(int expected)
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        var options = new NatsTestServerOptions { Name = "watched", Users = [new NatsTestServerUser("alice", Password)], TranscriptCapacity = 100 };
        await using NatsTestServer server = PrintTranscriptsAttribute.Watch(await NatsTestServer.StartAsync(options, ct));
        await using var connection = new NatsConnection(
            new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Username = "alice", Password = Password } });
        await using INatsSub<string> orders = await connection.SubscribeCoreAsync<string>("orders.*", cancellationToken: ct);
        await server.WaitForSubscriptionAsync("orders.1", ct).WaitAsync(TimeSpan.FromSeconds(30), ct);
        Assert.Equal(expected, server.Clients[0].Subscriptions.Count);
    }
}
