using System.Net;
using System.Net.Sockets;
using Earshot.Transport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Transport;

/// <summary>The addresses of a name that the dialer resolves itself, as that of a proxy.</summary>
public sealed class AddressTrialsTests
{
    private static readonly IPAddress s_first = IPAddress.Parse("10.9.9.1");
    private static readonly IPAddress s_second = IPAddress.Parse("10.9.9.2");
    private readonly FakeTimeProvider _time = new();
    private readonly List<IPAddress> _tried = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silent_address_leaves_time_for_the_next_one()
    {
        Task<IPAddress> connecting = AddressTrials.ConnectAsync([s_first, s_second], SilentExcept(s_second), _time, Token).AsTask();
        Assert.Equal([s_first], _tried);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(s_second, await connecting);
    }

    [Fact]
    public async Task The_last_address_has_the_time_that_is_left()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(5), _time);
        Task<IPAddress> connecting = AddressTrials.ConnectAsync([s_first], SilentExcept(s_second), _time, stop.Token).AsTask();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(connecting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    public async Task The_callers_cancellation_ends_all_trials()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<IPAddress> connecting = AddressTrials.ConnectAsync([s_first, s_second], SilentExcept(s_second), _time, stop.Token).AsTask();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.Equal([s_first], _tried);
    }

    [Fact]
    public async Task Addresses_that_all_fail_have_the_failure_of_the_first()
    {
        ValueTask<IPAddress> Refuse(IPAddress address, CancellationToken stop) => throw new SocketException((int)(address.Equals(s_first) ? SocketError.NetworkUnreachable : SocketError.ConnectionRefused));

        SocketException failed = await Assert.ThrowsAsync<SocketException>(() => AddressTrials.ConnectAsync([s_first, s_second], Refuse, _time, Token).AsTask());

        Assert.Equal(SocketError.NetworkUnreachable, failed.SocketErrorCode);
    }

    private Func<IPAddress, CancellationToken, ValueTask<IPAddress>> SilentExcept(IPAddress good) => async (address, stop) =>
    {
        _tried.Add(address);
        if (!address.Equals(good))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, stop);
        }

        return address;
    };
}
