using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Earshot.Server.Faults;
using Earshot.Server.Links;
using Xunit;

namespace Earshot.Server.Tests.Faults;

/// <summary>What a link with faults reads of a client that sends its last bytes together with the end.</summary>
public sealed class FaultyLinkTests
{
    private readonly Pipe _up = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
    private readonly Pipe _down = new();
    private readonly LinkFaults _faults = new();
    private readonly FaultyLink _link;

    public FaultyLinkTests()
    {
        var inner = new PipeLink(new MemoryDuplex(_up.Reader, _down.Writer), remote: null, _ => _up.Reader.CancelPendingRead());
        _link = new FaultyLink(inner, _faults, TimeProvider.System);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Half_open_link_loses_the_last_bytes_too()
    {
        _faults.IsHalfOpen = true;
        End("PUB h 1\r\nx\r\n");
        ReadResult result = await _link.ReadAsync(Cancel);

        Assert.Equal("", Text(result));
        Assert.True(result.IsCompleted);
    }

    [Fact]
    public async Task Frozen_link_holds_the_last_bytes_until_the_thaw()
    {
        Task<ReadResult> reading = _link.ReadAsync(Cancel).AsTask();
        _faults.Freeze(NatsTestServerFreeze.Reading);
        End("PUB f 1\r\nx\r\n");
        Assert.False(reading.IsCompleted);

        _faults.Clear();
        ReadResult result = await reading.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Equal("PUB f 1\r\nx\r\n", Text(result));
        Assert.True(result.IsCompleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frozen_read_ends_with_the_link(bool isAborted)
    {
        Task<ReadResult> reading = _link.ReadAsync(Cancel).AsTask();
        _faults.Freeze(NatsTestServerFreeze.Reading);
        End("PUB f 1\r\nx\r\n");
        if (isAborted)
        {
            _link.Abort(reset: false);
        }
        else
        {
            await _link.CloseAsync();
        }

        await reading.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    // In one read: what is not flushed becomes readable with the end.
    private void End(string text)
    {
        _up.Writer.Write(Encoding.ASCII.GetBytes(text));
        _up.Writer.Complete();
    }

    private static string Text(in ReadResult result) => Encoding.ASCII.GetString(result.Buffer.ToArray());
}
