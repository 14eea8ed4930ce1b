using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A failure inside the client ends a read with its exception, and never leaves it silent.</summary>
public sealed class EngineFaultTests : WireTests
{
    private static readonly FailingReporter s_never = new((PullNoteKind)(-1));

    [Fact]
    public async Task Effect_that_fails_ends_the_read_with_its_exception_after_the_received_messages()
    {
        var consume = new ConsumeRun<string>(Call(MachineRig.Ten, new FailingReporter(PullNoteKind.Notice))); // ends with its failure
        (string inbox, _) = await PullAsync();
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "x", Reply(1));
        await StatusAsync(inbox, "409 Leadership Change");
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);

        Assert.True(await messages.MoveNextAsync());
        NatsJSException e = await Assert.ThrowsAsync<NatsJSException>(() => messages.MoveNextAsync().AsTask());
        Assert.Equal(FailingReporter.Text, Assert.IsType<InvalidTimeZoneException>(e.InnerException).Message);
        Assert.Equal(NatsJSConsumeState.Ended, consume.State);
        Assert.Equal(NatsConnectionState.Open, Connection.ConnectionState);
    }

    [Fact]
    public async Task Pull_request_that_fails_in_the_first_write_of_a_session_ends_the_read()
    {
        PullEngine engine = Engine(MachineRig.Ten, s_never);
        await PullAsync();
        engine.SessionLost();
        engine.WriteAtStartLocked(new BrokenWriter());
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await engine.Queue.WaitAsync(Cancel);

        Assert.True(engine.Queue.IsOver);
        Assert.IsType<NotSupportedException>(Assert.IsType<NatsJSException>(engine.Failure()).InnerException);
    }

    [Fact]
    public async Task Stop_of_a_read_that_failed_completes()
    {
        PullEngine engine = Engine(MachineRig.Ten, new FailingReporter(PullNoteKind.Notice));
        (string inbox, _) = await PullAsync();
        await StatusAsync(inbox, "409 Leadership Change");
        await engine.Queue.WaitAsync(Cancel);
        await engine.StopAsync().WaitAsync(Cancel);
        await engine.DrainAsync().WaitAsync(Cancel);
        await Peer.ExpectAsync("UNSUB 1", Cancel); // without another pull request

        Assert.IsType<NatsJSException>(engine.Failure());
    }

    [Fact]
    public async Task Message_in_hand_is_not_undelivered()
    {
        INatsJSConsume<string> consume = await StartAsync(); // ends with its consumer
        (string inbox, _) = await PullAsync();
        for (int i = 1; i <= 3; i++)
        {
            await Peer.SendMessageAsync(inbox, SidOf(inbox), $"{i}", Reply(i));
        }

        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        await FlushAsync();
        await StatusAsync(inbox, "409 Consumer Deleted");
        NatsConsumerLostEvent lost = await Connection.Events.WhenAsync<NatsConsumerLostEvent>(after: 0, Cancel);

        Assert.Equal(2, lost.Undelivered);
        Assert.True(await messages.MoveNextAsync());
        Assert.True(await messages.MoveNextAsync());
        await Assert.ThrowsAsync<NatsJSConsumerLostException>(() => messages.MoveNextAsync().AsTask());
    }

    [Fact]
    public async Task Returned_messages_of_a_read_limited_in_bytes_are_subtracted_with_their_size()
    {
        PullEngine engine = Engine(MachineRig.Ten with { MaxMsgs = PullSettings.BatchOfBytes, MaxBytes = 1000, Threshold = 500 }, s_never);
        (string inbox, _) = await PullAsync();
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "some payload", Reply(1));
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "another one", Reply(2));
        await FlushAsync();
        long received = engine.Locked(static machine => machine.Amounts.Buffered);
        Task stopping = UnreadMessages.StopAsync(engine, s_never, isDelayed: false);
        Task<Earshot.Testing.ClientOperation> unsubscribed = Peer.ExpectAsync("UNSUB 1", Cancel);
        await PassUntilAsync(unsubscribed);
        await Peer.ExpectAsync("PING", Cancel);
        await Peer.SendAsync("PONG");
        await stopping;
        PullAmounts amounts = engine.Locked(static machine => machine.Amounts);

        Assert.InRange(received, 2 * Reply(1).Length, 1000);
        Assert.Equal((0, 0, 0), (amounts.Buffered, amounts.BufferedMsgs, amounts.Outstanding));
        Assert.Equal(amounts.Asked, amounts.Delivered + amounts.Ended + amounts.Retired);
    }

    private PullEngine Engine(PullSettings settings, IReadReporter reporter)
    {
        PullEngine engine = Call(settings, reporter).Consumer.Acquire();
        engine.Start(settings, reporter, [], isExact: false);
        return engine;
    }
}
