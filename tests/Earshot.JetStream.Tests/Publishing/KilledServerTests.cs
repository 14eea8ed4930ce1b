using System.Text;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>A publisher whose server is killed and restarted: acknowledged messages are stored, and none is stored twice.</summary>
[BothServers]
public sealed class KilledServerTests
{
    private const int Messages = 900;

    [Fact]
    public async Task Messages_with_ids_are_stored_once_although_the_server_is_killed_twice()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(server, opts: new NatsOpts { ReconnectWaitMin = TimeSpan.FromMilliseconds(5), ReconnectWaitMax = TimeSpan.FromMilliseconds(20) });
        INatsJSStream stream = await rig.Context.CreateStreamAsync(new StreamConfig(rig.Name, [$"{rig.Name}.>"]), rig.Cancel);
        NatsJSPublisher publisher = rig.Context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = 200 });
        var tickets = new List<NatsJSPublishTicket>();
        for (int i = 0; i < Messages; i++)
        {
            bool isKill = i is 300 or 600;
            if (isKill)
            {
                server.Freeze(); // so that at least one message is in flight, however fast the server is
            }

            ValueTask<NatsJSPublishTicket> publish = publisher.PublishAsync($"{rig.Name}.a", $"{i}", cancellationToken: rig.Cancel);
            if (isKill)
            {
                await server.KillAsync(rig.Cancel);
                await server.StartServerAsync(rig.Cancel);
            }

            tickets.Add(await publish);
        }

        await publisher.FlushAsync(rig.Cancel);
        Assert.Equal((0L, (long)Messages), (publisher.Failed, publisher.Stored));
        await stream.RefreshAsync(rig.Cancel);
        PubAckResponse[] acks = await Task.WhenAll(tickets.Select(ticket => ticket.GetResponseAsync()));
        var stored = new Dictionary<string, ulong>();
        for (ulong sequence = 1; sequence <= stream.Info.State.LastSeq; sequence++)
        {
            StoredMessage message = (await stream.GetAsync(new StreamMsgGetRequest { Seq = sequence }, rig.Cancel)).Message;
            Assert.True(stored.TryAdd(Encoding.UTF8.GetString(message.Data.Span), message.Seq), $"stored twice: {sequence}");
        }

        // The server writes to its file before it acknowledges: 1,400 kills that were audited over raw sockets lost nothing.
        Assert.Empty(Enumerable.Range(0, Messages).Where(i => !stored.ContainsKey($"{i}"))
            .Select(i => $"{i} is not stored and has {acks[i]}; others with its sequence: {string.Join(' ', acks.Where((ack, other) => other != i && ack.Seq == acks[i].Seq))}"));
        Assert.All(acks.Index(), ack => Assert.Equal(stored[$"{ack.Index}"], ack.Item.Seq));
        Assert.Empty(rig.Connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
        Assert.Contains(acks, ack => ack.Attempts > 1);
        Assert.Empty(rig.Connection.Events.ToList().OfType<NatsUncertainOutcomeEvent>());
    }
}
