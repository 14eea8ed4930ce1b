using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>What a run writes while its handlers run, with a clock that is moved by hand.</summary>
public sealed class RunWireTests : WireTests
{
    private static readonly NatsJSRunOpts s_quiet = new() { Consume = new NatsJSConsumeOpts { MaxMsgs = 1, Expires = TimeSpan.FromHours(1), IdleHeartbeat = TimeSpan.Zero } };

    [Fact]
    public async Task Progress_of_a_running_handler_is_written_at_half_of_AckWait_and_its_ack_at_the_end()
    {
        var release = new TaskCompletionSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task<NatsJSRunResult> running = Consumer(ackWaitSeconds: 1).RunAsync<string>((_, _) => release.Task, s_quiet, cancellationToken: stop.Token);
        (string inbox, string request) = await PullAsync();
        Assert.StartsWith("{\"batch\":1,", request, StringComparison.Ordinal);
        await Peer.SendMessageAsync(inbox, SidOf(inbox), "0", Reply(1));
        for (int i = 0; i < 2; i++)
        {
            Task progress = PublishedAsync(Reply(1), "+WPI");
            DateTimeOffset begun = Time.GetUtcNow();
            await PassUntilAsync(progress, TimeSpan.FromMilliseconds(900));
            Assert.InRange(Time.GetUtcNow() - begun, TimeSpan.FromMilliseconds(480), TimeSpan.FromMilliseconds(900));
        }

        release.SetResult();
        await PublishedAsync(Reply(1), "+ACK");
        await stop.CancelAsync();
        await PassUntilAsync(running);
        Assert.Equal(new NatsJSRunResult(1, 0, 0, 0), await running);
    }
}
