using Earshot.Client.Tests.Lifecycle.Connection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Familiar;

/// <summary>Static helpers and options of one call that exist for source compatibility.</summary>
public sealed class HelperTests
{
    [Fact]
    public void Throw_of_an_exception_type_throws_that_type()
    {
        Assert.Equal("m", Assert.IsType<NatsException>(Record.Exception(() => NatsException.Throw("m"))).Message);
        Assert.Equal("m", Assert.IsType<NatsProtocolViolationException>(Record.Exception(() => NatsProtocolViolationException.Throw("m"))).Message);
        Assert.Equal(NatsOutcome.Unknown, Assert.IsType<NatsTimeoutException>(Record.Exception(NatsTimeoutException.Throw)).Outcome);
        Assert.Equal(NatsOutcome.Unknown, Assert.IsType<NatsNoReplyException>(Record.Exception(NatsNoReplyException.Throw)).Outcome);
    }

    [Fact]
    public async Task Options_of_a_publish_that_have_no_effect_are_accepted()
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        var called = new List<Exception>();
        var opts = new NatsPubOpts { WaitUntilSent = true, ErrorHandler = called.Add };
        await rig.Connection.PublishAsync("a", 1, opts: opts, cancellationToken: rig.Token);
        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(() => rig.Connection.PublishAsync("a", new byte[1_048_577], opts: opts, cancellationToken: rig.Token).AsTask());
        Assert.Empty(called);
    }

    [Theory]
    [InlineData(1, 250)]
    [InlineData(3, 1000)]
    [InlineData(60, 5000)]
    public async Task BackoffWithJitterAsync_waits_no_longer_than_a_connection_would(int iteration, int milliseconds)
    {
        var time = new FakeTimeProvider();
        NatsOpts opts = NatsOpts.Default with { TimeProvider = time };
        Task waiting = opts.BackoffWithJitterAsync(iteration, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task BackoffWithJitterAsync_before_the_first_failure_does_not_wait_and_a_long_one_can_be_cancelled()
    {
        NatsOpts opts = NatsOpts.Default with { TimeProvider = new FakeTimeProvider(), ReconnectWaitMin = TimeSpan.FromHours(1) };
        await opts.BackoffWithJitterAsync(0, TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        Task waiting = opts.BackoffWithJitterAsync(1, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Options_that_are_records_there_can_be_derived_from()
    {
        NatsAuthOpts opts = new AuthOptsOfATeam("blue") { Password = "secret-7", Username = "user-7" };
        Assert.IsType<AuthOptsOfATeam>(opts with { Token = "t" });
        Assert.DoesNotContain("-7", opts.ToString(), StringComparison.Ordinal);
        Assert.Contains("Team = blue", opts.ToString(), StringComparison.Ordinal);
    }

    private sealed record AuthOptsOfATeam(string Team) : NatsAuthOpts;
}
