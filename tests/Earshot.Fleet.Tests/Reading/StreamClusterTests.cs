using System.Globalization;
using Earshot.JetStream;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Fleet.Tests.Reading;

/// <summary>A stream with three replicas whose leader is killed while a reader follows it: new messages come from another server, and nothing is missing.</summary>
[Trait("Duration", "Long")]
public sealed class StreamClusterTests
{
    private const string Stream = "EARSHOT_SERVERS";
    private const int Messages = 900;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_killed_leader_of_the_stream_costs_a_reader_nothing(bool isReaderOnLeader)
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(3, _ => new NatsServerSetup { JetStream = true }, Token);
        await using var publisher = new NatsConnection(new NatsOpts { Url = cluster.Urls, MaxReconnectRetry = -1, RequestTimeout = TimeSpan.FromSeconds(60) });
        await publisher.ConnectAsync(Token);
        var context = new NatsJSContext(publisher);
        await CreateStreamAsync(context);
        string? leader = (await context.GetStreamAsync(Stream, cancellationToken: Token)).Info.Cluster?.Leader;
        NatsServerProcess killed = cluster.Nodes.Single(node => node.Name == leader);
        NatsServerProcess other = cluster.Nodes.First(node => node != killed);
        await using var connection = new NatsConnection(new NatsOpts { Url = isReaderOnLeader ? killed.Url : other.Url, MaxReconnectRetry = -1 });
        await connection.ConnectAsync(Token);
        await using FleetStreamReader reader = await FleetStreamReader.StartAsync(connection, cancellationToken: Token);
        for (int i = 1; i <= Messages; i++)
        {
            if (i == Messages / 3)
            {
                await killed.KillAsync(Token);
            }

            var record = new ServerRecord { Kind = ServerRecordKind.Connect, At = DateTimeOffset.UnixEpoch.AddYears(50).AddSeconds(i), Server = new ServerIdentity("NA"), Client = new ServerClient((ulong)i) };
            using var line = new MemoryStream();
            await FleetRecordFile.WriteAsync([record], line, Token);
            PubAckResponse ack = await context.PublishAsync("earshot.v1.s.NA.connect", line.ToArray(), NatsRawSerializer<byte[]>.Default, new NatsJSPubOpts { MsgId = i.ToString(CultureInfo.InvariantCulture) }, cancellationToken: Token);
            ack.EnsureSuccess();
        }

        FleetStreamContent content = await StreamReaderRig.UntilAsync(reader, content => content.Records.Count >= Messages);
        Assert.Equal(Enumerable.Range(1, Messages).Select(i => (ulong)i), content.Records.Cast<ServerRecord>().Select(record => record.Client!.Id));
        Assert.Equal(0, content.Streams[1].Missed);
        Assert.Equal(0, content.Streams[1].Malformed);
    }
    // A new cluster temporarily has no leader, and does not answer a request that is with a leader which resigns.
    private static async Task CreateStreamAsync(NatsJSContext context)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        var config = new StreamConfig(Stream, ["earshot.v1.s.>"]) { NumReplicas = 3, AllowDirect = true, DuplicateWindow = TimeSpan.FromMinutes(2), Republish = new Republish { Src = "earshot.v1.s.>", Dest = "earshot.live.s.>" } };
        while (true)
        {
            try
            {
                await context.CreateStreamAsync(config, Token);
                return;
            }
            catch (NatsJSException) when (!Token.IsCancellationRequested)
            {
                await again.WaitForNextTickAsync(Token);
            }
        }
    }
}
