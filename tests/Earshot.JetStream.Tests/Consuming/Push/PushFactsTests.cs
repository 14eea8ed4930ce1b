using System.Text.RegularExpressions;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming.Push;

/// <summary>Behaviour of servers that the reads of push consumers depend on, observed with a plain subscription.</summary>
[BothServers]
public sealed partial class PushFactsTests(JetStreamServers servers)
{
    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Only_a_subscription_of_the_exact_subject_counts(bool isOldest)
    {
        await using PushRig rig = await PushRig.StartAsync(isOldest ? await servers.Oldest : await servers.Newest);
        await rig.StoreAsync(1);
        await using INatsSub<string> wild = await rig.Connection.SubscribeCoreAsync<string>($"{rig.Rig.Name}X.*", cancellationToken: rig.Cancel);
        INatsJSPushConsumer consumer = await rig.CreateAsync(new NatsJSPushConsumerOpts { DurableName = "D", DeliverSubject = $"{rig.Rig.Name}X.d" });
        await consumer.RefreshAsync(rig.Cancel);
        Assert.Equal((false, 0UL), (consumer.Info.PushBound, consumer.Info.Delivered.ConsumerSeq));
        Assert.False(wild.Msgs.TryRead(out _));
        await using INatsSub<string> exact = await rig.Connection.SubscribeCoreAsync<string>($"{rig.Rig.Name}X.d", cancellationToken: rig.Cancel);

        Assert.Equal("0", (await exact.Msgs.ReadAsync(rig.Cancel)).Data);
        Assert.True((await rig.WhenAsync("D", static info => info.Delivered.ConsumerSeq == 1)).PushBound);
    }

    [Theory]
    [InlineData(false)]
    [OldServerData(true)]
    public async Task Request_that_is_not_answered_stops_the_delivery_and_is_repeated_by_heartbeats(bool isOldest)
    {
        const int Stored = 4000; // of 1 KiB
        await using PushRig rig = await PushRig.StartAsync(isOldest ? await servers.Oldest : await servers.Newest);
        await rig.StoreAsync(Stored, size: 1024);
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>($"{rig.Rig.Name}X", cancellationToken: rig.Cancel);
        await rig.CreateAsync(new NatsJSPushConsumerOpts
        {
            DurableName = "D",
            DeliverSubject = $"{rig.Rig.Name}X",
            FlowControl = true,
            IdleHeartbeat = TimeSpan.FromMilliseconds(100),
            AckPolicy = ConsumerConfigAckPolicy.None,
        });
        (int before, string? request) = await ReadUntilAsync(sub, static msg => msg.Headers is { Code: 100 } && msg.ReplyTo is not null ? msg.ReplyTo : null, rig.Cancel);
        (int after, string? stalled) = await ReadUntilAsync(sub, static msg => Stalled(msg), rig.Cancel);

        Assert.Matches(RequestSubject(), request);
        Assert.Equal(request, stalled);
        Assert.InRange(before, 900, 1100); // 1 MB
        Assert.InRange(before + after, 1800, 2100); // 2 MB
        await rig.Connection.PublishAsync(stalled!, cancellationToken: rig.Cancel);
        (int freed, string? next) = await ReadUntilAsync(sub, static msg => msg.Headers is { Code: 100 } && msg.ReplyTo is not null ? msg.ReplyTo : null, rig.Cancel);
        Assert.True(freed > 0 && next != request, $"{freed} messages, then {next}");
    }

    private static string? Stalled(NatsMsg<string> msg) =>
        msg.Headers?.TryGetValue("Nats-Consumer-Stalled", out Microsoft.Extensions.Primitives.StringValues value) == true ? value.ToString() : null;

    // Returns the number of messages before the first control message that is wanted, and what is wanted of it.
    private static async Task<(int Messages, string? Found)> ReadUntilAsync(INatsSub<string> sub, Func<NatsMsg<string>, string?> find, CancellationToken cancellationToken)
    {
        int count = 0;
        while (true)
        {
            NatsMsg<string> msg = await sub.Msgs.ReadAsync(cancellationToken);
            bool isMessage = msg.ReplyTo?.StartsWith("$JS.ACK.", StringComparison.Ordinal) == true;
            if (!isMessage && find(msg) is { } found)
            {
                return (count, found);
            }

            count += isMessage ? 1 : 0;
        }
    }

    [GeneratedRegex(@"^\$JS\.FC\.[^.]+\.D\.[^.]{4}$")]
    private static partial Regex RequestSubject();
}
