namespace Earshot;

/// <summary>
/// The exception that describes a header block that cannot be parsed. It concerns one message and never the connection, because servers
/// forward headers without parsing them.
/// </summary>
public class NatsHeaderParseException : NatsException
{
    /// <summary>Initializes the exception with the header block and the cause.</summary>
    /// <param name="rawData">The header block as it was received.</param>
    /// <param name="inner">The cause, or null.</param>
    public NatsHeaderParseException(byte[] rawData, Exception? inner)
        : base(inner is null ? "The message headers are malformed." : $"The message headers are malformed: {inner.Message}", inner)
    {
        RawData = rawData;
    }

    /// <summary>The header block as it was received.</summary>
    public byte[] RawData { get; }
}
