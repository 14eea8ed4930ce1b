using System.Buffers;
using System.IO.Pipelines;

namespace Earshot.Server.Links;

/// <summary>A link as the stream that SslStream wants. Reading ends when the link ends or its read is cancelled.</summary>
internal sealed class LinkStream(IClientLink link) : Stream
{
    /// <summary>A stream that encrypts as a pipe; the stream stays open when the pipe is completed.</summary>
    public static IDuplexPipe AsPipe(Stream stream) => new StreamPipe(
        PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true)),
        PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)));

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ReadResult result = await link.ReadAsync(cancellationToken).ConfigureAwait(false);
        ReadOnlySequence<byte> taken = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
        int position = 0;
        foreach (ReadOnlyMemory<byte> segment in taken)
        {
            segment.CopyTo(buffer[position..]);
            position += segment.Length;
        }

        link.Advance(taken.End);
        return position;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => link.WriteAsync(buffer);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private sealed record StreamPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
