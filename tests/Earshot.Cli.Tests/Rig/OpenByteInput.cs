namespace Earshot.Cli.Tests.Rig;

/// <summary>The bytes of an <see cref="OpenInput"/>.</summary>
internal sealed class OpenByteInput : Stream
{
    private readonly ManualResetEventSlim _ended = new();
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Completes when the tool reads it.</summary>
    internal Task WhenRead => _read.Task;

    public override int Read(byte[] buffer, int offset, int count)
    {
        _read.TrySetResult();
        _ended.Wait(TimeSpan.FromMinutes(1));
        return 0;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _ended.Set();
        base.Dispose(disposing);
    }
}
