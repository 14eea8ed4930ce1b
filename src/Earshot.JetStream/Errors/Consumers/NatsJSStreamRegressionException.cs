namespace Earshot.JetStream;

/// <summary>A stream has lost messages that were read already, and the read is to fail then.</summary>
public sealed class NatsJSStreamRegressionException : NatsJSException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expected">Sequence of the last message that was read.</param>
    /// <param name="found">Last sequence of the stream now.</param>
    public NatsJSStreamRegressionException(string stream, ulong expected, ulong found)
        : base($"The stream '{stream}' ends with sequence {found}, although {expected} was read: it has lost messages.") =>
        (Stream, Expected, Found) = (stream, expected, found);

    /// <summary>The stream.</summary>
    public string Stream { get; }

    /// <summary>Sequence of the last message that was read.</summary>
    public ulong Expected { get; }

    /// <summary>Last sequence of the stream now.</summary>
    public ulong Found { get; }
}
