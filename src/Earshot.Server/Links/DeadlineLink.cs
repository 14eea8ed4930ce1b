using System.IO.Pipelines;
using System.Net;

namespace Earshot.Server.Links;

/// <summary>
/// Limits the time in which the transport must accept a write. It is below the fault links: bytes that they hold back do not count.
/// </summary>
internal sealed class DeadlineLink(IClientLink inner, Func<TimeSpan> deadline, TimeProvider clock) : IClientLink
{
    public IPEndPoint? Remote => inner.Remote;

    public ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken) => inner.ReadAsync(cancellationToken);

    public void Advance(SequencePosition consumed) => inner.Advance(consumed);

    /// <exception cref="TimeoutException">The transport has not taken the bytes in time, and still holds them.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        ValueTask write = inner.WriteAsync(bytes);
        return write.IsCompletedSuccessfully ? write : InTimeAsync(write.AsTask());
    }

    public ValueTask CloseAsync() => inner.CloseAsync();

    public void Abort(bool reset) => inner.Abort(reset);

    private async ValueTask InTimeAsync(Task write)
    {
        try
        {
            await write.WaitAsync(deadline(), clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _ = write.ContinueWith(static write => write.Exception, TaskScheduler.Default);
            throw;
        }
    }
}
