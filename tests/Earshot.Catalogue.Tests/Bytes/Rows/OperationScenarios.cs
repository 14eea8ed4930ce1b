using System.Text;
using Earshot.Catalogue.Tests.Bytes.Engines;
using Earshot.Protocol;
using Xunit;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>Rows of P01 to P20 that are more than one piece of bytes.</summary>
internal static class OperationScenarios
{
    public static async Task PongsAnswerNoLaterPingAsync()
    {
        await using OpenSession session = await OpenSession.StartAsync();
        await session.SendAsync(string.Concat(Enumerable.Repeat("PONG\r\n", 1000)) + "MSG foo 1 1\r\nx\r\n");
        await session.Foo.Msgs.ReadAsync(session.Rig.Token); // the PONGs are processed
        Task ping = session.Connection.PingAsync(session.Rig.Token).AsTask();
        await session.Peer.ExpectAsync("PING", session.Rig.Token);
        Assert.False(ping.IsCompleted);
        await session.Peer.SendAsync("PONG");
        await ping;
        Assert.Empty(session.Events());
    }

    public static async Task MillionOksAsync()
    {
        const int Count = 1_000_000;
        byte[] oks = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("+OK\r\n", Count)));
        // A collection of another test adds up to 8 KB to the counter of this thread: the least of several readings is the correct one.
        Assert.Equal((Count, 0L), Enumerable.Range(0, 5).Select(_ => ReadOks(oks)).MinBy(static reading => reading.Allocated));
        await using OpenSession session = await OpenSession.StartAsync();
        await session.Peer.SendRawAsync(oks);
        await session.SettleAsync();
        Assert.Empty(session.Events());
    }

    private static (int Read, long Allocated) ReadOks(byte[] oks)
    {
        var reader = new ServerOperationReader(ProtocolLimits.Default);
        int read = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int at = 0; reader.TryRead(oks.AsSpan(at), out ServerOperation operation, out int consumed); at += consumed)
        {
            read += operation.Kind == ServerOperationKind.Ok ? 1 : 0;
        }

        return (read, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    public static async Task EndInsideOkAsync()
    {
        await using OpenSession session = await OpenSession.StartAsync();
        await session.SendAsync("MSG foo 1 1\r\nx\r\n+");
        session.Peer.Close();
        NatsDisconnectedEvent lost = await session.Rig.WhenAsync<NatsDisconnectedEvent>();
        Assert.Equal(NatsDisconnectReason.ServerClosed, lost.Reason);
        Assert.Equal(["foo||x"], session.Received());
        await session.Rig.AcceptAsync();
        await session.Rig.WhenAsync<NatsReconnectedEvent>();
    }

    public static async Task AuthorizationViolationAsync()
    {
        await using OpenSession session = await OpenSession.StartAsync();
        await session.SendAsync("-ERR 'Authorization Violation'\r\n");
        await session.SettleAsync();
        Assert.Equal(NatsConnectionState.Open, session.Connection.ConnectionState);
        session.Peer.Close();
        NatsDisconnectedEvent lost = await session.Rig.WhenAsync<NatsDisconnectedEvent>();
        Assert.Equal((NatsDisconnectReason.ServerError, NatsServerErrorCode.AuthorizationViolation), (lost.Reason, lost.ServerError!.Code));
        await session.Rig.AcceptAsync();
        await session.Rig.WhenAsync<NatsReconnectedEvent>();
    }

    public static async Task HundredThousandErrorsAsync()
    {
        const int Count = 100_000;
        await using OpenSession session = await OpenSession.StartAsync();
        await session.SendAsync(string.Concat(Enumerable.Repeat("-ERR 'x'\r\n", Count)));
        await session.SettleAsync();
        Assert.InRange(session.Connection.Events.ToList().Count, 1, session.Connection.Opts.EventCapacity + 128);
        Assert.InRange(session.Connection.Events.LastSequence - session.Mark, 1, Count + 10);
        Assert.Equal(NatsConnectionState.Open, session.Connection.ConnectionState);
        await session.SendAsync("MSG foo 1 1\r\nx\r\n");
        await session.SettleAsync();
        Assert.Equal(["foo||x"], session.Received());
    }
}
