using System.Net;

namespace Earshot.Transport;

/// <summary>
/// One connected stream of bytes, independent of the protocol. One reader and one writer at a time; they may be on
/// different threads. Failures are <see cref="System.Net.Sockets.SocketException"/>, <see cref="IOException"/> or, after
/// <see cref="Abort"/> or Dispose, <see cref="ObjectDisposedException"/>.
/// </summary>
internal interface ITransport : IDisposable
{
    EndPoint? RemoteEndPoint { get; }

    /// <summary>
    /// Number of bytes received; 0 for a non-empty buffer is the orderly end. With an empty buffer it completes with 0 as soon as
    /// bytes (or the end) can be read, so that an idle connection holds no buffer. The buffer belongs to the transport meanwhile.
    /// </summary>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>
    /// Completes when all bytes are handed to the operating system, synchronously if it takes them immediately. The bytes belong to
    /// the transport meanwhile.
    /// </summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>
    /// Whether a send takes a thread no longer than the system call, so that one thread can send on many connections one after the other. It
    /// runs no code of the application.
    /// </summary>
    bool SendsImmediately => false;

    /// <summary>The current progress as reported by the operating system; null where it reports none, and after the end. From any thread.</summary>
    TransportProgress? Progress => null;

    /// <summary>
    /// Breaks the connection without sending what is left. Idempotent, from any thread; pending operations fail promptly.
    /// </summary>
    void Abort();
}
