namespace Earshot;

/// <summary>
/// The header block of a message cannot be read. Servers forward headers unread, so any publisher can cause it; it concerns
/// that one message and never the connection.
/// </summary>
public class NatsHeaderParseException : NatsException
{
    /// <summary>Makes an exception that keeps the raw block.</summary>
    /// <param name="rawData">The header block as it arrived.</param>
    /// <param name="inner">What is wrong with it.</param>
    public NatsHeaderParseException(byte[] rawData, Exception? inner)
        : base(inner is null ? "The message headers are malformed." : $"The message headers are malformed: {inner.Message}", inner)
    {
        RawData = rawData;
    }

    /// <summary>The header block as it arrived.</summary>
    public byte[] RawData { get; }
}
