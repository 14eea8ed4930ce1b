using System.Text;
using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

/// <summary>The short way of a message does what the general way does, or nothing.</summary>
public sealed class PlainPublishTests
{
    private readonly PartsRig _rig = new(DefaultOptions.Outbound with { FullBatchSize = 64 * 1024 });
    private readonly ManualFlusher _flusher = new();

    [Fact]
    public void A_known_subject_is_published_whatever_the_size_of_the_message_before()
    {
        string first = "first", second = "second.ü";
        _rig.Attach(_flusher);
        var expected = new StringBuilder();
        foreach ((string subject, int size) in new[] { (first, 3), (first, 3), (first, 0), (second, 0), (second, 1000), (first, 1000), (first, 12345), (first, 9), (second, 9) })
        {
            string payload = new('x', size);
            bool isPlain = _rig.Outbound.TryPublishPlain(subject, null, new BytesPayload(Encoding.UTF8.GetBytes(payload)));
            if (!isPlain)
            {
                _rig.Publish(subject, payload);
            }

            expected.Append("PUB ").Append(subject).Append(' ').Append(size).Append("\r\n").Append(payload).Append("\r\n");
        }

        Assert.Equal(expected.ToString(), _rig.Drain(_flusher));
        Assert.Equal((0, 9), (_rig.Outbound.PendingMessages, _rig.Outbound.SentMessages));
    }

    [Fact]
    public void It_starts_the_flusher_like_any_other()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a");
        Assert.True(_rig.Outbound.TryTakeSlice(_flusher, out _));
        _rig.Publish("a"); // into a second array, so that one is there when the flusher rests
        _rig.Outbound.Batch.SliceSent();
        _rig.Drain(_flusher);

        Assert.True(_rig.Outbound.TryPublishPlain("a", null, new BytesPayload([])));
        Assert.True(_rig.Outbound.TryPublishPlain("a", null, new BytesPayload([])));
        Assert.Equal((2, 2), (_flusher.Starts, _rig.Outbound.PendingMessages));
    }

    [Fact]
    public void A_full_batch_is_delegated_to_it()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a", new byte[100_000]); // the next array will be as large
        _rig.Drain(_flusher);
        _rig.Publish("a", new byte[60_000]);
        _rig.Outbound.Batch.EnableDelegation();
        Assert.True(_rig.Outbound.TryPublishPlain("a", null, new BytesPayload(new byte[5_000])));
        Assert.Equal(0, _flusher.Delegated);
        Assert.True(_rig.Outbound.TryPublishPlain("a", null, new BytesPayload(new byte[900])));

        Assert.Equal(1, _flusher.Delegated);
    }

    [Fact]
    public void What_is_not_plain_does_nothing()
    {
        _rig.Publish("a");
        Assert.False(_rig.Outbound.TryPublishPlain("a", null, new BytesPayload("x"u8))); // no session
        _rig.Attach(_flusher);
        Assert.False(_rig.Outbound.TryPublishPlain("a", null, new BytesPayload(new byte[100_000]))); // no room in the array
        _rig.Outbound.MaxPayload = 3;
        Assert.False(_rig.Outbound.TryPublishPlain("a", null, new BytesPayload("four"u8))); // too large
        _rig.Outbound.MaxPayload = 1_000_000;
        _rig.Publish("a", new byte[300_000]);
        Assert.False(_rig.Outbound.TryPublishPlain("a", null, new BytesPayload("x"u8))); // it would have to wait

        Assert.Equal((2, 1), (_rig.Outbound.PendingMessages, _flusher.Starts));
    }

    [Fact]
    public void A_closed_buffer_accepts_nothing()
    {
        _rig.Attach(_flusher);
        _rig.Publish("a");
        _rig.Outbound.Close();

        Assert.False(_rig.Outbound.TryPublishPlain("a", null, new BytesPayload("x"u8)));
    }
}
