using System.Runtime.CompilerServices;
using Earshot.Connections;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>What is left of a connection that is disposed.</summary>
public sealed class DisposedConnectionTests
{
    [Fact]
    public async Task Nothing_refers_to_a_disposed_connection_whatever_it_was_waiting_for()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        WeakReference connection = await UseAsync(time);
        for (int i = 0; connection.IsAlive && i < 50; i++)
        {
            await Task.Yield(); // work items that were queued
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(connection.IsAlive);
        GC.KeepAlive(time); // with its queue of timers, which holds what is still due
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAsync(FakeTimeProvider time)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var day = TimeSpan.FromDays(1);
        var opts = new NatsOpts { Url = "nats://10.0.0.1:4222", TimeProvider = time, RequestTimeout = day };
        var dialer = new ScriptedDialer(time);
        ScriptedServer server = dialer.Server("10.0.0.1");
        var connection = new NatsConnection(opts, new ConnectionComposition(opts, dialer, new Random(1)));
        Task connecting = connection.ConnectAsync(token).AsTask();
        ScriptedPeer peer = await server.AcceptAsync(token);
        await peer.HandshakeAsync(token);
        await connecting;
        peer.AnswersPings = true;
        Task served = peer.ReadToEndAsync(token);
        Task[] waiting =
        [
            connection.RequestAsync<string, string>("a", "x", cancellationToken: token).AsTask(),
            connection.RequestAsync<string, string>("a", "x", replyOpts: new NatsSubOpts { Timeout = TimeSpan.FromHours(1) }, cancellationToken: token).AsTask(),
        ];
        INatsSub<string> sub = await connection.SubscribeCoreAsync<string>("a", opts: new NatsSubOpts { Timeout = day, IdleTimeout = day, StartUpTimeout = day }, cancellationToken: token);
        Task reading = sub.Msgs.WaitToReadAsync(token).AsTask();
        await connection.DisposeAsync();
        await served;
        foreach (Task wait in waiting)
        {
            await Assert.ThrowsAnyAsync<NatsException>(() => wait);
        }

        await Assert.ThrowsAsync<NatsConnectionClosedException>(() => reading);
        return new WeakReference(connection);
    }
}
