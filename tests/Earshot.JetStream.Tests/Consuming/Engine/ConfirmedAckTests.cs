using System.Globalization;
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

    // A read with one message, which is in the hands of the application.
    private async Task<INatsJSMsg<string>> OneAsync()
    {
        INatsJSConsume<string> consume = await StartAsync(); // ends with the connection
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
