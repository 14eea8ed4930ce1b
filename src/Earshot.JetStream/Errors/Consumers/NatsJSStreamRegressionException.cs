namespace Earshot.JetStream;

/// <summary>The exception that is thrown when a stream has lost messages that were already read, for <see cref="NatsJSRegressionPolicy.Fail"/>.</summary>
public sealed class NatsJSStreamRegressionException : NatsJSException
{
    /// <summary>Initializes the exception with the sequences of the stream.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="expected">The sequence of the last message that was read.</param>
    /// <param name="found">The present last sequence of the stream.</param>
    public NatsJSStreamRegressionException(string stream, ulong expected, ulong found)
        : base($"The stream '{stream}' ends with sequence {found}, although {expected} was read: it has lost messages.") =>
        (Stream, Expected, Found) = (stream, expected, found);

    /// <summary>The name of the stream.</summary>
    public string Stream { get; }

    /// <summary>The sequence of the last message that was read.</summary>
    public ulong Expected { get; }

    /// <summary>The present last sequence of the stream.</summary>
    public ulong Found { get; }
}
