using System.IO.Pipelines;
using System.Net;

namespace Earshot.Server.Links;

/// <summary>
/// The bytes of one client, in and out. One reader and one writer at a time. Faults are put around it, so nothing above
/// knows whether a link injects faults.
/// </summary>
internal interface IClientLink
{
    /// <summary>Where the client is; <see langword="null"/> in memory.</summary>
    IPEndPoint? Remote { get; }

    /// <summary>Bytes from the client; <see cref="Advance"/> must follow before the next read.</summary>
    ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken);

    void Advance(SequencePosition consumed);

    /// <summary>Completes when the transport has taken the bytes, which belong to the link meanwhile.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends in order: what was written goes out, then the end follows. Idempotent.</summary>
    ValueTask CloseAsync();

    /// <summary>Ends the connection immediately, with a reset if requested and supported by the transport. Idempotent, from any thread.</summary>
    void Abort(bool reset);
}
