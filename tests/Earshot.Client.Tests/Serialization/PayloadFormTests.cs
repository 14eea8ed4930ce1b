using System.Buffers;
using Earshot.Serialization;
using Xunit;

namespace Earshot.Client.Tests.Serialization;

public class PayloadFormTests
{
    private static readonly byte[] s_bytes = [1, 2, 3];

    [Fact]
    public void Every_known_type_has_its_form()
    {
        Assert.Equal(PayloadFormKind.ByteArray, PayloadForm<byte[]>.Kind);
        Assert.Equal(PayloadFormKind.Memory, PayloadForm<Memory<byte>>.Kind);
        Assert.Equal(PayloadFormKind.ReadOnlyMemory, PayloadForm<ReadOnlyMemory<byte>>.Kind);
        Assert.Equal(PayloadFormKind.Sequence, PayloadForm<ReadOnlySequence<byte>>.Kind);
        Assert.Equal(PayloadFormKind.MemoryOwner, PayloadForm<NatsMemoryOwner<byte>>.Kind);
        Assert.Equal(PayloadFormKind.AnyMemoryOwner, PayloadForm<IMemoryOwner<byte>>.Kind);
        Assert.Equal(PayloadFormKind.AnyMemoryOwner, PayloadForm<NatsBufferWriter<byte>>.Kind);
        Assert.Equal(PayloadFormKind.String, PayloadForm<string>.Kind);
        Assert.Equal(PayloadFormKind.Serializer, PayloadForm<int>.Kind);
        Assert.Equal(PayloadFormKind.Serializer, PayloadForm<object>.Kind);
        Assert.Equal(PayloadFormKind.Serializer, PayloadForm<sbyte[]>.Kind);
        Assert.Equal(PayloadFormKind.Serializer, PayloadForm<ReadOnlyMemory<byte>?>.Kind);
        Assert.Equal(PayloadFormKind.Serializer, PayloadForm<NatsMemoryOwner<char>>.Kind);
    }

    [Fact]
    public void Form_is_skipped_only_where_the_serializer_gives_the_same_bytes()
    {
        Assert.Equal(PayloadFormKind.ByteArray, PayloadForm.For<byte[]>(NatsDefaultSerializer<byte[]>.Default));
        Assert.Equal(PayloadFormKind.String, PayloadForm.For<string>(NatsDefaultSerializer<string>.Default));
        Assert.Equal(PayloadFormKind.String, PayloadForm.For<string>(NatsUtf8PrimitivesSerializer<string>.Default));
        Assert.Equal(PayloadFormKind.Serializer, PayloadForm.For<string>(new NatsRawSerializer<string>(NatsJsonSerializer<string>.Default)));
        Assert.Equal(PayloadFormKind.Serializer, PayloadForm.For<byte[]>(NatsJsonSerializer<byte[]>.Default));
        Assert.Equal(PayloadFormKind.Serializer, PayloadForm.For<byte[]>(NatsUtf8PrimitivesSerializer<byte[]>.Default));
        Assert.Equal(PayloadFormKind.Serializer, PayloadForm.For<int>(NatsDefaultSerializer<int>.Default));
    }

    [Fact]
    public void Contiguous_payloads_are_seen_without_a_copy()
    {
        AssertSeen(s_bytes);
        AssertSeen<Memory<byte>>(s_bytes);
        AssertSeen<ReadOnlyMemory<byte>>(s_bytes);
        AssertSeen(new ReadOnlySequence<byte>(s_bytes));
        AssertSeen(NatsMemoryOwner<byte>.Wrap(s_bytes, 0, 3, null));
        AssertSeen<IMemoryOwner<byte>>(NatsMemoryOwner<byte>.Wrap(s_bytes, 0, 3, null));
    }

    [Fact]
    public void Null_is_an_empty_payload()
    {
        Assert.True(PayloadForm.TryGetContiguous<byte[]?>(null, out ReadOnlyMemory<byte> array) && array.IsEmpty);
        Assert.True(PayloadForm.TryGetContiguous<IMemoryOwner<byte>?>(null, out ReadOnlyMemory<byte> owner) && owner.IsEmpty);
        Assert.True(PayloadForm.TryGetText<string?>(null, out ReadOnlySpan<char> text) && text.IsEmpty);
    }

    [Fact]
    public void Scattered_sequences_and_other_types_are_not_contiguous()
    {
        Assert.False(PayloadForm.TryGetContiguous(Payloads.Scattered(s_bytes), out _));
        Assert.False(PayloadForm.TryGetContiguous(5, out _));
        Assert.False(PayloadForm.TryGetContiguous("text", out _));
        Assert.False(PayloadForm.TryGetText(5, out _));
        Assert.True(PayloadForm.TryGetText("text", out ReadOnlySpan<char> text));
        Assert.Equal("text", text);
    }

    [Fact]
    public void Release_returns_an_owner_to_its_pool_and_ignores_other_values()
    {
        var pool = new CountingPool();
        PayloadForm.Release(NatsMemoryOwner<byte>.Allocate(5, pool));
        PayloadForm.Release(new NatsBufferWriter<byte>(pool));
        PayloadForm.Release<IMemoryOwner<byte>>(NatsMemoryOwner<byte>.Allocate(5, pool));
        PayloadForm.Release<IMemoryOwner<byte>?>(null);
        PayloadForm.Release(s_bytes);

        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Looking_at_a_payload_allocates_nothing()
    {
        var owner = NatsMemoryOwner<byte>.Wrap(s_bytes, 0, 3, null);
        int sum = Look(owner, 10_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        sum += Look(owner, 10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2 * 9 * 10_000, sum);
    }

    private static int Look(NatsMemoryOwner<byte> owner, int times)
    {
        int sum = 0;
        for (int i = 0; i < times; i++)
        {
            sum += PayloadForm.TryGetContiguous(s_bytes, out ReadOnlyMemory<byte> array) ? array.Length : 0;
            sum += PayloadForm.TryGetContiguous<ReadOnlyMemory<byte>>(s_bytes, out ReadOnlyMemory<byte> memory) ? memory.Length : 0;
            sum += PayloadForm.TryGetContiguous(owner, out ReadOnlyMemory<byte> owned) ? owned.Length : 0;
        }

        return sum;
    }

    private static void AssertSeen<T>(T value)
    {
        Assert.True(PayloadForm.TryGetContiguous(value, out ReadOnlyMemory<byte> payload));
        Assert.True(payload.Span.Overlaps(s_bytes, out int offset));
        Assert.Equal(0, offset);
        Assert.Equal(3, payload.Length);
    }
}
