namespace Earshot;

/// <summary>A connected stream of bytes that an application supplies as transport.</summary>
/// <remarks>At most one send and one receive are in progress at a time, from different threads. Disposing the connection must end both.</remarks>
public interface INatsSocketConnection : IAsyncDisposable
{
    /// <summary>Sends bytes to the server.</summary>
    /// <param name="buffer">The bytes; valid until the task completes.</param>
    /// <returns>A task that completes with the number of bytes taken, at least 1.</returns>
    ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer);

    /// <summary>Receives bytes from the server.</summary>
    /// <param name="buffer">The buffer to fill; never empty.</param>
    /// <returns>A task that completes with the number of bytes received; 0 at the end of the stream.</returns>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);
}
