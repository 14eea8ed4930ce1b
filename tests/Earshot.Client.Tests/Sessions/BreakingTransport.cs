using System.Net;
using Earshot.Transport;

namespace Earshot.Client.Tests.Sessions;

/// <summary>How a transport reports a failed write, and whether the writes before it complete synchronously.</summary>
public enum BreakForm
{
    Throws,
    FailsAtOnce,
    FailsLater,
}

/// <summary>
/// Takes bytes up to a given one and fails the write that holds it. It remembers the bytes that it took and those of the write it
/// failed, and whether it was used as no transport may be: by two writers at a time, or again after it broke.
/// </summary>
internal sealed class BreakingTransport(long breaksAt, BreakForm form) : ITransport
{
    private readonly TaskCompletionSource _broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MemoryStream _taken = new();
    private int _writers;
    private int _misuses;

    public Task Broken => _broken.Task;

    /// <summary>Of the writes that succeeded.</summary>
    public byte[] Taken => _taken.ToArray();

    /// <summary>Of the write that failed.</summary>
    public byte[] Doubtful { get; private set; } = [];

    public int Misuses => Volatile.Read(ref _misuses);

    public EndPoint? RemoteEndPoint => null;

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => throw new NotSupportedException("Only what is sent is of interest here.");

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (Interlocked.Increment(ref _writers) != 1 || Doubtful.Length > 0)
        {
            Interlocked.Increment(ref _misuses);
        }

        if (form == BreakForm.FailsLater)
        {
            return new ValueTask(SendLaterAsync(bytes));
        }

        bool isBroken = !TryTake(bytes.Span);
        Interlocked.Decrement(ref _writers);
        if (!isBroken)
        {
            return default;
        }

        var exception = new IOException("broken pipe");
        return form == BreakForm.Throws ? throw exception : ValueTask.FromException(exception);
    }

    public void Abort()
    {
    }

    public void Dispose() => _taken.Dispose();

    private async Task SendLaterAsync(ReadOnlyMemory<byte> bytes)
    {
        await Task.Yield();
        bool isBroken = !TryTake(bytes.Span);
        Interlocked.Decrement(ref _writers);
        if (isBroken)
        {
            throw new IOException("broken pipe");
        }
    }

    private bool TryTake(ReadOnlySpan<byte> bytes)
    {
        if (_taken.Length + bytes.Length <= breaksAt)
        {
            _taken.Write(bytes);
            return true;
        }

        Doubtful = bytes.ToArray();
        _broken.TrySetResult();
        return false;
    }
}
