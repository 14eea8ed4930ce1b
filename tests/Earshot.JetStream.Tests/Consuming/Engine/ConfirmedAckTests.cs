using System.Globalization;
using System.Text;
using Earshot.JetStream.Consuming;
using Earshot.JetStream.Requests;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Acks whose confirmation is awaited, frame by frame: what is known of one when the confirmation comes late or not at all.</summary>
public sealed class ConfirmedAckTests : WireTests
{
    private static readonly AckOpts s_confirmed = new() { DoubleAck = true };

    [Fact]
    public async Task Late_confirmation_is_reported()
    {
        INatsJSMsg<string> msg = await OneAsync();
        Task<NatsJSAckOutcome> ack = msg.TryAckAsync(s_confirmed, Cancel).AsTask();
        (int sid, string inbox) = await AckAsync();
        Time.Advance(TimeSpan.FromSeconds(5.1));
        Assert.Equal(NatsJSAckOutcome.Unknown, await ack.WaitAsync(Cancel));
        NatsUncertainOutcomeEvent unknown = await ToldAsync(UncertainResult.Unknown);
        await Peer.SendMessageAsync(inbox, sid, "");
        NatsUncertainOutcomeEvent late = await ToldAsync(UncertainResult.LateStored);

        Assert.Equal((UncertainOperation.Ack, "S", 1UL, msg.ReplyTo, 1L), (unknown.Operation, unknown.Stream, unknown.StreamSeq, unknown.Subject, unknown.Count));
        Assert.Equal((UncertainOperation.Ack, "S", 1UL, msg.ReplyTo), (late.Operation, late.Stream, late.StreamSeq, late.Subject));
        Assert.True(late.Duration >= TimeSpan.FromSeconds(5), $"{late.Duration}");
        Assert.Equal(NatsJSAckOutcome.Unknown, await msg.TryAckAsync(s_confirmed, Cancel)); // the first outcome stays
    }

    [Fact]
    public async Task Answer_that_comes_in_time_is_no_message_of_the_journal()
    {
        INatsJSMsg<string> msg = await OneAsync();
        Task<NatsJSAckOutcome> ack = msg.TryAckAsync(s_confirmed, Cancel).AsTask();
        (int sid, string inbox) = await AckAsync();
        await Peer.SendMessageAsync(inbox, sid, "");
        Assert.Equal(NatsJSAckOutcome.Confirmed, await ack.WaitAsync(Cancel));
        await Peer.SendMessageAsync(inbox, sid, ""); // a second one is of nobody
        Time.Advance(TimeSpan.FromSeconds(6));
        await Connection.PublishAsync("behind.it", "", cancellationToken: Cancel);
        await NextAsync();

        Assert.Empty(Connection.Events.ToList().OfType<NatsUncertainOutcomeEvent>());
    }

    [Fact]
    public async Task No_responders_to_a_late_ack_are_reported_as_a_rejection()
    {
        INatsJSMsg<string> msg = await OneAsync();
        Task<NatsJSAckOutcome> ack = msg.TryAckAsync(s_confirmed, Cancel).AsTask();
        (int sid, string inbox) = await AckAsync();
        Time.Advance(TimeSpan.FromSeconds(5.1));
        await ack.WaitAsync(Cancel);
        await Peer.SendAsync($"HMSG {inbox} {sid} 16 16\r\nNATS/1.0 503\r\n\r\n\r\n");

        Assert.Equal(UncertainOperation.Ack, (await ToldAsync(UncertainResult.LateRejected)).Operation);
    }

    [Fact]
    public async Task Lost_session_makes_it_unknown_and_the_next_session_may_still_bring_the_confirmation()
    {
        INatsJSMsg<string> msg = await OneAsync();
        Task<NatsJSAckOutcome> ack = msg.TryAckAsync(s_confirmed, Cancel).AsTask();
        (int sid, string inbox) = await AckAsync();
        Peer.Close();
        Assert.Equal(NatsJSAckOutcome.Unknown, await ack.WaitAsync(Cancel));
        Peer = await AcceptAsync();
        ClientOperation subscribed = await NextAsync();
        while (!subscribed.Line.StartsWith($"SUB {inbox[..inbox.LastIndexOf('.')]}.*", StringComparison.Ordinal))
        {
            subscribed = await NextAsync();
        }

        await Peer.SendMessageAsync(inbox, sid, "");

        Assert.Equal(UncertainOperation.Ack, (await ToldAsync(UncertainResult.LateStored)).Operation);
    }

    [Fact]
    public async Task Without_a_session_it_waits_and_was_not_sent_when_its_time_is_over()
    {
        INatsJSMsg<string> msg = await OneAsync();
        Task lost = Connection.Events.WhenAsync<NatsDisconnectedEvent>(after: 0, Cancel);
        Peer.Close();
        await lost;
        Task<NatsJSAckOutcome> ack = msg.TryAckAsync(s_confirmed, Cancel).AsTask();
        Assert.False(ack.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(5.1));

        Assert.Equal(NatsJSAckOutcome.NotSent, await ack.WaitAsync(Cancel));
        Assert.Empty(Connection.Events.ToList().OfType<NatsUncertainOutcomeEvent>());
    }

    [Fact]
    public async Task Cancelled_after_it_was_sent_it_is_unknown()
    {
        INatsJSMsg<string> msg = await OneAsync();
        using var cancel = new CancellationTokenSource();
        Task<NatsJSAckOutcome> ack = msg.TryAckAsync(s_confirmed, cancel.Token).AsTask();
        await AckAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ack);
        Assert.Equal(UncertainOperation.Ack, (await ToldAsync(UncertainResult.Unknown)).Operation);
    }

    [Fact]
    public async Task Cancelled_before_it_was_sent_it_was_not_sent_and_another_ack_may_be_sent()
    {
        INatsJSMsg<string> msg = await OneAsync();
        Task lost = Connection.Events.WhenAsync<NatsDisconnectedEvent>(after: 0, Cancel);
        Peer.Close();
        await lost;
        using var cancel = new CancellationTokenSource();
        Task<NatsJSAckOutcome> ack = msg.TryAckAsync(s_confirmed, cancel.Token).AsTask();
        await cancel.CancelAsync();
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ack);
        Assert.Equal((false, cancel.Token), (e is INatsDelivery, e.CancellationToken));
        Peer = await AcceptAsync();
        Task<NatsJSAckOutcome> again = msg.TryAckAsync(s_confirmed, Cancel).AsTask();
        string inbox = await AckedAsync();
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "");

        Assert.Equal(NatsJSAckOutcome.Confirmed, await again.WaitAsync(Cancel));
        Assert.Empty(Connection.Events.ToList().OfType<NatsUncertainOutcomeEvent>());
    }

    [Fact]
    public async Task Cancelled_after_it_was_sent_it_has_the_outcome_unknown_in_the_exception_and_from_then_on()
    {
        INatsJSMsg<string> msg = await OneAsync();
        using var cancel = new CancellationTokenSource();
        Task ack = msg.AckAsync(s_confirmed, cancel.Token).AsTask();
        await AckAsync();
        await cancel.CancelAsync();
        NatsJSPublishCanceledException e = await Assert.ThrowsAsync<NatsJSPublishCanceledException>(() => ack);

        Assert.Equal((NatsOutcome.Unknown, cancel.Token), (e.Outcome, e.CancellationToken));
        Assert.Equal(NatsJSAckOutcome.Unknown, await msg.TryAckAsync(cancellationToken: Cancel));
    }

    [Fact]
    public async Task Token_that_is_cancelled_when_it_is_registered_writes_nothing()
    {
        ValueTask<NatsJSAckOutcome> ack = Confirmations.SendAsync(Subject(), AckWord.Ack, null, new CancellationToken(canceled: true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ack.AsTask().WaitAsync(Cancel));
        await Connection.PublishAsync("behind.it", "", cancellationToken: Cancel);

        Assert.Equal("SUB", (await NextAsync()).Line.Split(' ')[0]);
        Assert.Equal("PUB behind.it 0", (await NextAsync()).Line);
    }

    [Fact]
    public async Task Ack_that_was_written_in_time_is_not_late_when_its_confirmation_is()
    {
        INatsJSMsg<string> msg = await OneAsync(TimeSpan.FromSeconds(3));
        Time.Advance(TimeSpan.FromSeconds(2.9));
        Task<NatsJSAckOutcome> ack = msg.TryAckAsync(s_confirmed, Cancel).AsTask();
        (int sid, string inbox) = await AckAsync();
        Time.Advance(TimeSpan.FromSeconds(1));
        await Peer.SendMessageAsync(inbox, sid, "");

        Assert.Equal(NatsJSAckOutcome.Confirmed, await ack.WaitAsync(Cancel));
        Assert.Empty(Connection.Events.ToList().OfType<NatsConsumerNotificationEvent>());
    }

    [Fact]
    public async Task Ack_that_waits_for_a_session_is_late_when_it_is_written_late()
    {
        INatsJSMsg<string> msg = await OneAsync(TimeSpan.FromSeconds(3));
        Time.Advance(TimeSpan.FromSeconds(2.9));
        Task lost = Connection.Events.WhenAsync<NatsDisconnectedEvent>(after: 0, Cancel);
        Peer.Close();
        await lost;
        Task<NatsJSAckOutcome> ack = msg.TryAckAsync(s_confirmed, Cancel).AsTask();
        Time.Advance(TimeSpan.FromSeconds(0.5));
        Peer = await AcceptAsync();
        string inbox = await AckedAsync();
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "");

        Assert.Equal(NatsJSAckOutcome.Late, await ack.WaitAsync(Cancel));
        Assert.Equal(NatsJSNotificationKind.LateAck, (await Connection.Events.WhenAsync<NatsConsumerNotificationEvent>(after: 0, Cancel)).Notification);
    }

    [Fact]
    public async Task Outcome_that_is_read_too_early_is_an_error_and_can_be_awaited_afterwards()
    {
        ValueTask<NatsJSAckOutcome> ack = Confirmations.SendAsync(Subject(), AckWord.Ack, null, CancellationToken.None);
        Assert.Throws<InvalidOperationException>(() => ack.GetAwaiter().GetResult());
        (int sid, string inbox) = await AckAsync();
        await Peer.SendMessageAsync(inbox, sid, "");

        Assert.Equal(NatsJSAckOutcome.Confirmed, await ack.AsTask().WaitAsync(Cancel));
    }

    [Fact]
    public async Task Ack_that_throws_leaves_the_message_to_another_one()
    {
        INatsJSMsg<string> msg = await OneAsync();
        var tooLarge = new AckOpts { TerminateReason = new string('x', 2_000_000) };
        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(async () => await msg.AckTerminateAsync(tooLarge, Cancel));
        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(async () => await msg.AckTerminateAsync(tooLarge with { DoubleAck = true }, Cancel));
        await msg.AckAsync(cancellationToken: Cancel);
        Assert.Equal("SUB", (await NextAsync()).Line.Split(' ')[0]); // the inbox of the second one
        await PublishedAsync(Reply(1), "+ACK");
    }

    [Fact]
    public async Task Outcome_that_is_known_at_once_is_read_once()
    {
        INatsJSMsg<string> msg = await OneAsync();
        await PassUntilAsync(Connection.DisposeAsync().AsTask());

        Assert.Equal(NatsOutcome.NotSent, (await Assert.ThrowsAsync<NatsDeliveryException>(async () => await msg.AckProgressAsync(s_confirmed, Cancel))).Outcome);
        Assert.Equal(NatsOutcome.NotSent, (await Assert.ThrowsAsync<NatsDeliveryException>(async () => await msg.AckAsync(s_confirmed, Cancel))).Outcome);
        Assert.Equal(NatsJSAckOutcome.NotSent, await msg.TryAckAsync(cancellationToken: Cancel));
    }

    private AckConfirmations Confirmations => ConsumerHub.For(Connection).Confirmations;

    private static AckSubject Subject()
    {
        Assert.True(AckSubject.TryRead(Encoding.UTF8.GetBytes(Reply(1)), null, out AckSubject subject));
        return subject;
    }

    // A read with one message, which is in the hands of the application.
    private async Task<INatsJSMsg<string>> OneAsync(TimeSpan? ackWait = null)
    {
        var config = new ConsumerConfig("C") { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = ackWait ?? TimeSpan.FromSeconds(30), MaxDeliver = -1 };
        var consumer = new NatsJSConsumer(new ContextParts(Connection, new NatsJSOpts(Connection.Opts)), new ConsumerInfo { StreamName = "S", Name = "C", Config = config });
        INatsJSConsume<string> consume = await consumer.StartConsumeAsync<string>(opts: new NatsJSConsumeOpts { MaxMsgs = 10 }, cancellationToken: Cancel); // ends with the connection
        await PullAsync();
        await Peer.SendMessageAsync("a", 1, "x", Reply(1));
        IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        return messages.Current;
    }

    private async Task<(int Sid, string Inbox)> AckAsync()
    {
        string[] subscribe = (await NextAsync()).Line.Split(' ');
        ClientOperation publish = await NextAsync();
        string[] words = publish.Line.Split(' ');
        Assert.Equal(("SUB", "PUB", Reply(1), "+ACK"), (subscribe[0], words[0], words[1], publish.PayloadText));
        Assert.StartsWith(subscribe[1][..^1], words[2], StringComparison.Ordinal);
        return (int.Parse(subscribe[^1], CultureInfo.InvariantCulture), words[2]);
    }

    // The inbox of the next ack, whatever is written before it.
    private async Task<string> AckedAsync()
    {
        while (true)
        {
            if ((await NextAsync()).Line.Split(' ') is ["PUB", var subject, var inbox, _] && subject == Reply(1))
            {
                return inbox;
            }
        }
    }

    // Reports of one moment are collected for a tenth of a second.
    private async Task<NatsUncertainOutcomeEvent> ToldAsync(UncertainResult result)
    {
        Task<NatsUncertainOutcomeEvent> told = WhenAsync(result);
        await PassUntilAsync(told);
        return await told;
    }

    private async Task<NatsUncertainOutcomeEvent> WhenAsync(UncertainResult result)
    {
        long after = 0;
        while (true)
        {
            NatsUncertainOutcomeEvent e = await Connection.Events.WhenAsync<NatsUncertainOutcomeEvent>(after, Cancel);
            if (e.Result == result)
            {
                return e;
            }

            after = e.Sequence;
        }
    }
}
