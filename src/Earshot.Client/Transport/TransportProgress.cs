namespace Earshot.Transport;

/// <summary>The state of a connected stream at one time, as reported by the operating system.</summary>
/// <param name="Acknowledged">Bytes that the system of the other side has confirmed; only grows, from where it likes.</param>
/// <param name="Outstanding">Bytes that were handed over and are not confirmed.</param>
/// <param name="Unread">Bytes that were received and have not been read.</param>
internal readonly record struct TransportProgress(long Acknowledged, long Outstanding, int Unread)
{
    /// <summary>The time since the other side has acknowledged anything; null where the system does not report it.</summary>
    public TimeSpan? SinceAcknowledged { get; init; }
}
