using System.Text;
using Earshot.Client.Tests.Outbound;
using Earshot.Sessions;
using Xunit;

namespace Earshot.Client.Tests.Sessions;

public sealed class SessionTests
{
    private readonly SessionRig _rig = new();

    [Fact]
    public async Task The_first_reason_wins_and_the_end_is_reported_once()
    {
        _rig.Started();
        _rig.Session.End(new SessionEnd(NatsDisconnectReason.ForceReconnect));
        _rig.Session.End(new SessionEnd(NatsDisconnectReason.UserClosed));
        _rig.Peer.Close();

        Assert.Equal(NatsDisconnectReason.ForceReconnect, (await _rig.EndAsync()).Reason);
        await Conditions.UntilAsync(() => _rig.Session.Token.IsCancellationRequested);
        Assert.Equal(1, _rig.Ends);
        Assert.True(_rig.Pair.Client.IsClosed);
    }

    [Theory]
    [InlineData(true, NatsDisconnectReason.ServerClosed)]
    [InlineData(false, NatsDisconnectReason.SocketError)]
    public async Task An_end_without_an_error_has_the_reason_of_the_transport(bool orderly, NatsDisconnectReason expected)
    {
        _rig.Started();
        if (orderly)
        {
            _rig.Peer.Close();
        }
        else
        {
            _rig.Peer.Cut();
        }

        Assert.Equal(expected, (await _rig.EndAsync()).Reason);
    }

    [Theory]
    [InlineData("-ERR 'Stale Connection'", NatsDisconnectReason.ServerStale)]
    [InlineData("-ERR 'Authorization Violation'", NatsDisconnectReason.ServerError)]
    [InlineData("-ERR 'Maximum Payload Violation'", NatsDisconnectReason.ServerError)]
    public async Task An_error_that_closes_is_the_reason_of_the_end_behind_it(string error, NatsDisconnectReason expected)
    {
        _rig.Started();
        await _rig.Peer.SendAsync(error);
        _rig.Peer.Cut();
        SessionEnd end = await _rig.EndAsync();

        Assert.Equal(expected, end.Reason);
        Assert.IsType<NatsServerException>(end.Exception);
        Assert.Contains(error[6..^1], end.SuspectedCause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_that_ends_sessions_is_suspected_of_an_end_within_a_second_of_it_only()
    {
        _rig.Started();
        await _rig.Peer.SendAsync("-ERR 'Maximum Payload Violation'");
        await _rig.SettledAsync();
        _rig.Rig.Time.Advance(TimeSpan.FromSeconds(1));
        _rig.Peer.Close();

        Assert.Null((await _rig.EndAsync()).SuspectedCause);
    }

    [Fact]
    public async Task An_error_that_ends_no_session_is_not_suspected_of_its_end()
    {
        _rig.Started();
        await _rig.Peer.SendAsync("-ERR 'Something strange'");
        _rig.Peer.Close();
        SessionEnd end = await _rig.EndAsync();

        Assert.Equal(NatsDisconnectReason.ServerClosed, end.Reason);
        Assert.Null(end.SuspectedCause);
    }

    [Fact]
    public async Task A_failed_write_waits_a_moment_and_is_then_the_reason()
    {
        var transport = new FailingTransport(_rig.Pair.Client);
        var rig = new PartsRig();
        var sink = new EndSink();
        var session = new Session(1, transport, new ReceiveBuffer(transport, rig.Time), rig.Parts, sink);
        rig.Attach(session.WriteLoop);
        session.Start();
        rig.Publish("a");
        await Conditions.UntilAsync(() => transport.Failures > 0);
        await Conditions.UntilAsync(() => rig.Events().Exists(e => e is NatsWriteErrorEvent));
        Assert.False(sink.Ended.IsCompleted);
        await Conditions.UntilAsync(() =>
        {
            rig.Time.Advance(TimeSpan.FromMilliseconds(60));
            return sink.Ended.IsCompleted;
        });

        Assert.Equal(NatsDisconnectReason.WriteError, (await sink.Ended).Reason);
        Assert.Equal(1, rig.RecoverUnsent().UnknownMessages);
    }

    [Fact]
    public async Task Failed_write_yields_to_the_server_error_as_end_reason()
    {
        var transport = new FailingTransport(_rig.Pair.Client);
        var rig = new PartsRig();
        var sink = new EndSink();
        var session = new Session(1, transport, new ReceiveBuffer(transport, rig.Time), rig.Parts, sink);
        rig.Attach(session.WriteLoop);
        session.Start();
        rig.Publish("a");
        await Conditions.UntilAsync(() => transport.Failures > 0);
        await _rig.Peer.SendAsync("-ERR 'Maximum Payload Violation'");
        _rig.Peer.Close();

        Assert.Equal(NatsDisconnectReason.ServerError, (await sink.Ended.WaitAsync(PartsRig.WaitLimit, PartsRig.Token)).Reason);
    }

    [Fact]
    public async Task What_the_server_had_sent_before_the_start_is_read_elsewhere()
    {
        await _rig.Peer.SendRawAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("+OK\r\n", 100_000)) + "INFO {\"server_id\":\"a\"}\r\n"));
        _rig.Started(); // on the connection's own loop, so it must not stay to read

        // This thread is not given back meanwhile, so that the pool cannot use it for the read loop.
        Assert.True(SpinWait.SpinUntil(() => _rig.InfoThread != 0, PartsRig.WaitLimit));
        Assert.NotEqual(Environment.CurrentManagedThreadId, _rig.InfoThread);
    }

    private sealed class EndSink : ISessionSink
    {
        private readonly TaskCompletionSource<SessionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<SessionEnd> Ended => _ended.Task;

        void ISessionSink.InfoArrived(Session session, NatsServerInfo info)
        {
        }

        void ISessionSink.ServerErrorArrived(Session session, NatsServerError error)
        {
        }

        void ISessionSink.Ended(Session session, SessionEnd end) => _ended.TrySetResult(end);
    }
}
