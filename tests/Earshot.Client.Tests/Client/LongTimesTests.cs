using System.Reflection;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Client;

/// <summary>Every option and every call that takes a time: a very long or infinite one is refused, or works and does not affect others.</summary>
public sealed class LongTimesTests
{
    private static readonly TimeSpan[] s_times =
    [
        Timeout.InfiniteTimeSpan, TimeSpan.FromMilliseconds(int.MaxValue), TimeSpan.FromMilliseconds(uint.MaxValue), TimeSpan.FromDays(50), TimeSpan.FromDays(365_000), TimeSpan.MaxValue,
    ];

    public static TheoryData<string> Options => [.. Times(typeof(NatsOpts)).Select(static property => property.Name)];

    [Theory]
    [MemberData(nameof(Options))]
    public async Task An_option_is_refused_by_its_name_or_the_connection_works(string name)
    {
        PropertyInfo property = typeof(NatsOpts).GetProperty(name)!;
        foreach (TimeSpan time in s_times)
        {
            NatsOpts Set(NatsOpts opts)
            {
                NatsOpts copy = opts with { };
                property.SetValue(copy, time);
                return copy;
            }

            ConnectionRig rig;
            try
            {
                rig = new ConnectionRig(Set);
            }
            catch (ArgumentException e)
            {
                Assert.Contains(name, e.Message, StringComparison.Ordinal);
                continue;
            }

            await using (rig)
            {
                await WorksAsync(rig);
            }
        }
    }

    [Fact]
    public async Task A_request_without_end_does_not_disarm_the_timeouts_of_others()
    {
        foreach (TimeSpan time in s_times)
        {
            await using var rig = new ConnectionRig();
            await rig.OpenAsync();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Token);
            Task<NatsMsg<string>> endless = rig.Connection.RequestAsync<string, string>(
                "a", "", requestOpts: new NatsPubOpts { Timeout = time }, replyOpts: new NatsSubOpts { Timeout = time }, cancellationToken: stop.Token).AsTask();
            Task<NatsMsg<string>> finite = rig.Connection.RequestAsync<string, string>(
                "a", "", replyOpts: new NatsSubOpts { Timeout = TimeSpan.FromMilliseconds(500) }, cancellationToken: rig.Token).AsTask();
            rig.Time.Advance(TimeSpan.FromSeconds(1));

            await Assert.ThrowsAsync<NatsNoReplyException>(() => finite.WaitAsync(rig.Token));
            Assert.False(endless.IsCompleted);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
        }
    }

    [Fact]
    public async Task Calls_without_end_wait_for_a_session_as_long_as_it_takes()
    {
        foreach (TimeSpan time in s_times)
        {
            await using var rig = new ConnectionRig(o => o with { PendingBufferSize = 0 });
            ScriptedPeer first = await rig.OpenAsync();
            rig.Server().Refuses();
            first.Close();
            await rig.WhenAsync<NatsReconnectDelayEvent>();
            Task publish = rig.Connection.PublishAsync("b", "x", opts: new NatsPubOpts { Timeout = time }, cancellationToken: rig.Token).AsTask();
            Task request = rig.Connection.RequestAsync<string, string>("a", "", replyOpts: new NatsSubOpts { Timeout = time }, cancellationToken: rig.Token).AsTask();
            Assert.False(publish.IsCompleted || request.IsCompleted);
            await rig.PassUntilAsync(rig.Connection.DisposeAsync().AsTask());
            await Assert.ThrowsAsync<NatsConnectionClosedException>(() => publish);
            await Assert.ThrowsAsync<NatsConnectionClosedException>(() => request);
        }
    }

    [Fact]
    public async Task A_first_call_without_end_connects_first()
    {
        foreach (TimeSpan time in s_times)
        {
            await using var rig = new ConnectionRig();
            Task publish = rig.Connection.PublishAsync("b", "x", opts: new NatsPubOpts { Timeout = time }, cancellationToken: rig.Token).AsTask();
            ScriptedPeer peer = await rig.AcceptAsync();
            await publish;
            await peer.ExpectAsync("PUB b 1", rig.Token);
        }
    }

    [Fact]
    public async Task A_subscription_without_end_continues_and_ends_by_its_other_timeouts()
    {
        foreach (PropertyInfo property in Times(typeof(NatsSubOpts)))
        {
            foreach (TimeSpan time in s_times)
            {
                await using var rig = new ConnectionRig();
                await rig.OpenAsync();
                var opts = new NatsSubOpts();
                property.SetValue(opts, time);
                await using INatsSub<string> endless = await rig.Connection.SubscribeCoreAsync<string>("a", opts: opts, cancellationToken: rig.Token);
                var both = new NatsSubOpts { Timeout = TimeSpan.FromSeconds(1), IdleTimeout = time, StartUpTimeout = time };
                await using INatsSub<string> finite = await rig.Connection.SubscribeCoreAsync<string>("b", opts: both, cancellationToken: rig.Token);
                rig.Time.Advance(TimeSpan.FromSeconds(2));

                await finite.Msgs.Completion.WaitAsync(rig.Token);
                Assert.Equal((NatsSubEndReason.None, NatsSubEndReason.Timeout), (endless.EndReason, finite.EndReason));
            }
        }
    }

    private static IEnumerable<PropertyInfo> Times(Type type) =>
        type.GetProperties().Where(static property => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(TimeSpan));

    // Connects, publishes, lets a request time out where it does, loses the session and finds the next one.
    private static async Task WorksAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        await rig.Connection.PublishAsync("a", "x", cancellationToken: rig.Token);
        await peer.ExpectAsync("PUB a 1", rig.Token);
        Task request = rig.Connection.RequestAsync<string, string>("a", "", replyOpts: new NatsSubOpts { Timeout = TimeSpan.FromMilliseconds(5) }, cancellationToken: rig.Token).AsTask();
        rig.Time.Advance(TimeSpan.FromMilliseconds(10));
        await Assert.ThrowsAsync<NatsNoReplyException>(() => request.WaitAsync(rig.Token));
        peer.Close();
        await rig.AcceptAsync();
        Assert.DoesNotContain(rig.Connection.Events.ToList(), static e => e is NatsInternalFaultEvent);
    }
}
