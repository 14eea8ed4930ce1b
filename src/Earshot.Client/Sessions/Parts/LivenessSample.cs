using Earshot.Transport;

namespace Earshot.Sessions;

/// <summary>The state of a connection when a probe checks it.</summary>
/// <param name="Now">Timestamp of the check.</param>
/// <param name="LastInbound">Timestamp of the last byte that was read, or from which silence counts.</param>
/// <param name="SentBytes">Bytes of the outbound buffer that a transport took.</param>
/// <param name="Progress">The progress reported by the operating system; null where it reports none.</param>
internal readonly record struct LivenessSample(long Now, long LastInbound, long SentBytes, TransportProgress? Progress);
