using Earshot.Testing;
using Xunit;

namespace Earshot.Catalogue.Tests.Bytes.Engines;

/// <summary>
/// Rows X: what precedes the violation is delivered, the session ends with ProtocolError, the socket is closed, waiting calls fail with
/// the right outcome, and the next session continues with the subscriptions, their remaining counts and what was not written.
/// </summary>
internal static class ViolationEngine
{
    public static async Task RunAsync(ByteRow row)
    {
        await using OpenSession session = await OpenSession.StartAsync(row.Options);
        (NatsConnection connection, CancellationToken cancel) = (session.Connection, session.Rig.Token);
        Task<NatsMsg<byte[]>> request = connection.RequestAsync<byte[], byte[]>("service", [1], cancellationToken: cancel).AsTask();
        await session.Peer.ExpectAsync("SUB", cancel);
        await session.Peer.ExpectAsync("PUB service", cancel);
        Task ping = connection.PingAsync(cancel).AsTask();
        await session.Peer.ExpectAsync("PING", cancel);

        await session.SendAsync($"MSG foo 1 6\r\nbefore\r\n{row.Bytes}");
        NatsDisconnectedEvent lost = await session.Rig.WhenAsync<NatsDisconnectedEvent>();
        AssertViolation(row, session, lost);
        Assert.Equal(NatsOutcome.Unknown, (await Assert.ThrowsAsync<NatsConnectionLostException>(() => request)).Outcome);
        await Assert.ThrowsAsync<NatsConnectionLostException>(() => ping);
        Assert.Empty(await session.Peer.ReadToEndAsync(cancel));

        await ContinueAsync(session);
        Assert.Equal(["foo||before", .. row.Delivered, "foo||after"], session.Received());
    }

    private static void AssertViolation(ByteRow row, OpenSession session, NatsDisconnectedEvent lost)
    {
        NatsProtocolViolationException violation = Assert.IsType<NatsProtocolViolationException>(lost.Exception);
        Assert.Equal((NatsDisconnectReason.ProtocolError, true), (lost.Reason, lost.WillReconnect));
        Assert.InRange(violation.Excerpt.Length, 0, 64);
        Assert.Contains(row.Text, violation.Message, StringComparison.Ordinal);
        NatsProtocolErrorEvent reported = Assert.Single(session.Events().OfType<NatsProtocolErrorEvent>());
        Assert.Same(violation, reported.Exception);
        Assert.InRange(reported.BytesSkipped, 1, row.Bytes.Length);
    }

    private static async Task ContinueAsync(OpenSession session)
    {
        CancellationToken cancel = session.Rig.Token;
        ScriptedPeer next = await session.Rig.Server().AcceptAsync(cancel);
        await session.Connection.PublishAsync("kept", 1, cancellationToken: cancel);
        await next.HandshakeAsync(cancel);
        await next.ExpectAsync("SUB foo 1", cancel);
        await next.ExpectAsync("SUB counted 2", cancel);
        await next.ExpectAsync("UNSUB 2 4", cancel);
        await next.ExpectAsync("SUB", cancel); // the inbox of requests
        await next.ExpectAsync("PING", cancel);
        await next.ExpectAsync("PUB kept 1", cancel);
        await next.SendAsync("PONG\r\nMSG foo 1 5\r\nafter\r\n");
        await session.Rig.WhenAsync<NatsResubscribedEvent>();
        Assert.Empty(await session.SettleAsync(next));
    }
}
