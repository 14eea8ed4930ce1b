using System.Net;
using System.Net.Sockets;
using Earshot.Transport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Transport;

/// <summary>IPv4 and IPv6 addresses are queried separately, and a lost answer to one query does not delay the other.</summary>
public sealed class NameResolverTests
{
    private readonly NoticingTime _time = new();
    private readonly TaskCompletionSource<IPAddress[]> _v4 = new();
    private readonly TaskCompletionSource<IPAddress[]> _v6 = new();
    private Func<IPAddress, bool> _hasRoute = static _ => true;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_lost_answer_does_not_delay_the_other(bool losesV6)
    {
        Task<IPAddress[]> resolving = Resolve();
        (losesV6 ? _v4 : _v6).SetResult([losesV6 ? IPAddress.Loopback : IPAddress.IPv6Loopback]);
        await _time.Waits.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken); // for the second answer, from now on
        Assert.False(resolving.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal([losesV6 ? IPAddress.Loopback : IPAddress.IPv6Loopback], await resolving);
    }

    [Fact]
    public async Task Addresses_without_a_route_are_not_used_alone_however_late_the_other_answer_is()
    {
        _hasRoute = static address => address.AddressFamily == AddressFamily.InterNetwork;
        Task<IPAddress[]> resolving = Resolve();
        _v6.SetResult([IPAddress.IPv6Loopback]);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(resolving.IsCompleted);
        _v4.SetResult([IPAddress.Loopback]);

        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], await resolving);
    }

    [Fact]
    public async Task Both_answers_are_used_when_both_come()
    {
        Task<IPAddress[]> resolving = Resolve();
        _v6.SetResult([IPAddress.IPv6Loopback]);
        _v4.SetResult([IPAddress.Loopback]);
        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], await resolving);
    }

    [Fact]
    public async Task A_family_without_addresses_waits_for_the_other()
    {
        Task<IPAddress[]> resolving = Resolve();
        _v4.SetException(new SocketException((int)SocketError.NoData));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(resolving.IsCompleted);
        _v6.SetResult([IPAddress.IPv6Loopback]);
        Assert.Equal([IPAddress.IPv6Loopback], await resolving);
    }

    [Fact]
    public async Task A_name_without_any_address_fails_with_the_resolvers_error()
    {
        Task<IPAddress[]> resolving = Resolve();
        _v4.SetException(new SocketException((int)SocketError.HostNotFound));
        _v6.SetException(new SocketException((int)SocketError.HostNotFound));
        Assert.Equal(SocketError.HostNotFound, (await Assert.ThrowsAsync<SocketException>(() => resolving)).SocketErrorCode);
    }

    [Fact]
    public async Task The_systems_resolver_finds_this_machine() =>
        Assert.All(await new NameResolver(TimeProvider.System).ResolveAsync("localhost"), address => Assert.True(IPAddress.IsLoopback(address)));

    private Task<IPAddress[]> Resolve() => new NameResolver((_, family) => family == AddressFamily.InterNetwork ? _v4.Task : _v6.Task, _hasRoute, _time).ResolveAsync("n.example");

    /// <summary>Reports when a caller starts a timer.</summary>
    private sealed class NoticingTime : FakeTimeProvider
    {
        public TaskCompletionSource Waits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            Waits.TrySetResult();
            return timer;
        }
    }
}
