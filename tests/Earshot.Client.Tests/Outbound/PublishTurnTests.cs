using System.Buffers;
using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

/// <summary>Publishes that wait for their turn, and what the others of a turn owe to them.</summary>
public sealed class PublishTurnTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);
    private readonly PartsRig _rig = new(DefaultOptions.Outbound with { WriteThreshold = 400 });
    private readonly ManualFlusher _flusher = new();

    [Fact]
    public async Task Payload_that_cannot_be_read_any_more_fails_its_own_publish_only()
    {
        _rig.Attach(_flusher);
        _rig.Publish("x", new byte[500]);
        var memory = new DisposableMemory();
        Task<AppendResult> bad = Waiting("bad", memory.Memory);
        Task<AppendResult> good = Waiting("good", new byte[5]);
        ((IDisposable)memory).Dispose();

        Assert.Contains("PUB good 5", _rig.Drain(_flusher), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => bad);
        Assert.Equal(AppendResult.Appended, await good);
        Assert.Equal(2, _rig.Outbound.SentMessages);
    }

    [Fact]
    public async Task Turn_that_is_not_used_passes_to_the_publishes_behind_it()
    {
        _rig.Attach(_flusher);
        _rig.Publish("x", new byte[500]);
        Task<AppendResult> request = new SpaceWaiter(_rig.Outbound, 600).WaitAsync(s_long, PartsRig.Token);
        Task<AppendResult> publish = Waiting("p", new byte[5]);
        _rig.Drain(_flusher);
        Assert.Equal(AppendResult.Appended, await request);
        Assert.False(publish.IsCompleted); // the request may need the room
        _rig.Outbound.EndTurn();

        Assert.Equal(AppendResult.Appended, await publish);
        Assert.Contains("PUB p 5", _rig.Drain(_flusher), StringComparison.Ordinal);
    }

    [Fact]
    public void Number_of_a_publish_that_is_not_in_the_buffer_is_behind_all_others()
    {
        AppendResult result = _rig.Outbound.TryPublish(new OutgoingMessage { Subject = "x" }, needsSession: true, inline: false, out long number);

        Assert.Equal((AppendResult.NoSession, long.MaxValue), (result, number)); // so that no session that ends takes it for its own
    }

    [Fact]
    public void Numbers_of_publishes_remain_right_when_some_between_them_were_dropped()
    {
        foreach (int size in new[] { 10, 10, 1000, 10, 300, 10 })
        {
            _rig.Publish("x", new byte[size]); // 0 to 5, without a session
        }

        Assert.Equal([2], Dropped(500));
        Assert.Equal([4], Dropped(100)); // counted with the one that was dropped before
        Assert.Equal((4L, 0L), (_rig.RecoverUnsent() is var kept ? kept.PendingMessages : 0, kept.KeptFrom));
    }

    private List<long> Dropped(int maxPayload)
    {
        using (_rig.Outbound.Gate.EnterScope())
        {
            return [.. _rig.Outbound.DropTooLargeLocked(maxPayload).Select(publish => publish.Number)];
        }
    }

    private Task<AppendResult> Waiting(string subject, ReadOnlyMemory<byte> payload) => new SpaceWaiter(
        _rig.Outbound, new QueuedPublish { Subject = subject, ReplyTo = null, Headers = null, HeadersLength = 0, Payload = payload }).WaitAsync(s_long, PartsRig.Token);

    private sealed class DisposableMemory : MemoryManager<byte>
    {
        private readonly byte[] _bytes = new byte[100];
        private bool _isDisposed;

        public override Span<byte> GetSpan()
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => default;

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing) => _isDisposed = true;
    }
}
