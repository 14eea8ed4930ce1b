using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>A callback of the options that throws fails its attempt, and the journal names the callback.</summary>
public sealed class FaultyCallbackTests
{
    private static readonly InvalidOperationException s_sealed = new("the vault is sealed");

    [Fact]
    public Task A_callback_for_credentials_that_throws_is_named() => IsNamedAsync(
        NatsOptionCallback.Auth,
        opts => opts with { AuthOpts = new NatsAuthOpts { AuthCredCallback = (_, _) => throw s_sealed } });

    [Fact]
    public Task A_dial_hook_that_throws_is_named() => IsNamedAsync(
        NatsOptionCallback.Dialer,
        opts => opts with { OnConnectingAsync = _ => throw s_sealed });

    [Fact]
    public Task A_hook_that_sees_the_socket_and_throws_is_named() => IsNamedAsync(
        NatsOptionCallback.Dialer,
        opts => opts with { OnSocketAvailableAsync = _ => throw s_sealed });

    [Fact]
    public Task A_callback_for_TLS_settings_that_throws_is_named() => IsNamedAsync(
        NatsOptionCallback.TlsConfig,
        opts => opts with { TlsOpts = new NatsTlsOpts { Mode = TlsMode.Implicit, ConfigureClientAuthentication = _ => throw s_sealed } });

    private static async Task IsNamedAsync(NatsOptionCallback callback, Func<NatsOpts, NatsOpts> configure)
    {
        await using var rig = new ConnectionRig(configure);
        Task<ScriptedPeer> accepting = rig.Server().AcceptAsync(rig.Token);
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        if (callback == NatsOptionCallback.Auth)
        {
            await (await accepting).SendInfoAsync();
        }

        await Assert.ThrowsAnyAsync<NatsException>(() => connecting);

        NatsConnectionEvent[] events = [.. rig.Connection.Events.ToList()];
        NatsCallbackFaultedEvent reported = Assert.Single(events.OfType<NatsCallbackFaultedEvent>());
        Assert.Equal((callback, "the attempt fails"), (reported.Callback, reported.Fallback));
        Assert.Same(s_sealed, reported.Exception is InvalidOperationException ? reported.Exception : reported.Exception.InnerException);
        NatsConnectAttemptFailedEvent failed = Assert.Single(events.OfType<NatsConnectAttemptFailedEvent>());
        Assert.Equal((reported.AttemptId, true), (failed.AttemptId, reported.Sequence < failed.Sequence));
    }
}
