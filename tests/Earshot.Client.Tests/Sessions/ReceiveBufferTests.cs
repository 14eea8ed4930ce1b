using CsCheck;
using Earshot.Client.Tests.Outbound;
using Earshot.Sessions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Sessions;

public sealed class ReceiveBufferTests
{
    [Fact]
    public void No_byte_is_lost_or_repeated_however_it_is_requested() =>
        Gen.Select(Gen.Int[1, 40_000], Gen.Int[1, 9000], Gen.Int[1, 20_000].List[1, 30]).Sample(
            (total, chunk, takes) =>
            {
                var pair = new MemoryTransportPair(new MemoryTransportOptions { ChunkSize = chunk });
                var buffer = new ReceiveBuffer(pair.Client, TimeProvider.System);
                byte[] sent = new byte[total];
                new Random(total).NextBytes(sent);
                Assert.True(pair.WriteAsync(sent, PartsRig.Token).AsTask().IsCompletedSuccessfully);
                pair.Close();
                var got = new List<byte>();
                for (int turn = 0; got.Count < total; turn++)
                {
                    int wanted = Math.Min(takes[turn % takes.Count], total - got.Count);
                    while (buffer.Unread.Length < wanted)
                    {
                        Assert.True(buffer.FillAsync(wanted).AsTask().Wait(PartsRig.WaitLimit, PartsRig.Token));
                    }

                    got.AddRange(buffer.Unread[..wanted]);
                    buffer.Advance(wanted);
                }

                Assert.True(sent.AsSpan().SequenceEqual(got.ToArray()));
                Assert.Equal(total, buffer.ReceivedBytes);
                buffer.Release();
            },
            iter: 200);

    [Fact]
    public async Task An_idle_connection_holds_no_array()
    {
        var transport = new MeasuringTransport(new MemoryTransportPair());
        var buffer = new ReceiveBuffer(transport, TimeProvider.System);
        Assert.True(buffer.IsIdle);
        Task<int> waiting = buffer.WaitAsync().AsTask();
        Assert.Equal([0], transport.Sizes);
        await transport.Pair.WriteAsync(new byte[10], PartsRig.Token);
        await waiting.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        Assert.Equal(10, await buffer.FillAsync(1));
        Assert.Equal([0, 4096], transport.Sizes);
        Assert.False(buffer.IsIdle);
        buffer.Advance(10);
        Assert.True(buffer.IsIdle);
        Task<int> next = buffer.WaitAsync().AsTask();
        Assert.Equal([0, 4096, 0], transport.Sizes);
        transport.Pair.Close();
        await next.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);

        Assert.Equal(0, await buffer.FillAsync(1));
    }

    [Fact]
    public async Task P92_it_grows_with_the_traffic_and_shrinks_after_a_large_message()
    {
        const int Large = 8 * 1024 * 1024;
        var transport = new MeasuringTransport(new MemoryTransportPair());
        var buffer = new ReceiveBuffer(transport, TimeProvider.System);
        await transport.Pair.WriteAsync(new byte[Large + 5], PartsRig.Token);
        while (buffer.Unread.Length < Large)
        {
            await buffer.FillAsync(Large).AsTask().WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
        }

        Assert.InRange(transport.Sizes.Max(), Large / 2, 2 * Large);
        buffer.Advance(Large); // a new message has begun behind it
        while (buffer.Unread.Length < 5)
        {
            await buffer.FillAsync(buffer.Unread.Length + 1);
        }

        transport.Sizes.Clear();
        await transport.Pair.WriteAsync(new byte[1], PartsRig.Token);
        await buffer.FillAsync(buffer.Unread.Length + 1);

        Assert.InRange(Assert.Single(transport.Sizes), 1, 1024 * 1024);
    }

    private sealed class MeasuringTransport(MemoryTransportPair pair) : Earshot.Transport.ITransport
    {
        public MemoryTransportPair Pair { get; } = pair;

        public List<int> Sizes { get; } = [];

        public System.Net.EndPoint? RemoteEndPoint => Pair.Client.RemoteEndPoint;

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
        {
            Sizes.Add(buffer.Length);
            return Pair.Client.ReceiveAsync(buffer);
        }

        public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => Pair.Client.SendAsync(bytes);

        public void Abort() => Pair.Client.Abort();

        public void Dispose() => Pair.Client.Dispose();
    }
}
