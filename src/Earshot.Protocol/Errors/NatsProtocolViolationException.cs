using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace Earshot;

/// <summary>
/// The exception that is thrown when received bytes are not valid in the NATS protocol. The connection that received them is closed;
/// what was read before them is valid.
/// </summary>
public sealed class NatsProtocolViolationException : NatsException
{
    private const int MaxExcerpt = 64;

    /// <summary>Initializes the exception with a message and no excerpt.</summary>
    /// <param name="message">The message that describes the error.</param>
    public NatsProtocolViolationException(string message)
        : base(message)
    {
    }

    internal NatsProtocolViolationException(string message, byte[] excerpt, Exception? exception = null)
        : base(message, exception)
    {
        Excerpt = excerpt;
    }

    /// <summary>The first bytes of the offending line, at most 64; never payload. Empty where there is nothing to show.</summary>
    public byte[] Excerpt { get; } = [];

    /// <summary>Which rule was broken; a server answers each of them differently.</summary>
    internal Protocol.ProtocolViolation Violation { get; private init; }

    /// <summary>Throws an exception of this type.</summary>
    /// <param name="message">The message that describes the error.</param>
    /// <exception cref="NatsProtocolViolationException">Always.</exception>
    [DoesNotReturn]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static new void Throw(string message) => throw new NatsProtocolViolationException(message);

    internal static NatsProtocolViolationException Create(Protocol.ProtocolViolation violation, string message, ReadOnlySpan<byte> line, Exception? exception = null)
    {
        byte[] excerpt = line[..Math.Min(line.Length, MaxExcerpt)].ToArray();
        return new NatsProtocolViolationException(message, excerpt, exception) { Violation = violation };
    }
}
