using System.Net;
using Earshot.Client.Tests.Outbound;
using Earshot.Protocol;
using Earshot.Sessions;
using Earshot.Subscriptions;
using Earshot.Testing;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Sessions;

/// <summary>A session reports its end whatever fails on the way there; the lifecycle waits for it.</summary>
public sealed class DrainCompletionTests : ISessionSink
{
    private readonly TaskCompletionSource<SessionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PartsRig _rig = new();

    [Fact]
    public async Task A_transport_that_throws_when_it_is_disposed_does_not_keep_the_end_from_being_reported()
    {
        var pair = new MemoryTransportPair();
        var transport = new FaultyDisposal(pair.Client);
        var session = new Session(1, transport, new ReceiveBuffer(transport, _rig.Time), _rig.Parts, this);
        _rig.Attach(session.WriteLoop);
        session.Start();
        new ScriptedPeer(pair).Close();

        Assert.Equal(NatsDisconnectReason.ServerClosed, (await _ended.Task.WaitAsync(PartsRig.WaitLimit, PartsRig.Token)).Reason);
        Assert.Same(FaultyDisposal.Fault, Assert.Single(_rig.Events().OfType<NatsExceptionOccurredEvent>()).Exception);
    }

    [Fact]
    public async Task A_target_that_throws_when_the_last_batch_ends_does_not_keep_the_end_from_being_reported()
    {
        var pair = new MemoryTransportPair();
        var peer = new ScriptedPeer(pair);
        var session = new Session(1, pair.Client, new ReceiveBuffer(pair.Client, _rig.Time), _rig.Parts, this);
        _rig.Attach(session.WriteLoop);
        Assert.True(_rig.Table.TryAdd(new FaultyTarget()));
        await peer.SendAsync("MSG a 1 2\r\nhi\r\nWHAT?\r\n");
        session.Start();

        await _ended.Task.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        Assert.Same(FaultyTarget.Fault, Assert.Single(_rig.Events().OfType<NatsInternalFaultEvent>()).Exception);
    }

    void ISessionSink.InfoArrived(Session session, NatsServerInfo info)
    {
    }

    void ISessionSink.ServerErrorArrived(Session session, NatsServerError error)
    {
    }

    void ISessionSink.Ended(Session session, SessionEnd end) => _ended.TrySetResult(end);

    private sealed class FaultyDisposal(ITransport inner) : ITransport
    {
        public static readonly Exception Fault = new InvalidOperationException("cannot be disposed");

        public EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => inner.ReceiveAsync(buffer);

        public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => inner.SendAsync(bytes);

        public void Abort() => inner.Abort();

        public void Dispose()
        {
            inner.Dispose();
            throw Fault;
        }
    }

    private sealed class FaultyTarget() : DeliveryTarget("a", null)
    {
        public static readonly Exception Fault = new InvalidOperationException("cannot wake");

        public override void Wake() => throw Fault;

        public override void End(NatsSubEndReason reason, Exception? exception)
        {
        }

        protected override bool Deliver(in ServerOperation operation) => true;
    }
}
