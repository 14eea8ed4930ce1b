using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Acks and their outcomes, with a real server.</summary>
[BothServers]
public sealed class AckTests(JetStreamServers servers)
{
    private static readonly AckOpts s_confirmed = new() { DoubleAck = true };

    [Fact]
    public async Task Ack_is_sent_once()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        INatsJSMsg<string> msg = await OneAsync(rig);
        long sent = await SentAsync(rig);
        NatsJSAckOutcome first = await msg.TryAckAsync(cancellationToken: rig.Cancel);
        await msg.NakAsync(cancellationToken: rig.Cancel);
        await msg.AckTerminateAsync(cancellationToken: rig.Cancel);
        NatsJSAckOutcome last = await msg.TryAckAsync(cancellationToken: rig.Cancel);

        Assert.Equal((NatsJSAckOutcome.Sent, NatsJSAckOutcome.Sent, sent + 1), (first, last, await SentAsync(rig)));
        await rig.WhenAsync(info => info.AckFloor.StreamSeq == 1);
    }

    [Fact]
    public async Task Confirmed_ack_has_the_outcome_Confirmed()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        INatsJSMsg<string> msg = await OneAsync(rig);

        Assert.Equal(NatsJSAckOutcome.Confirmed, await msg.TryAckAsync(s_confirmed, rig.Cancel));
        Assert.Equal(1UL, (await rig.InfoAsync()).AckFloor.StreamSeq);
    }

    [Fact]
    public async Task Confirmed_ack_to_a_deleted_consumer_has_the_outcome_ConsumerGone()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(3);
        INatsJSMsg<string> tried = (await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel))!;
        INatsJSMsg<string> thrown = (await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel))!;
        INatsJSMsg<string> plain = (await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel))!;
        await rig.Rig.Context.DeleteConsumerAsync(rig.Rig.Name, "worker", rig.Cancel);

        Assert.Equal(NatsJSAckOutcome.ConsumerGone, await tried.TryAckAsync(s_confirmed, rig.Cancel));
        NatsDeliveryException e = await Assert.ThrowsAsync<NatsDeliveryException>(async () => await thrown.AckAsync(s_confirmed, rig.Cancel));
        Assert.Equal(NatsOutcome.Rejected, e.Outcome);
        await plain.AckAsync(cancellationToken: rig.Cancel);
    }

    [Fact]
    public async Task Ack_with_policy_none_sends_nothing()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => config.AckPolicy = ConsumerConfigAckPolicy.None);
        INatsJSMsg<string> msg = await OneAsync(rig);
        long sent = await SentAsync(rig);

        Assert.Equal(NatsJSAckOutcome.NotNeeded, await msg.TryAckAsync(s_confirmed, rig.Cancel)); // a request would have no responders
        await msg.AckProgressAsync(s_confirmed, rig.Cancel);
        Assert.Equal(sent, await SentAsync(rig));
    }

    [Fact]
    public async Task Ack_after_ack_wait_is_late()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => config.AckWait = TimeSpan.FromMilliseconds(200));
        INatsJSMsg<string> msg = await OneAsync(rig);
        await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel); // delivered again after AckWait
        INatsJSMsg<string>? again = await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel);

        Assert.Equal(3UL, again!.Metadata!.Value.NumDelivered);
        Assert.Equal(NatsJSAckOutcome.Late, await msg.TryAckAsync(cancellationToken: rig.Cancel));
    }

    [Fact]
    public async Task Negative_ack_causes_a_redelivery_after_its_delay()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        INatsJSMsg<string> msg = await OneAsync(rig);
        long start = Environment.TickCount64;
        await msg.NakAsync(new AckOpts { NakDelay = TimeSpan.FromMilliseconds(500) }, rig.Cancel);
        INatsJSMsg<string>? again = await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel);

        Assert.Equal((2UL, 1UL, 2UL), (again!.Metadata!.Value.NumDelivered, again.Metadata.Value.Sequence.Stream, again.Metadata.Value.Sequence.Consumer));
        Assert.True(Environment.TickCount64 - start >= 490);
    }

    [Fact]
    public async Task Longest_delay_is_no_redelivery()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        INatsJSMsg<string> msg = await OneAsync(rig);
        await msg.NakAsync(new AckOpts { NakDelay = TimeSpan.MaxValue }, rig.Cancel);

        Assert.Null(await rig.Consumer.NextAsync<string>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromSeconds(1) }, cancellationToken: rig.Cancel));
    }

    [Fact]
    public async Task Progress_acks_are_sent_and_confirmed_before_the_ack()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await using JetStreamRig other = await JetStreamRig.ConnectAsync(rig.Rig.Server);
        await using INatsSub<string> acks = await other.Connection.SubscribeCoreAsync<string>($"$JS.ACK.{rig.Rig.Name}.worker.>", cancellationToken: other.Cancel);
        await other.Connection.PingAsync(other.Cancel);
        INatsJSMsg<string> msg = await OneAsync(rig);
        for (int i = 0; i < 3; i++)
        {
            await msg.AckProgressAsync(s_confirmed, rig.Cancel);
            Assert.Equal("+WPI", (await acks.Msgs.ReadAsync(rig.Cancel)).Data);
            Assert.Equal(1, (await rig.InfoAsync()).NumAckPending);
        }

        await msg.AckAsync(s_confirmed, rig.Cancel);
        Assert.Equal("+ACK", (await acks.Msgs.ReadAsync(rig.Cancel)).Data);
        Assert.Equal((0, 1UL), ((await rig.InfoAsync()).NumAckPending, rig.Consumer.Info.Delivered.ConsumerSeq));
    }

    [Fact]
    public async Task Terminated_message_is_not_delivered_again()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => config.AckWait = TimeSpan.FromMilliseconds(200));
        INatsJSMsg<string> msg = await OneAsync(rig);
        await msg.AckTerminateAsync(new AckOpts { TerminateReason = "not for us", DoubleAck = true }, rig.Cancel);

        Assert.Null(await rig.Consumer.NextAsync<string>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromMilliseconds(500) }, cancellationToken: rig.Cancel));
        Assert.Equal(0, (await rig.InfoAsync()).NumAckPending);
    }

    [Fact]
    public async Task Confirmed_acks_in_a_loop_with_one_message_at_a_time_complete()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(50);
        int read = 0;
        await foreach (INatsJSMsg<string> msg in rig.Consumer.ConsumeAsync<string>(opts: new NatsJSConsumeOpts { MaxMsgs = 1 }, cancellationToken: rig.Cancel))
        {
            Assert.Equal((1UL, 1), (msg.Metadata!.Value.NumDelivered, (await rig.InfoAsync()).NumAckPending)); // nothing is prefetched
            await msg.AckAsync(s_confirmed, rig.Cancel);
            if (++read == 50)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task Headers_and_a_payload_that_cannot_be_read_are_reported_by_the_message()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.Rig.Connection.RequestAsync<string, string>($"{rig.Rig.Name}.a", "no number", new NatsHeaders { ["Own"] = "1" }, cancellationToken: rig.Cancel);
        INatsJSMsg<int>? msg = await rig.Consumer.NextAsync<int>(cancellationToken: rig.Cancel);

        Assert.Equal("1", msg!.Headers!["Own"]);
        Assert.IsType<NatsDeserializeException>(msg.Error);
        Assert.Throws<NatsDeserializeException>(msg.EnsureSuccess);
        Assert.Equal(NatsJSAckOutcome.Confirmed, await msg.TryAckAsync(s_confirmed, rig.Cancel));
    }

    // Counters are updated with the write; everything before the PING is written.
    private static async Task<long> SentAsync(ConsumeRig rig)
    {
        await rig.Rig.Connection.PingAsync(rig.Cancel);
        return rig.Rig.Connection.Stats.SentMessages;
    }

    private static async Task<INatsJSMsg<string>> OneAsync(ConsumeRig rig)
    {
        await rig.StoreAsync(1);
        return (await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel))!;
    }
}
