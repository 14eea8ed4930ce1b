using System.Text;
using Earshot.Protocol.Tests;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Serving;

/// <summary>
/// The bytes that the readers of both sides are tested with, as they are and damaged, sent to a server: it answers in NATS or
/// closes, and another client of it notices nothing. The seed is fixed, so what fails once fails again. No other test runs in parallel with it, because it
/// measures the memory of the process.
/// </summary>
[CollectionDefinition(nameof(CorpusTests), DisableParallelization = true)]
[Collection(nameof(CorpusTests))]
public sealed class CorpusTests
{
    private const int Rounds = 40;

    private static readonly byte[][] s_corpus =
    [
        .. ClientOperationReaderVectors.All.Select(row => Latin1(row.Data.Item1)),
        .. ServerOperationReaderVectors.All.Select(row => Latin1(row.Data.Item2)),
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "server-says.bin")),
    ];

    [Fact]
    public async Task Damaged_inputs_of_the_reader_corpus_do_not_affect_other_clients()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(
            new NatsTestServerOptions { Listen = false, PublishedCapacity = 0, TimeProvider = new FakeTimeProvider() }, TestContext.Current.CancellationToken);
        MemoryClient witness = await MemoryClient.ConnectAsync(server);
        await witness.AskAsync("SUB witness 1\r\n");
        var random = new Random(20_481);
        long before = 0L;
        for (int round = 0; round < Rounds; round++)
        {
            foreach (byte[] bytes in s_corpus)
            {
                await TalkAsync(server, round == 0 ? bytes : Damage(bytes, random), connects: random.Next(2) == 0, random);
            }

            Assert.Equal("MSG witness 1 2\r\nok\r\n", await witness.AskAsync("PUB witness 2\r\nok\r\n"));
            await MemoryClient.WaitForOpenAsync(server, 1);
            before = round == 1 ? GC.GetTotalMemory(forceFullCollection: true) : before;
        }

        // The list of closed clients remains, which is bounded.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 * 1024 * 1024);
        Assert.DoesNotContain(server.ClosedClients, closed => closed.ClosedReason is "Read Error" or "Write Error" or "");
    }

    private static async Task TalkAsync(NatsTestServer server, byte[] bytes, bool connects, Random random)
    {
        MemoryClient client = await MemoryClient.OpenAsync(server);
        if (connects)
        {
            await client.SendAsync(MemoryClient.Connect + "SUB > 7\r\n");
        }

        for (int at = 0; at < bytes.Length;)
        {
            int length = random.Next(4) == 0 ? bytes.Length - at : Math.Min(bytes.Length - at, random.Next(1, 40));
            await client.SendAsync(bytes.AsMemory(at, length));
            at += length;
        }

        await client.CloseAsync();
        await client.UntilEndAsync();
        Assert.Null(client.Failure);
    }

    // A byte changed, bytes lost, bytes twice, or another conversation begun in the middle.
    private static byte[] Damage(byte[] bytes, Random random)
    {
        List<byte> damaged = bytes.ToList();
        for (int i = random.Next(1, 4); i > 0 && damaged.Count > 0; i--)
        {
            int at = random.Next(damaged.Count);
            int length = Math.Min(damaged.Count - at, random.Next(1, 12));
            switch (random.Next(4))
            {
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged.RemoveRange(at, length);
                    break;
                case 2:
                    damaged.InsertRange(at, damaged.GetRange(at, length));
                    break;
                default:
                    damaged.InsertRange(at, s_corpus[random.Next(s_corpus.Length)]);
                    break;
            }
        }

        return [.. damaged];
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}
