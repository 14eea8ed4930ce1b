namespace Earshot;

/// <summary>
/// A connected stream of bytes that an application brings along. One send and one receive at a time, from different threads.
/// Disposing it must end both.
/// </summary>
public interface INatsSocketConnection : IAsyncDisposable
{
    /// <summary>Sends bytes.</summary>
    /// <param name="buffer">The bytes; valid until the task completes.</param>
    /// <returns>How many were taken, at least one.</returns>
    ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer);

    /// <summary>Receives bytes.</summary>
    /// <param name="buffer">Where to; never empty.</param>
    /// <returns>How many came; 0: the end.</returns>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);
}
