using Earshot.Transport;

namespace Earshot.Sessions;

/// <summary>What is known of a link when a probe looks at it.</summary>
/// <param name="Now">Timestamp of the look.</param>
/// <param name="LastInbound">Timestamp of the last byte that was read, or from which silence counts.</param>
/// <param name="SentBytes">Bytes of the outbound buffer that a transport took.</param>
/// <param name="Progress">What the system knows; null where it does not tell.</param>
internal readonly record struct LivenessSample(long Now, long LastInbound, long SentBytes, TransportProgress? Progress);
