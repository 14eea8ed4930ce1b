namespace Earshot.JetStream.Consuming;

/// <summary>The common parts of the reply subjects of one consumer's messages.</summary>
/// <param name="prefix">The part before the numbers, with its last dot.</param>
/// <param name="suffix">The part after the numbers, with its first dot; usually empty.</param>
/// <param name="stream">The name of the stream.</param>
/// <param name="consumer">The name of the consumer.</param>
/// <param name="domain">The JetStream domain; empty when there is none.</param>
internal sealed class AckOrigin(byte[] prefix, byte[] suffix, string stream, string consumer, string domain)
{
    public ReadOnlySpan<byte> Prefix => prefix;

    public ReadOnlySpan<byte> Suffix => suffix;

    public string Stream => stream;

    public string Consumer => consumer;

    public string Domain => domain;
}
