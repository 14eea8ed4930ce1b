using CsCheck;
using Xunit;

namespace Earshot.Server.Tests.Serving;

/// <summary>Whatever one client sends, the server answers in NATS or closes, and the others are not affected.</summary>
public sealed class GarbageTests
{
    private static readonly string[] s_pieces =
    [
        "PUB ", "HPUB ", "SUB ", "UNSUB ", "PING", "PONG", "CONNECT {\"verbose\":false,\"headers\":true}\r\n", "INFO {}", "+OK", "-ERR 'x'", "MSG ",
        "\r\n", "\n", "\r", " ", "\t", "foo", "foo.*", ">", "1", "2", "12", "0", "-1", "999999999", "{", "NATS/1.0\r\n\r\n", "\0", "\u00ff",
        "PUB foo 2\r\nhi\r\n", "SUB foo 1\r\n", "HPUB foo 12 12\r\nNATS/1.0\r\n\r\n\r\n",
    ];

    [Fact]
    public async Task Random_pieces_of_the_protocol_do_not_affect_other_clients()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        MemoryClient witness = await MemoryClient.ConnectAsync(server);
        await Gen.Int[0, s_pieces.Length - 1].Select(index => s_pieces[index]).List[1, 12].SampleAsync(
            async pieces =>
            {
                MemoryClient client = await MemoryClient.OpenAsync(server);
                foreach (string? piece in pieces)
                {
                    await client.SendAsync(piece);
                }

                await client.CloseAsync();
                string received = await client.UntilEndAsync();
                Assert.All(received.Split("\r\n", StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^(INFO|MSG|HMSG|PONG|-ERR|\\+OK|hi|NATS)", line));
            },
            iter: 300,
            threads: 1);

        await MemoryClient.WaitForOpenAsync(server, 1);
        Assert.Equal("", await witness.AskAsync(""));
        Assert.DoesNotContain(server.ClosedClients, closed => closed.ClosedReason is "Read Error" or "Write Error" or "");
    }
}
